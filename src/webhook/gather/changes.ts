import { isJsonObject, keyOf, type JsonObject } from '../../api/object.ts';
import { sameJson } from '../../domain/json/canonical-json.ts';
import type { GatherContext } from './context.ts';
import type { EffectiveLifecycle } from '../../api/workload-deployment.ts';
import { readDeploymentStatus, type DeploymentStatusFacts } from '../../domain/spoke/read-deployment.ts';
import { effectiveLifecycle } from '../../domain/spoke/effective-lifecycle.ts';
import { readEnvironmentReadiness } from '../../domain/status/environment-readiness.ts';
import type { RequestFacts } from '../../domain/admission/facts.ts';
import { peersOf, type Peer, type PlacementChange, type DeploymentChange } from '../../domain/spoke/change.ts';
import { sameTopology, withDefaults } from '../../domain/spoke/admission-defaults.ts';
import { usesByDeployment } from '../../domain/refs/uses.ts';
import { resolve } from '../../domain/refs/resolution.ts';
import { readStamp } from '../../domain/revisions/revision.ts';
import { sameRef } from '../../domain/refs/same-ref.ts';
import { isRuleBlock } from '../../domain/applied-reasons.ts';
import {
  placeholderContext,
  requestedClusters,
  dropsReplicaSets,
  lifecycleIn,
  placementChange,
  shapeOf,
  workloadContext,
  type TopologyShape,
} from '../../domain/render/topology-shape.ts';
import { topologyType } from '../../domain/refs/topology-type.ts';
import { comesToUse, editedHistory } from './edited-history.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import { type WorkloadNames, workloadNames } from '../../domain/spoke/workload-names.ts';
import type { Definition } from '../../domain/revisions/definition.ts';
import { type SpokeState, owns } from '../../domain/spoke/spoke-state.ts';

export type ChangeContext = Pick<
  GatherContext,
  'catalog' | 'referrers' | 'visibility' | 'topologies' | 'isOffline' | 'signal'
>;

/** Deployments of topologies of one's own that are rendered one by one; the rest is judged by one render for all. */
const maxIndividualRenders = 50;

/** An Environment at one revision, as far as it decides what becomes of deployments. */
interface EnvironmentAtRevision {
  namespace: string;
  name: string;
  revision: number;
  spec: JsonObject;
  /** Clusters that the Environment selects, at whatever revision. */
  selected: readonly string[];
  /** Whether that is what this very revision selects. */
  isJudged: boolean;
}

