import { policyDefinitionTypeLabel } from '../../../api/policy-definition.ts';
import { keyOf } from '../../../api/object.ts';
import type { UncheckedObject } from '../../../api/unchecked-object.ts';
import { templateOf } from '../../../catalog/catalog.ts';
import type { RequestFacts, Unrendered } from '../../../domain/admission/facts.ts';
import { readTopologyRef } from '../../../domain/refs/read-ref.ts';
import type { DeploymentChange } from '../../../domain/spoke/change.ts';
import { readDeploymentStatus } from '../../../domain/spoke/from-status.ts';
import type { SpokeState } from '../../../domain/spoke/spoke-state.ts';
import { workloadNames } from '../../../domain/spoke/workload-names.ts';
import { editedHistory, resolvesToEdit } from '../edited-history.ts';
import { inTurns } from '../renders/in-turns.ts';
import { TimeBound } from '../renders/time-bound.ts';
import type { EnvironmentAtRevision } from './environments.ts';
import {
  changeOf,
  createSharedEvaluation,
  desiredStateOf,
  type AffectedDeployment,
} from './of-affected-deployments.ts';
import { createChangeSources, type ChangeContext, type ChangeSources } from './sources.ts';

/** What an edit of a PolicyDefinition does to deployments. */
export interface TopologyEditChanges {
  changes: DeploymentChange[];
  /** The number of deployments that were not evaluated within the limits. The controller checks each of them before it writes. */
  unevaluated: number;
  /** Renders that failed, so that `changes` does not tell what they lead to. */
  unrendered: Unrendered[];
}

/**
 * What an edit of a template does to the deployments whose Environments use it: those at the newest revision of an Environment, and
 * those at an older one, if its topology means the new revision. The deployments of a template that stops being a topology, or that is
 * new, keep what is applied.
 */
export async function changesOfTopologyEdit(
  request: Pick<RequestFacts, 'object' | 'oldObject' | 'namespace'>,
  context: ChangeContext,
): Promise<TopologyEditChanges> {
  const edit = await templateEditOf(request, context.catalog);
  if (edit === undefined) return { changes: [], unevaluated: 0, unrendered: [] };
  const time = new TimeBound(context);
  const sources = createChangeSources({ ...context, signal: time.signal });
  const { affected, beyond } = await affectedBy(edit, sources, time);
  const states = await inTurns(affected, (each) => time.within(() => desiredStateOf(each, each.after, sources)));
  const changed = new Map(beyond.map((deployment) => [keyOf(deployment), unknownState(deployment)]));
  for (const [index, { deployment }] of affected.entries()) {
    const state = states[index];
    changed.set(keyOf(deployment), state === undefined ? unknownState(deployment) : state.value);
  }
  // Two Environments with the topology may share a spoke namespace, so that all changes are known before the first is judged.
  const known = new Map([...changed].flatMap(([key, state]) => (state === undefined ? [] : [[key, state] as const])));
  const shared = createSharedEvaluation(known, undefined, sources);
  const results = await inTurns(affected, (each) =>
    time.within(() => changeOf(each, { ...shared, before: each.before, after: each.after }, sources)),
  );
  const isEvaluated = affected.map((_, index) => states[index] !== undefined && results[index] !== undefined);
  return {
    changes: results.flatMap((result, index) =>
      isEvaluated[index] === true && result?.value !== undefined ? [result.value] : [],
    ),
    unevaluated: beyond.length + isEvaluated.filter((each) => !each).length,
    unrendered: sources.renders.unrendered(),
  };
}

interface TemplateEdit {
  name: string;
  now: string;
  before: string;
  /** Whether the topology of an Environment means the new revision. */
  follows: (environment: EnvironmentAtRevision) => boolean;
}

async function templateEditOf(
  { object, oldObject, namespace }: Pick<RequestFacts, 'object' | 'oldObject' | 'namespace'>,
  catalog: ChangeContext['catalog'],
): Promise<TemplateEdit | undefined> {
  const { systemNamespace } = catalog;
  if (object === undefined || oldObject === undefined || namespace !== systemNamespace) return undefined;
  const [now, before] = [topologyTemplate(object), topologyTemplate(oldObject)];
  if (now === undefined || before === undefined || now === before) return undefined;
  const history = await editedHistory(catalog, 'PolicyDefinition', { object, oldObject });
  if (history === undefined) return undefined;
  const { name } = object.metadata;
  const follows = ({ spec }: EnvironmentAtRevision): boolean => {
    const read = readTopologyRef(spec, systemNamespace);
    return read?.ref.name === name && resolvesToEdit(read.ref.selector, history);
  };
  return { name, now, before, follows };
}

function topologyTemplate(object: UncheckedObject): string | undefined {
  return object.metadata.labels?.[policyDefinitionTypeLabel] === 'topology' ? templateOf(object.spec) : undefined;
}

/** A deployment with its Environment before and after the edit. */
interface EditedDeployment extends AffectedDeployment {
  before: EnvironmentAtRevision;
  after: EnvironmentAtRevision;
}

/** The deployments that the edit affects within the limits, and those beyond them. */
async function affectedBy(
  { name, now, before, follows }: TemplateEdit,
  { referrers, environments, states, renderLimits }: ChangeSources,
  time: TimeBound,
): Promise<{ affected: EditedDeployment[]; beyond: UncheckedObject[] }> {
  const most = renderLimits?.count ?? Infinity;
  const affected: EditedDeployment[] = [];
  const beyond: UncheckedObject[] = [];
  for (const deployment of await deploymentsOfTopology(name, referrers)) {
    const found = await time.within(async () => {
      const environment = await environments.desired(deployment);
      if (environment === undefined || !follows(environment)) return undefined;
      if (affected.length >= most) return 'beyond';
      return {
        deployment,
        observed: await states.observedState(deployment),
        applied: await environments.applied(deployment),
        usedNewest: true,
        before: { ...environment, template: before },
        after: { ...environment, template: now },
      };
    });
    if (found === undefined || found.value === 'beyond') beyond.push(deployment);
    else if (found.value !== undefined) affected.push(found.value);
  }
  return { affected, beyond };
}

/** Of a deployment that is not evaluated: it neither keeps a namespace nor conflicts with a lifecycle. */
function unknownState(deployment: UncheckedObject): SpokeState | undefined {
  const names = workloadNames(deployment);
  if (names === undefined) return undefined;
  const { clusters } = readDeploymentStatus(deployment);
  return {
    namespace: names.namespace,
    workloadName: names.workload,
    ...(clusters === undefined ? {} : { clusters }),
  };
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
