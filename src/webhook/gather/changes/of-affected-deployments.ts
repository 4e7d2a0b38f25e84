import { keyOf } from '../../../api/object.ts';
import type { UncheckedObject } from '../../../api/unchecked-object.ts';
import type { RequestFacts } from '../../../domain/admission/facts.ts';
import { sameJson } from '../../../domain/json/canonical-json.ts';
import { resolve } from '../../../domain/refs/resolution.ts';
import { usesByDeployment } from '../../../domain/refs/uses.ts';
import { sameTopology } from '../../../domain/spoke/admission-defaults.ts';
import {
  isMovePending,
  mayAddClusters,
  mayRemoveManifestWorks,
  type DeploymentChange,
} from '../../../domain/spoke/change.ts';
import { desiredClusters } from '../../../domain/spoke/cluster-choice.ts';
import type { Selections } from '../../../domain/spoke/disjoint-selections.ts';
import { readDeploymentStatus } from '../../../domain/spoke/from-status.ts';
import { namespaceMetadataOf } from '../../../domain/spoke/namespace-metadata.ts';
import { owns, type SpokeState } from '../../../domain/spoke/spoke-state.ts';
import { editedHistory, resolvesToEdit } from '../edited-history.ts';
import { requestedEnvironment, type EnvironmentAtRevision } from './environments.ts';
import { HubAsSpokeFinder } from './hub-as-spoke.ts';
import { PeerFinder } from './peers.ts';
import { changeBetween } from './placements.ts';
import type { ChangeSources } from './sources.ts';

/** A deployment whose Environment is rendered otherwise: its ref resolves to the new revision, or the topology changes. */
export interface AffectedDeployment {
  deployment: UncheckedObject;
  observed: SpokeState | undefined;
  /** The Environment that is applied; absent if the ref could not be resolved before. */
  applied: EnvironmentAtRevision | undefined;
  /** Whether its ref resolved to the newest revision before the edit. */
  usedNewest: boolean;
}

/** How the Environment of a deployment changes, and what the evaluations of all affected deployments share. */
export interface Edit extends SharedEvaluation {
  /** Absent if the Environment is created. */
  before: EnvironmentAtRevision | undefined;
  after: EnvironmentAtRevision;
}

interface SharedEvaluation {
  /** The desired states of the affected deployments, by `namespace/name`. */
  desired: ReadonlyMap<string, SpokeState>;
  /** The peers of the deployments in one hub namespace. */
  peersFor: (namespace: string) => PeerFinder;
  selections: Selections;
  hubAsSpoke: HubAsSpokeFinder;
}

/** What the creation or an edit of an Environment does to all deployments whose refs resolve to its new revision. */
export async function changesOfAffectedDeployments(
  { object, oldObject }: Pick<RequestFacts, 'object' | 'oldObject'>,
  sources: ChangeSources,
): Promise<DeploymentChange[]> {
  if (object === undefined || (oldObject !== undefined && sameJson(object.spec, oldObject.spec))) return [];
  const affected = await affectedDeployments(object, oldObject, sources);
  const after = requestedEnvironment(object);
  const before = oldObject === undefined ? undefined : requestedEnvironment(oldObject);
  if (affected.length === 0) return [];
  const desired = await desiredStates(affected, after, sources);
  const selections = await sources.renders.selectionsFor(after);
  const edit = { before, after, ...createSharedEvaluation(desired, selections, sources) };
  const changes = await Promise.all(affected.map((each) => changeOf(each, edit, sources)));
  return changes.filter((change) => change !== undefined);
}

/** What the evaluations of deployments share that one request changes. */
export function createSharedEvaluation(
  desired: ReadonlyMap<string, SpokeState>,
  selections: Selections,
  sources: ChangeSources,
): SharedEvaluation {
  const finders = new Map<string, PeerFinder>();
  const peersFor = (namespace: string): PeerFinder => {
    const options = { changed: desired, selectionsOutside: namespace, changedSelections: selections };
    const finder = finders.get(namespace) ?? new PeerFinder(sources, options);
    finders.set(namespace, finder);
    return finder;
  };
  return { desired, peersFor, selections, hubAsSpoke: new HubAsSpokeFinder(sources) };
}

