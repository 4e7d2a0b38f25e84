import type { UncheckedObject } from '../../../api/unchecked-object.ts';
import type { RequestFacts } from '../../../domain/admission/facts.ts';
import { sameJson } from '../../../domain/json/canonical-json.ts';
import { isMovePending, mayAddClusters, peersOf, type DeploymentChange } from '../../../domain/spoke/change.ts';
import { desiredClusters } from '../../../domain/spoke/cluster-choice.ts';
import { readDeploymentStatus } from '../../../domain/spoke/from-status.ts';
import { namespaceMetadataOf } from '../../../domain/spoke/namespace-metadata.ts';
import { keepsDestination, workloadNames } from '../../../domain/spoke/workload-names.ts';
import type { EnvironmentAtRevision } from './environments.ts';
import { withoutTerminating } from '../terminating-namespace.ts';
import { HubAsSpokeFinder } from './hub-as-spoke.ts';
import { PeerFinder } from './peers.ts';
import { changeBetween, clustersForEveryDeployment } from './placements.ts';
import type { ChangeSources } from './sources.ts';

/** What a request about one deployment does to it on the spokes; empty if the request changes nothing there. */
export async function changesOfDeployment(
  { object, oldObject }: Pick<RequestFacts, 'object' | 'oldObject'>,
  sources: ChangeSources,
): Promise<DeploymentChange[]> {
  if (object !== undefined) {
    return keepsDestination(object, oldObject) ? [] : [await changeOfEdit(object, oldObject, sources)];
  }
  return oldObject === undefined ? [] : [await changeOfDeletion(oldObject, sources)];
}

/**
 * What an edit does that changes only labels and annotations of the Namespace; `undefined` for another request. It is separate from the
 * changes, so that rules do not blame the edit for what is on the spokes.
 */
export async function metadataChangeOf(
  { object, oldObject }: Pick<RequestFacts, 'object' | 'oldObject'>,
  sources: ChangeSources,
): Promise<DeploymentChange | undefined> {
  if (object === undefined || oldObject === undefined || !keepsDestination(object, oldObject)) return undefined;
  // Most edits change nothing in the spec, which the object then shares with the old one.
  if (object.spec === oldObject.spec) return undefined;
  const { now, before } = metadataOf(object, oldObject);
  if (now.size === 0 || sameJson([...now], [...before])) return undefined;
  const observed = await sources.states.observedState(oldObject);
  if (observed === undefined) return undefined;
  const deployment = keyWithVisibility(object);
  const peers = peersOf({ deployment, peers: await new PeerFinder(sources).peersIn([observed.namespace]) });
  return {
    deployment,
    observed,
    desired: observed,
    namespaceMetadata: { now, before },
    orphanUnconfirmedOn: [],
    placement: { kind: 'same' },
    replacesReplicaSets: false,
    peers,
  };
}

function metadataOf(object: UncheckedObject, oldObject: UncheckedObject | undefined) {
  const before = oldObject === undefined ? new Map<string, string>() : namespaceMetadataOf(oldObject);
  return { now: namespaceMetadataOf(object), before };
}

async function changeOfDeletion(oldObject: UncheckedObject, sources: ChangeSources): Promise<DeploymentChange> {
  const possible = await sources.states.observedState(oldObject);
  const { isNowhere, orphanUnconfirmedOn } = readDeploymentStatus(oldObject);
  const observed = possible !== undefined && isNowhere ? { ...possible, clusters: [] } : possible;
  const deployment = keyWithVisibility(oldObject);
  const peers = peersOf({ deployment, peers: await new PeerFinder(sources).peersIn([observed?.namespace]) });
  return {
    deployment,
    ...(observed === undefined ? {} : { observed }),
    orphanUnconfirmedOn,
    placement: { kind: 'same' },
    replacesReplicaSets: false,
    ...(await new HubAsSpokeFinder(sources).ofDeletion(oldObject, possible)),
    peers: await withoutTerminating(peers, deployment.namespace, sources),
  };
}

