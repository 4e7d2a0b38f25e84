import type { Facts, RequestFacts } from '../../../domain/admission/facts.ts';
import { sameTopology } from '../../../domain/spoke/admission-defaults.ts';
import { changesOfAffectedDeployments } from './of-affected-deployments.ts';
import { changesOfDeployment } from './of-deployment.ts';
import { createChangeSources, type ChangeContext } from './sources.ts';

/** What a request does to deployments on the spokes, and what a new topology of an Environment renders for any Workload. */
export async function gatherChanges(
  request: RequestFacts,
  context: ChangeContext,
): Promise<Pick<Facts, 'changes' | 'shape'>> {
  const { kind, operation, name, object, oldObject } = request;
  const sources = createChangeSources(context);
  if (kind === 'WorkloadDeployment') return { changes: await changesOfDeployment(request, sources) };
  if (kind !== 'Environment' || operation === 'DELETE') return {};
  const changes = await changesOfAffectedDeployments(request, sources);
  if (object === undefined || (oldObject !== undefined && sameTopology(object, oldObject))) return { changes };
  const shape = await sources.renders.shapeFor({ name, spec: object.spec ?? {} });
  return { changes, ...(shape === undefined ? {} : { shape }) };
}