async function affectedDeployments(
  object: UncheckedObject,
  oldObject: UncheckedObject | undefined,
  { catalog, referrers, environments, states }: ChangeSources,
): Promise<AffectedDeployment[]> {
  const history = await editedHistory(catalog, 'Environment', { object, oldObject });
  if (history === undefined) return [];
  const keepsTopology = oldObject !== undefined && sameTopology(object, oldObject);
  const { namespace = '', name } = object.metadata;
  const candidates = await referrers.byReference({ kind: 'Environment', namespace, name });
  const found = await Promise.all(
    candidates.map(async (deployment): Promise<AffectedDeployment[]> => {
      const [use] = usesByDeployment(deployment, 'Environment', { namespace, name }, catalog.systemNamespace);
      if (use === undefined || !resolvesToEdit(use.selector, history)) return [];
      const before = history.before && resolve(use.selector, history.before);
      const usedNewest = before?.state === 'resolved' && before.revision === history.before?.newest.revision;
      // A change from the newest revision to one with the same topology changes nothing on the spokes.
      if (keepsTopology && usedNewest) return [];
      const wasResolved = before?.state === 'resolved' || readDeploymentStatus(deployment).environment !== undefined;
      const applied = wasResolved ? await environments.applied(deployment) : undefined;
      // For a deployment that waited for this Environment the observed state contains its names only. A conflict that these
      // names already cause is then not reported as new.
      const isObserved = wasResolved || oldObject === undefined;
      const observed = isObserved ? await states.observedState(deployment) : undefined;
      return [{ deployment, observed, applied, usedNewest }];
    }),
  );
  return found.flat();
}

async function desiredStates(
  affected: readonly AffectedDeployment[],
  after: EnvironmentAtRevision,
  sources: ChangeSources,
): Promise<Map<string, SpokeState>> {
  const found = new Map<string, SpokeState>();
  for (const each of affected) {
    const state = await desiredStateOf(each, after, sources);
    if (state !== undefined) found.set(keyOf(each.deployment), state);
  }
  return found;
}

/** The state that an edit of its Environment gives a deployment; `undefined` if its names are not valid. */
export function desiredStateOf(
  { deployment, observed }: Pick<AffectedDeployment, 'deployment' | 'observed'>,
  after: EnvironmentAtRevision,
  { states }: ChangeSources,
): Promise<SpokeState | undefined> {
  const { selected } = after;
  const clusters = desiredClusters({ observed: observed?.clusters, selected, changesEnvironment: false });
  return states.stateIn(after, deployment, clusters);
}

/** What the edit does to one deployment; `undefined` if nothing changes on the spokes. */
export async function changeOf(
  { deployment, observed, applied, usedNewest }: AffectedDeployment,
  edit: Edit,
  { states, renders, visibility }: ChangeSources,
): Promise<DeploymentChange | undefined> {
  const desired = edit.desired.get(keyOf(deployment));
  if (desired === undefined) return undefined;
  const previous = usedNewest ? await states.stateIn(edit.before, deployment, undefined) : undefined;
  const change = await changeBetween(applied, edit.after, renders);
  // Most edits change nothing here, and there may be thousands of deployments.
  if (sameJson(observed, desired) && change.placement.kind === 'same' && !change.replacesReplicaSets) return undefined;
  const { namespace = '', name } = deployment.metadata;
  const metadata = namespaceMetadataOf(deployment);
  // What a deployment was waiting for may lead it anywhere.
  const mayReachOtherClusters = mayAddClusters(change) || applied === undefined;
  const { orphanUnconfirmedOn, leavingClusters } = readDeploymentStatus(deployment);
  const changesOwnership =
    observed === undefined || owns(observed) !== owns(desired) || observed.lifecycle === undefined;
  return {
    deployment: await visibility.of('WorkloadDeployment', { namespace, name }),
    ...(observed === undefined ? {} : { observed }),
    ...(previous?.lifecycle === undefined ? {} : { previouslyDesired: previous.lifecycle }),
    orphanUnconfirmedOn,
    ...(mayReachOtherClusters && leavingClusters.length > 0 ? { leaving: leavingClusters } : {}),
    desired,
    ...change,
    ...(mayReachOtherClusters ? { mayReachOtherClusters } : {}),
    ...(await edit.hubAsSpoke.of({
      deployment,
      observed,
      desired,
      before: (usedNewest ? edit.before : undefined) ?? applied,
      after: edit.after,
    })),
    ...(edit.selections === undefined ? {} : { selections: edit.selections }),
    ...(metadata.size === 0 ? {} : { namespaceMetadata: { now: metadata, before: metadata } }),
    ...(isMovePending(observed, desired) ? { isMovePending: true } : {}),
    // Such a deployment has nothing to lose, and the controller does not apply it while it conflicts.
    ...(edit.before === undefined && observed?.lifecycle === undefined ? { isInitialWait: true } : {}),
    peers:
      changesOwnership || mayReachOtherClusters || mayRemoveManifestWorks(change)
        ? await edit.peersFor(namespace).peersIn([desired.namespace])
        : [],
  };
}