async function changeOfEdit(
  object: UncheckedObject,
  oldObject: UncheckedObject | undefined,
  sources: ChangeSources,
): Promise<DeploymentChange> {
  const { states, environments, renders } = sources;
  const deployment = keyWithVisibility(object);
  const observed = oldObject === undefined ? undefined : await states.observedState(oldObject);
  const [applied, desiredEnvironment, previousEnvironment] = await Promise.all([
    oldObject === undefined ? undefined : environments.applied(oldObject),
    environments.desired(object),
    oldObject === undefined ? undefined : environments.desired(oldObject),
  ]);
  const previous =
    oldObject === undefined ? undefined : await states.stateIn(previousEnvironment, oldObject, undefined);
  const changesEnvironment =
    applied?.namespace !== desiredEnvironment?.namespace || applied?.name !== desiredEnvironment?.name;
  const clusters = desiredClusters({
    observed: observed?.clusters,
    selected: desiredEnvironment?.selected,
    changesEnvironment,
  });
  const desired = await states.stateIn(desiredEnvironment, object, clusters);
  const changesRevision = changesEnvironment || applied?.revision !== desiredEnvironment?.revision;
  const selected = changesRevision ? await selectionOf(desiredEnvironment, sources) : undefined;
  const difference = await changeBetween(applied, desiredEnvironment, renders);
  const keepsNames = oldObject !== undefined && sameJson(workloadNames(object), workloadNames(oldObject));
  const mayReachOtherClusters =
    oldObject === undefined
      ? selected === undefined || (await sources.renders.isEditedByOthers(desiredEnvironment))
      : changesEnvironment ||
        mayAddClusters(difference) ||
        (!keepsNames && (await sources.renders.isEditedByOthers(desiredEnvironment)));
  const selections =
    mayReachOtherClusters && desiredEnvironment !== undefined
      ? await renders.selectionsFor(desiredEnvironment)
      : undefined;
  const finder = new PeerFinder(sources, mayReachOtherClusters ? { selectionsOutside: deployment.namespace } : {});
  const peers = await finder.peersIn([observed?.namespace, desired?.namespace]);
  const metadata = metadataOf(object, oldObject);
  const { leavingClusters = [], orphanUnconfirmedOn = [] } =
    oldObject === undefined ? {} : readDeploymentStatus(oldObject);
  const leaving = leavingClusters.filter((cluster) => mayReachOtherClusters && (selected?.includes(cluster) ?? true));
  return {
    deployment,
    ...(observed === undefined ? {} : { observed }),
    ...(previous?.lifecycle === undefined ? {} : { previouslyDesired: previous.lifecycle }),
    orphanUnconfirmedOn,
    ...(leaving.length === 0 ? {} : { leaving }),
    ...(desired === undefined ? {} : { desired }),
    ...difference,
    ...(mayReachOtherClusters ? { mayReachOtherClusters } : {}),
    ...(selections === undefined ? {} : { selections }),
    ...(selected === undefined ? {} : { selected }),
    ...(await new HubAsSpokeFinder(sources).of({
      deployment: object,
      observed,
      desired,
      before: previousEnvironment ?? applied,
      after: desiredEnvironment,
    })),
    ...(metadata.now.size === 0 ? {} : { namespaceMetadata: metadata }),
    ...(keepsNames && isMovePending(observed, desired) ? { isMovePending: true } : {}),
    peers: peersOf({ deployment, peers }),
  };
}

/** Clusters that an Environment selects for the deployment; `undefined` if they are not known for the revision in use. */
async function selectionOf(
  environment: EnvironmentAtRevision | undefined,
  { renders }: ChangeSources,
): Promise<readonly string[] | undefined> {
  if (environment === undefined || !environment.isSelectedForThisRevision) return undefined;
  return clustersForEveryDeployment(environment, renders);
}

/** The deployment of the request: messages may name it, because the requester wrote its name. */
function keyWithVisibility({ metadata: { namespace = '', name } }: UncheckedObject): DeploymentChange['deployment'] {
  return { namespace, name, visible: true };
}