/** Works out what a request does to deployments on the spokes. Renders each topology once. */
export function createChangeGatherer(context: ChangeContext) {
  const { catalog, referrers, visibility, topologies, isOffline, signal } = context;
  const shapes = new Map<string, Promise<TopologyShape | undefined>>();
  const places = new Map<string, Promise<EnvironmentAtRevision | undefined>>();
  let renderedSingly = 0;

  /** What the topology of an Environment renders for any Workload; `undefined` where it renders nothing. */
  function shapeFor(spec: JsonObject | undefined, environment: string): Promise<TopologyShape | undefined> {
    const topology = isJsonObject(spec?.['topology']) ? spec['topology'] : {};
    return once(shapes, JSON.stringify([environment, topology]), async () => {
      const { type, properties = {} } = topology;
      if (typeof type !== 'string' || !isJsonObject(properties)) return undefined;
      const found = await catalog.topology(type);
      if (found.state !== 'found') return undefined;
      const rendered = await topologies.render(found.template, properties, placeholderContext(environment), signal);
      return rendered.ok ? shapeOf(rendered.objects) : undefined;
    });
  }

  function placeAt(environment: Definition, revision: number): Promise<EnvironmentAtRevision | undefined> {
    const { namespace = '', name } = environment.metadata;
    return once(places, `${namespace}/${name}@${revision}`, async () => {
      const spec = await catalog.specAt('Environment', environment, revision);
      return spec === undefined ? undefined : placeOf(environment, revision, spec);
    });
  }

  function placeOf(environment: Definition, revision: number, spec: JsonObject): EnvironmentAtRevision {
    const { namespace = '', name } = environment.metadata;
    const { selected, isCurrent } = readEnvironmentReadiness(environment);
    const newest = readStamp(environment.metadata)?.revision;
    return { namespace, name, revision, spec, selected, isJudged: isCurrent && newest === revision };
  }

  /** The Environment that a deployment asks for, at the revision that its ref means. */
  async function wantedPlace(deployment: UncheckedObject): Promise<EnvironmentAtRevision | undefined> {
    const found = await catalog.environmentOf(deployment);
    if (found?.state !== 'found') return undefined;
    const environment = await catalog.store.get('Environment', found.namespace, found.name);
    return environment === undefined ? undefined : placeOf(environment, found.revision, found.spec);
  }

  /** The Environment whose render is applied: what the status says, else what the ref means. */
  async function appliedPlace(deployment: UncheckedObject): Promise<EnvironmentAtRevision | undefined> {
    const used = readDeploymentStatus(deployment).environment;
    const environment =
      used === undefined ? undefined : await catalog.store.get('Environment', used.namespace, used.name);
    const place =
      used === undefined || environment === undefined ? undefined : await placeAt(environment, used.revision);
    return place ?? wantedPlace(deployment);
  }

  /** What the topology of an Environment does with a deployment; one of one's own may decide by its names. */
  async function lifecycleFor(
    place: EnvironmentAtRevision | undefined,
    names: WorkloadNames,
  ): Promise<EffectiveLifecycle | undefined> {
    const topology = isJsonObject(place?.spec['topology']) ? place.spec['topology'] : {};
    const { type, properties = {} } = topology;
    if (place === undefined || typeof type !== 'string') return undefined;
    const isOwn = topologyType(type).kind === 'custom' && renderedSingly < maxIndividualRenders;
    if (!isOwn || !isJsonObject(properties)) {
      const shape = await shapeFor(place.spec, place.name);
      return shape === undefined ? undefined : lifecycleIn(shape, names);
    }
    renderedSingly += 1;
    const found = await catalog.topology(type);
    if (found.state !== 'found') return undefined;
    const rendered = await topologies.render(found.template, properties, workloadContext(place.name, names), signal);
    const { namespace, workload: name } = names;
    return rendered.ok ? effectiveLifecycle(shapeOf(rendered.objects).replicaSets, { namespace, name }) : undefined;
  }

  /** What a deployment has on the spokes: its status, and where that is missing what its Environment renders. */
  async function presentFootprint(deployment: UncheckedObject): Promise<SpokeState | undefined> {
    const wanted = workloadNames(deployment);
    if (wanted === undefined) return undefined;
    const state = readDeploymentStatus(deployment);
    const names = appliedNames(wanted, state);
    const place =
      state.lifecycle === undefined || (state.clusters === undefined && !isRuleBlock(state.notAppliedReason))
        ? await appliedPlace(deployment)
        : undefined;
    const lifecycle = state.lifecycle ?? (await lifecycleFor(place, names));
    // What the controller holds is nowhere yet.
    const clusters = state.clusters ?? (isRuleBlock(state.notAppliedReason) ? [] : nonEmpty(place?.selected));
    const { namespace, workload } = names;
    return {
      namespace,
      workloadName: workload,
      ...(lifecycle === undefined ? {} : { lifecycle }),
      ...(clusters === undefined ? {} : { clusters }),
    };
  }

  /** What a deployment is about to have in an Environment. */
  async function footprintIn(
    deployment: UncheckedObject,
    place: EnvironmentAtRevision | undefined,
    clusters: readonly string[] | undefined,
  ): Promise<SpokeState | undefined> {
    const names = workloadNames(deployment);
    if (names === undefined) return undefined;
    const lifecycle = await lifecycleFor(place, names);
    const { namespace, workload } = names;
    return {
      namespace,
      workloadName: workload,
      ...(lifecycle === undefined ? {} : { lifecycle }),
      ...(clusters === undefined ? {} : { clusters }),
    };
  }

  const neighbourhoods = new Map<string, Promise<Peer[]>>();

  /** Everyone in a namespace who is not going; those that `changed` names with what they are about to be. */
  function neighbourhood(namespace: string, changed: ReadonlyMap<string, SpokeState>): Promise<Peer[]> {
    return once(neighbourhoods, namespace, async () => {
      const residents = await referrers.inSpokeNamespace(namespace);
      const staying = residents.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
      return (await Promise.all(staying.map((resident) => neighbourOf(resident, changed)))).flat();
    });
  }

  async function neighbourOf(resident: UncheckedObject, changed: ReadonlyMap<string, SpokeState>): Promise<Peer[]> {
    const present = await presentFootprint(resident);
    // Whoever is held and nowhere keeps no one from coming: it waits for its turn itself.
    if (
      present === undefined ||
      (isRuleBlock(readDeploymentStatus(resident).notAppliedReason) && present.clusters?.length === 0)
    )
      return [];
    const { namespace = '', name } = resident.metadata;
    const next = changed.get(keyOf(resident));
    const seen = await visibility.of('WorkloadDeployment', { namespace, name });
    const shared = { ...seen, ...appliedWhere(resident, isOffline) };
    if (next !== undefined) return [{ ...shared, state: next, observed: present }];
    const moving = await movingTo(resident, present);
    return [
      { ...shared, state: present },
      ...(moving === undefined ? [] : [{ ...seen, state: moving, appliedOn: [] }]),
    ];
  }

  /** What a deployment is to have elsewhere, as long as it is held or cannot be resolved. */
  async function movingTo(resident: UncheckedObject, present: SpokeState): Promise<SpokeState | undefined> {
    const wanted = workloadNames(resident);
    if (wanted === undefined || (wanted.namespace === present.namespace && wanted.workload === present.workloadName)) {
      return undefined;
    }
    const place = await wantedPlace(resident);
    return footprintIn(resident, place, nonEmpty(place?.selected));
  }

  /** Of one namespace the list is the same for everyone in it. */
  async function neighboursIn(
    namespaces: readonly (string | undefined)[],
    changed: ReadonlyMap<string, SpokeState> = new Map(),
  ): Promise<Peer[]> {
    const wanted = [...new Set(namespaces.filter((namespace) => namespace !== undefined))];
    const lists = await Promise.all(wanted.map((namespace) => neighbourhood(namespace, changed)));
    const [only, ...more] = lists;
    return more.length === 0 ? (only ?? []) : lists.flat();
  }

  /** What is selected for any deployment of an Environment; unknown where each gets some of what all of them have. */
  async function selectionIn(place: EnvironmentAtRevision): Promise<readonly string[] | undefined> {
    const shape = await shapeFor(place.spec, place.name);
    const number = shape === undefined ? undefined : requestedClusters(shape);
    return number !== undefined && number < place.selected.length ? undefined : nonEmpty(place.selected);
  }

  async function changesBetween(before: EnvironmentAtRevision | undefined, after: EnvironmentAtRevision | undefined) {
    const same: { placement: PlacementChange; replacesReplicaSets: boolean } = {
      placement: { kind: 'same' },
      replacesReplicaSets: false,
    };
    if (before === undefined || after === undefined) return same;
    const [old, now] = await Promise.all([shapeFor(before.spec, before.name), shapeFor(after.spec, after.name)]);
    if (old === undefined || now === undefined) return same;
    return { placement: placementChange(old, now), replacesReplicaSets: dropsReplicaSets(old, now) };
  }

  /** For a request about one deployment. */
  async function ofDeployment({ object, oldObject }: RequestFacts): Promise<DeploymentChange[]> {
    const either = object ?? oldObject;
    if (either === undefined || (object !== undefined && asksForTheSame(object, oldObject))) return [];
    const before = oldObject === undefined ? undefined : await presentFootprint(oldObject);
    const { namespace = '', name } = either.metadata;
    const deployment = { namespace, name, visible: true };
    const pending = oldObject === undefined ? [] : readDeploymentStatus(oldObject).orphanUnconfirmedOn;
    const known = before === undefined ? {} : { observed: before };
    if (object === undefined) {
      const neighbours = await neighboursIn([before?.namespace]);
      return [
        {
          deployment,
          ...known,
          orphanUnconfirmedOn: pending,
          placement: { kind: 'same' },
          replacesReplicaSets: false,
          peers: peersOf({ deployment, peers: neighbours }),
        },
      ];
    }
    const [from, to, old] = await Promise.all([
      oldObject === undefined ? undefined : appliedPlace(oldObject),
      wantedPlace(object),
      oldObject === undefined ? undefined : wantedPlace(oldObject),
    ]);
    const asked = oldObject === undefined ? undefined : (await footprintIn(oldObject, old, undefined))?.lifecycle;
    const moves = from?.namespace !== to?.namespace || from?.name !== to?.name;
    const clusters = moves ? nonEmpty(to?.selected) : (nonEmpty(before?.clusters) ?? nonEmpty(to?.selected));
    const after = await footprintIn(object, to, clusters);
    const isNew = to !== undefined && to.isJudged && (moves || from?.revision !== to.revision);
    const selected = isNew ? await selectionIn(to) : undefined;
    const sameNames = oldObject !== undefined && sameJson(workloadNames(object), workloadNames(oldObject));
    return [
      {
        deployment,
        ...known,
        ...(asked === undefined ? {} : { previouslyDesired: asked }),
        orphanUnconfirmedOn: pending,
        ...(after === undefined ? {} : { desired: after }),
        ...(await changesBetween(from, to)),
        ...(selected === undefined ? {} : { selected }),
        ...(sameNames ? movingFrom(before, after) : {}),
        peers: peersOf({ deployment, peers: await neighboursIn([before?.namespace, after?.namespace]) }),
      },
    ];
  }

  /** For an Environment that is edited, or that refs were waiting for: everything that comes to use the new revision. */
  async function ofFollowers({ object, oldObject }: RequestFacts): Promise<DeploymentChange[]> {
    if (object === undefined || (oldObject !== undefined && sameJson(object.spec, oldObject.spec))) return [];
    const followers = await followersOf(object, oldObject);
    const to = placeOf(object, 0, withDefaults('Environment', object).spec ?? {});
    const old = oldObject && placeOf(oldObject, 0, withDefaults('Environment', oldObject).spec ?? {});
    const after = new Map<string, SpokeState>();
    for (const { deployment, present } of followers) {
      const next = await footprintIn(deployment, to, nonEmpty(present?.clusters) ?? nonEmpty(to.selected));
      if (next !== undefined) after.set(keyOf(deployment), next);
    }
    const transitions = await Promise.all(
      followers.map(async ({ deployment, present, from, followed }): Promise<DeploymentChange[]> => {
        const next = after.get(keyOf(deployment));
        if (next === undefined) return [];
        const asked = followed ? (await footprintIn(deployment, old, undefined))?.lifecycle : undefined;
        const changes = await changesBetween(from, to);
        // Most edits change nothing here, and a follower may be one of thousands.
        if (sameJson(present, next) && changes.placement.kind === 'same' && !changes.replacesReplicaSets) return [];
        const { namespace = '', name } = deployment.metadata;
        const alters = present === undefined || owns(present) !== owns(next) || present.lifecycle === undefined;
        return [
          {
            deployment: await visibility.of('WorkloadDeployment', { namespace, name }),
            ...(present === undefined ? {} : { observed: present }),
            ...(asked === undefined ? {} : { previouslyDesired: asked }),
            orphanUnconfirmedOn: readDeploymentStatus(deployment).orphanUnconfirmedOn,
            desired: next,
            ...changes,
            ...movingFrom(present, next),
            // What waited for the Environment has nothing to lose, and the controller holds it where it may not come.
            ...(oldObject === undefined && present?.lifecycle === undefined ? { isInitialWait: true } : {}),
            peers: alters || mayTakeAway(changes) ? await neighboursIn([next.namespace], after) : [],
          },
        ];
      }),
    );
    return transitions.flat();
  }

  async function followersOf(object: UncheckedObject, oldObject: UncheckedObject | undefined) {
    const history = await editedHistory(catalog, 'Environment', { object, oldObject });
    if (history === undefined) return [];
    const sameWay = oldObject !== undefined && sameTopology(object, oldObject);
    const { namespace = '', name } = object.metadata;
    const candidates = await referrers.byReference('environmentRef', name);
    const found = await Promise.all(
      candidates.map(async (deployment) => {
        const [use] = usesByDeployment(deployment, 'Environment', { namespace, name }, catalog.systemNamespace);
        if (use === undefined || !comesToUse(use.selector, history)) return [];
        const before = history.before && resolve(use.selector, history.before);
        const followed = before?.state === 'resolved' && before.revision === history.before?.newest.revision;
        // From the newest to the newest of the same topology nothing changes on the spokes.
        if (sameWay && followed) return [];
        const used = readDeploymentStatus(deployment).environment;
        const isKnown = before?.state === 'resolved' || used !== undefined;
        const from = isKnown ? await appliedPlace(deployment) : undefined;
        // Of one that waits for the Environment to be made, the names are known: what conflicts by them is not new.
        const present = isKnown || oldObject === undefined ? await presentFootprint(deployment) : undefined;
        return [{ deployment, from, present, followed }];
      }),
    );
    return found.flat();
  }

  return { ofDeployment, ofFollowers, shapeFor };
}

