import { policyDefinitionTypeLabel } from '../../../api/policy-definition.ts';
import { keyOf } from '../../../api/object.ts';
import type { UncheckedObject } from '../../../api/unchecked-object.ts';
import { templateOf } from '../../../catalog/catalog.ts';
import type { RequestFacts } from '../../../domain/admission/facts.ts';
import { readTopologyRef } from '../../../domain/refs/read-ref.ts';
import type { DeploymentChange } from '../../../domain/spoke/change.ts';
import { editedHistory, resolvesToEdit } from '../edited-history.ts';
import type { EnvironmentAtRevision } from './environments.ts';
import { changesBetween, type AffectedDeployment } from './of-affected-deployments.ts';
import type { ChangeSources } from './sources.ts';

/** How many deployments are evaluated for one edit of a PolicyDefinition. The controller checks each of them before it writes. */
const maxDeployments = 100;

/** What an edit of a PolicyDefinition does to deployments. */
export interface TopologyEditChanges {
  changes: DeploymentChange[];
  /** The number of deployments beyond the bound. */
  unevaluated: number;
}

/**
 * What an edit of a template does to the deployments whose Environments use it: those at the newest revision of an Environment, and
 * those at an older one, if its topology means the new revision. The deployments of a template that stops being a topology, or that is
 * new, keep what is applied.
 */
export async function changesOfTopologyEdit(
  { object, oldObject, namespace }: Pick<RequestFacts, 'object' | 'oldObject' | 'namespace'>,
  sources: ChangeSources,
): Promise<TopologyEditChanges> {
  const nothing = { changes: [], unevaluated: 0 };
  if (object === undefined || oldObject === undefined || namespace !== sources.catalog.systemNamespace) return nothing;
  const [now, before] = [topologyTemplate(object), topologyTemplate(oldObject)];
  if (now === undefined || before === undefined || now === before) return nothing;
  const history = await editedHistory(sources.catalog, 'PolicyDefinition', { object, oldObject });
  if (history === undefined) return nothing;
  const { systemNamespace } = sources.catalog;
  const follows = ({ spec }: Pick<EnvironmentAtRevision, 'spec'>): boolean => {
    const read = readTopologyRef(spec, systemNamespace);
    return read?.ref.name === object.metadata.name && resolvesToEdit(read.ref.selector, history);
  };
  const { groups, unevaluated } = await affectedBy(object.metadata.name, follows, sources);
  const changes: DeploymentChange[] = [];
  for (const { environment, deployments } of groups) {
    const edit = { before: { ...environment, template: before }, after: { ...environment, template: now } };
    changes.push(...(await changesBetween(deployments, edit, sources)));
  }
  return { changes, unevaluated };
}

function topologyTemplate(object: UncheckedObject): string | undefined {
  return object.metadata.labels?.[policyDefinitionTypeLabel] === 'topology' ? templateOf(object.spec) : undefined;
}

interface AffectedGroup {
  environment: EnvironmentAtRevision;
  deployments: AffectedDeployment[];
}

/** The deployments at each revision of an Environment that follows the edit. */
async function affectedBy(
  topology: string,
  follows: (environment: EnvironmentAtRevision) => boolean,
  { referrers, environments, states }: ChangeSources,
): Promise<{ groups: AffectedGroup[]; unevaluated: number }> {
  const groups = new Map<string, AffectedGroup>();
  let [evaluated, unevaluated] = [0, 0];
  for (const deployment of await deploymentsOfTopology(topology, referrers)) {
    const environment = await environments.desired(deployment);
    if (environment === undefined || !follows(environment)) continue;
    if (evaluated >= maxDeployments) {
      unevaluated += 1;
      continue;
    }
    evaluated += 1;
    const observed = await states.observedState(deployment);
    const applied = await environments.applied(deployment);
    const key = `${environment.namespace}/${environment.name}@v${environment.revision ?? 0}`;
    const group = groups.get(key) ?? { environment, deployments: [] };
    group.deployments.push({ deployment, observed, applied, usedNewest: true });
    groups.set(key, group);
  }
  return { groups: [...groups.values()], unevaluated };
}

/** The deployments of all Environments that have, or had, a topology of this name. */
export async function deploymentsOfTopology(
  topology: string,
  referrers: ChangeSources['referrers'],
): Promise<UncheckedObject[]> {
  const newest = await referrers.byTopology(topology);
  const recorded = await referrers.recordedByTopology(topology);
  const names = new Map(
    [...newest.map(({ metadata }) => metadata), ...recorded].map(({ namespace = '', name }) => [
      `${namespace}/${name}`,
      { namespace, name },
    ]),
  );
  const found: UncheckedObject[] = [];
  for (const environment of names.values()) {
    const deployments = await referrers.byReference({ kind: 'Environment', ...environment });
    found.push(...deployments.filter(({ metadata }) => metadata.deletionTimestamp === undefined));
  }
  return [...new Map(found.map((deployment) => [keyOf(deployment), deployment])).values()];
}
