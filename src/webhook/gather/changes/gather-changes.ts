import type { Facts, RequestFacts } from '../../../domain/admission/facts.ts';
import type { DeploymentChange } from '../../../domain/spoke/change.ts';
import { sameTopology } from '../../../domain/spoke/admission-defaults.ts';
import { requestedEnvironment } from './environments.ts';
import { changesOfAffectedDeployments } from './of-affected-deployments.ts';
import { changesOfDeployment, metadataChangeOf } from './of-deployment.ts';
import { changesOfTopologyEdit } from './of-topology-edit.ts';
import { createChangeSources, type ChangeContext } from './sources.ts';

/** What a request does to deployments on the spokes, and what a new topology of an Environment renders for a sample. */
export async function gatherChanges(
  request: RequestFacts,
  context: ChangeContext,
): Promise<
  Pick<Facts, 'changes' | 'shape' | 'unrendered' | 'seesAllDeployments' | 'metadataChange' | 'unevaluatedDeployments'>
> {
  const { kind, operation, object, oldObject } = request;
  if (kind !== 'WorkloadDeployment' && kind !== 'PolicyDefinition' && kind !== 'Environment') return {};
  const sources = createChangeSources(context);
  if (kind === 'WorkloadDeployment') {
    const changes = await changesOfDeployment(request, sources);
    const metadataChange = await metadataChangeOf(request, sources);
    return {
      changes,
      unrendered: sources.renders.unrendered(),
      ...(await seesAll(changes, sources)),
      ...(metadataChange === undefined ? {} : { metadataChange }),
    };
  }
  if (kind === 'PolicyDefinition') {
    const { changes, unevaluated, unrendered } = await changesOfTopologyEdit(request, context);
    return {
      changes,
      unrendered,
      ...(await seesAll(changes, context)),
      ...(unevaluated === 0 ? {} : { unevaluatedDeployments: unevaluated }),
    };
  }
  if (operation === 'DELETE') return {};
  const changes = await changesOfAffectedDeployments(request, sources);
  // The render below is not for a deployment, so no rule about deployments needs it.
  const unrendered = { unrendered: sources.renders.unrendered(), ...(await seesAll(changes, sources)) };
  if (object === undefined || (oldObject !== undefined && sameTopology(object, oldObject)))
    return { changes, ...unrendered };
  const shape = await sources.renders.sampleShapeFor(requestedEnvironment(object));
  return { changes, ...unrendered, ...(shape === undefined ? {} : { shape }) };
}

/** Whether the requester may see every deployment that could keep a namespace, if a change may delete one. */
async function seesAll(
  changes: readonly DeploymentChange[],
  { visibility }: Pick<ChangeContext, 'visibility'>,
): Promise<Pick<Facts, 'seesAllDeployments'>> {
  if (!changes.some(({ observed }) => observed?.lifecycle?.spokeNamespace.create === true)) return {};
  return { seesAllDeployments: await visibility.ofAll('WorkloadDeployment') };
}
