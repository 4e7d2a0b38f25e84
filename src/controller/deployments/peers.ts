import { workloadDeployments } from '../../api/kinds.ts';
import { keyOf, type KubeObject } from '../../api/object.ts';
import type { WorkloadDeployment } from '../../api/workload-deployment.ts';
import { referrerIndexes } from '../../catalog/deployment-cache.ts';
import { renderDeployment, type RenderSources } from '../../catalog/render-deployment.ts';
import { isBlocked } from '../../domain/applied-reasons.ts';
import type { DeploymentChange, Peer } from '../../domain/spoke/change.ts';
import {
  namespaceMetadataOf,
  writtenNamespaceMetadata,
  writtenRequest,
  type NamespaceMetadata,
} from '../../domain/spoke/namespace-metadata.ts';
import { isUnplaced } from '../../domain/spoke/unplaced.ts';
import { observedStates, type ObservedState } from '../../domain/spoke/from-replica-sets.ts';
import { owns, type SpokeState } from '../../domain/spoke/spoke-state.ts';
import type { Client } from '../../kube/client/client.ts';
import { getIfPresent } from '../../kube/client/get-if-present.ts';
import type { ControllerCaches } from '../caches.ts';
import type { AppliedReplicaSets } from './applied-replica-sets.ts';
import { desiredState, type DesiredState } from './desired-state.ts';
import { lockPriority } from './locks.ts';
import { appliedStates } from './observed-state.ts';
import { appliedSelections, renderedSelections } from './selections.ts';

export interface PeerFinderOptions extends RenderSources {
  client: Client;
  caches: ControllerCaches;
  appliedReplicaSets: AppliedReplicaSets;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** How long a deployment without ManifestWorks reserves its names against other hub namespaces. */
  reservationMs: number;
}

/** Finds the other deployments in the namespaces on the spokes that a write affects. */
export class PeerFinder {
  readonly #options: PeerFinderOptions;

  constructor(options: PeerFinderOptions) {
    this.#options = options;
  }