/** Whether a request leaves alone all that decides where a deployment goes: what has changed besides is not its doing. */
function asksForTheSame(object: UncheckedObject, oldObject: UncheckedObject | undefined): boolean {
  if (oldObject === undefined) return false;
  const sameEnvironment = sameRef(object.spec?.['environmentRef'], oldObject.spec?.['environmentRef']);
  return sameEnvironment && sameJson(workloadNames(object), workloadNames(oldObject));
}

/** A deployment waits for a move when it is still applied under other names than it asks for. */
function movingFrom(
  present: SpokeState | undefined,
  next: SpokeState | undefined,
): Pick<DeploymentChange, 'isMovePending'> {
  if (present === undefined || next === undefined) return {};
  const stays = present.namespace === next.namespace && present.workloadName === next.workloadName;
  return stays ? {} : { isMovePending: true };
}

/** Whether works or clusters may be left, so that it counts who else is there. */
function mayTakeAway({
  placement,
  replacesReplicaSets,
}: Pick<DeploymentChange, 'placement' | 'replacesReplicaSets'>): boolean {
  return replacesReplicaSets || placement.kind === 'changes' || placement.kind === 'shrinks';
}

/** Where a deployment is applied, as its status says; in files, one whose status is missing counts as applied. */
function appliedWhere(deployment: UncheckedObject, isOffline: boolean): { appliedOn?: readonly string[] } {
  const { clusters, unappliedClusters } = readDeploymentStatus(deployment);
  if (clusters === undefined && isOffline) return {};
  const waiting = new Set(unappliedClusters);
  return { appliedOn: (clusters ?? []).filter((cluster) => !waiting.has(cluster)) };
}

/** The names that are applied: they may be others than are asked for by now. */
function appliedNames(wanted: WorkloadNames, { workload }: DeploymentStatusFacts): WorkloadNames {
  return workload === undefined ? wanted : { ...wanted, namespace: workload.namespace, workload: workload.name };
}

function nonEmpty(clusters: readonly string[] | undefined): readonly string[] | undefined {
  return clusters === undefined || clusters.length === 0 ? undefined : clusters;
}

function once<T>(known: Map<string, Promise<T>>, key: string, find: () => Promise<T>): Promise<T> {
  const found = known.get(key) ?? find();
  known.set(key, found);
  return found;
}