  /** Peers that are applied, and older peers that are not applied yet, because older deployments take precedence. */
  async peersOf(
    deployment: KubeObject,
    changes: readonly Pick<DeploymentChange, 'observed' | 'desired' | 'mayReachOtherClusters'>[],
  ): Promise<Peer[]> {
    const { caches, appliedReplicaSets } = this.#options;
    const namespaces = new Set(
      changes
        .flatMap(({ observed, desired }) => [observed?.namespace, desired?.namespace])
        .filter((namespace) => namespace !== undefined),
    );
    const keys = new Set(
      [...namespaces].flatMap((namespace) => [
        ...appliedReplicaSets.deploymentsIn(namespace),
        ...caches.deployments.byIndex(referrerIndexes.spokeNamespace, namespace).map(keyOf),
      ]),
    );
    keys.delete(keyOf(deployment));
    const owned = new Set(
      changes.flatMap(({ desired }) => (desired !== undefined && owns(desired) ? [desired.namespace] : [])),
    );
    const needsSelections = changes.some(({ mayReachOtherClusters }) => mayReachOtherClusters === true);
    const peers: Peer[] = [];
    // The order is fixed, so that messages change only if the peers change.
    for (const key of [...keys].toSorted()) {
      const [namespace = '', name = ''] = key.split('/');
      // Users who may read the status of this deployment may have no access to deployments in other namespaces.
      const visible = namespace === deployment.metadata.namespace;
      for (const found of await this.#statesOf(key, deployment, {
        owned,
        withSelections: needsSelections && !visible,
      })) {
        if (namespaces.has(found.state.namespace)) peers.push({ namespace, name, visible, ...found });
      }
    }
    return peers;
  }

  /** Those of the peers that are deleted or terminating according to the API server; the cache may not show that yet. */
  async findTerminating(peers: readonly Peer[]): Promise<Peer[]> {
    const { client } = this.#options;
    const found = await Promise.all(
      peers.map(async (peer) => {
        const { namespace, name } = peer;
        const live = await getIfPresent(client, workloadDeployments, { namespace, name });
        return live !== undefined && live.metadata.deletionTimestamp === undefined ? [] : [peer];
      }),
    );
    return found.flat();
  }

  /** The state of a peer in each of its namespaces. `owned` are the namespaces that the deployment of the write will own. */
  async #statesOf(
    key: string,
    deployment: KubeObject,
    { owned, withSelections }: { owned: ReadonlySet<string>; withSelections: boolean },
  ): Promise<PeerState[]> {
    const { caches, appliedReplicaSets } = this.#options;
    const [namespace = '', name = ''] = key.split('/');
    const peer = caches.deployments.get(namespace, name);
    // Anybody may name a deployment that does not exist in an annotation.
    if (peer === undefined) return [];
    const isTerminating = peer.metadata.deletionTimestamp !== undefined;
    // Terminating ManifestWorkReplicaSets are still on the spokes.
    const applied = appliedStates(appliedReplicaSets.of(key), caches);
    const observed = observedStates(applied);
    const hasManifestWork = applied.some(({ manifestWorks }) => manifestWorks.length > 0);
    const { now, reservationMs } = this.#options;
    const reserved =
      !hasManifestWork && isUnplaced(peer, new Date(now() - reservationMs).toISOString()) ? { isUnplaced: true } : {};
    if (observed.length === 0) {
      // Of two deployments that are not applied yet, the older one takes precedence, unless it is blocked.
      if (isTerminating || !isOlder(peer, deployment) || cannotBeApplied(peer)) return [];
      const found = await this.#desiredStateOf(peer, []);
      const metadata = metadataField(namespaceMetadataOf(peer));
      return found === undefined
        ? []
        : [{ ...reserved, ...found.placed, ...metadata, state: found.desired.main, appliedOn: [] }];
    }
    const selections = withSelections ? appliedSelections(key, applied) : undefined;
    const placed = { ...reserved, ...(selections === undefined ? {} : { selections }) };
    // A terminating peer deletes its namespace regardless of this write, but may still conflict with it.
    if (isTerminating) return observed.map(({ state }) => ({ ...placed, state, appliedOn: [] }));
    const hasSameOwnership = (state: SpokeState) => owns(state) === owned.has(state.namespace);
    // If ownership differs, the peer may be about to change in the same way, because an edited Environment is applied to its
    // deployments one after another.
    const desired = observed.every(({ state }) => hasSameOwnership(state))
      ? undefined
      : (await this.#desiredStateOf(peer, observed))?.desired;
    return observed.map(({ state, ownedOn }) => {
      const next = hasSameOwnership(state) ? undefined : desired?.byNamespace.get(state.namespace);
      const written = writtenNamespaceMetadata(
        applied.map(({ replicaSet }) => replicaSet),
        state.namespace,
      );
      return {
        ...placed,
        ...metadataField(writtenRequest(namespaceMetadataOf(peer), written)),
        state: next !== undefined && hasSameOwnership(next) ? next : state,
        appliedOn: ownedOn,
      };
    });
  }

  async #desiredStateOf(
    deployment: WorkloadDeployment,
    observed: readonly ObservedState[],
  ): Promise<{ desired: DesiredState; placed: Pick<Peer, 'selections'> } | undefined> {
    const rendered = await renderDeployment(deployment, this.#options);
    if (rendered.state !== 'resolved' || !rendered.render.ok) return undefined;
    const { render } = rendered;
    const selections = renderedSelections({ render });
    const desired = desiredState({ deployment, rendered: { ...rendered, render }, observed }, this.#options.caches);
    return { desired, placed: selections === undefined ? {} : { selections } };
  }
}

interface PeerState extends Pick<Peer, 'selections' | 'isUnplaced' | 'namespaceMetadata'> {
  state: SpokeState;
  /** Clusters where the peer keeps the namespace; empty if it is terminating or not applied yet. */
  appliedOn: readonly string[];
}

function metadataField(metadata: NamespaceMetadata): Pick<Peer, 'namespaceMetadata'> {
  return metadata.size === 0 ? {} : { namespaceMetadata: metadata };
}

function isOlder(one: KubeObject, other: KubeObject): boolean {
  return lockPriority(one) < lockPriority(other);
}

/** Whether a deployment cannot be applied until another object changes. Other deployments do not wait for it. */
function cannotBeApplied({ status }: WorkloadDeployment): boolean {
  const conditions = status?.conditions ?? [];
  const hasFailed = conditions.some(
    (condition) => ['Resolved', 'Rendered'].includes(condition.type) && condition.status === 'False',
  );
  const applied = conditions.find(({ type }) => type === 'Applied');
  return hasFailed || (applied?.status === 'False' && isBlocked(applied.reason));
}
