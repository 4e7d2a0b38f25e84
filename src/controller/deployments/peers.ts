import { workloadDeployments } from '../../api/kinds.ts';
import { keyOf } from '../../api/object.ts';
import type { WorkloadDeployment } from '../../api/workload-deployment.ts';
import { renderDeployment, type RenderSources } from '../../catalog/render-deployment.ts';
import { type Peer, type DeploymentChange } from '../../domain/spoke/change.ts';
import { applyEnforcedCodes } from '../../domain/admission/rule-codes.ts';
import { bySpokeNamespace } from '../../catalog/referrers.ts';
import type { Client } from '../../kube/client/client.ts';
import { isNotFound } from '../../kube/client/errors.ts';
import type { ControllerCaches } from '../caches.ts';
import { observedStates, type ObservedState } from './observed-state.ts';
import type { AppliedReplicaSets } from './applied-replica-sets.ts';
import { desiredState, type DesiredState } from './desired-state.ts';
import { type SpokeState, owns } from '../../domain/spoke/spoke-state.ts';

export interface PeerFinderOptions extends RenderSources {
  client: Client;
  caches: ControllerCaches;
  works: AppliedReplicaSets;
}

/** Who else is in the namespaces on the spokes that a write is about. */
export class PeerFinder {
  readonly #options: PeerFinderOptions;

  constructor(options: PeerFinderOptions) {
    this.#options = options;
  }

  /** Others in the same namespaces: those that are applied, and those that came first and are about to be. */
  async peersOf(
    deployment: WorkloadDeployment,
    steps: readonly Pick<DeploymentChange, 'observed' | 'desired'>[],
  ): Promise<Peer[]> {
    const { caches, works } = this.#options;
    const own = keyOf(deployment);
    const namespaces = new Set(
      steps
        .flatMap(({ observed, desired }) => [observed?.namespace, desired?.namespace])
        .filter((found) => found !== undefined),
    );
    const keys = new Set(
      [...namespaces].flatMap((namespace) => [
        ...works.deploymentsIn(namespace),
        ...caches.deployments.byIndex(bySpokeNamespace, namespace).map(keyOf),
      ]),
    );
    keys.delete(own);
    const owned = new Set(
      steps.flatMap(({ desired }) => (desired !== undefined && owns(desired) ? [desired.namespace] : [])),
    );
    const peers: Peer[] = [];
    // In one order, so that messages do not change while nothing else does.
    for (const key of [...keys].toSorted()) {
      const [namespace = '', name = ''] = key.split('/');
      // Whoever reads the status of one deployment may not see those of other namespaces.
      const visible = namespace === deployment.metadata.namespace;
      for (const found of await this.#other(key, deployment, owned)) {
        if (namespaces.has(found.state.namespace)) peers.push({ namespace, name, visible, ...found });
      }
    }
    return peers;
  }

  /** Those of some neighbours who are gone or going, whatever the cache still says. */
  async terminatingAmong(peers: readonly Peer[]): Promise<Peer[]> {
    const { client } = this.#options;
    const answers = await Promise.all(
      peers.map(async (peer) => {
        const { namespace, name } = peer;
        try {
          const { metadata } = await client.get<WorkloadDeployment>(workloadDeployments, { namespace, name });
          return metadata.deletionTimestamp === undefined ? [] : [peer];
        } catch (error) {
          if (isNotFound(error)) return [peer];
          throw error;
        }
      }),
    );
    return answers.flat();
  }

  /** What another deployment has in each namespace; `owned` are those that the one in question is about to own. */
  async #other(key: string, deployment: WorkloadDeployment, owned: ReadonlySet<string>): Promise<Other[]> {
    const { caches, works } = this.#options;
    const [namespace = '', name = ''] = key.split('/');
    const other = caches.deployments.get(namespace, name);
    const isGoing = other === undefined || other.metadata.deletionTimestamp !== undefined;
    // Works on their way out are on the spokes still.
    const present = observedStates(works.of(key), caches);
    if (present.length === 0) {
      // Of two that are not applied yet, the older one goes first, unless something holds it.
      if (isGoing || !isOlder(other, deployment) || isBlocked(other)) return [];
      const spokeState = (await this.#renderedFootprints(other, []))?.main;
      return spokeState === undefined ? [] : [{ state: spokeState, appliedOn: [] }];
    }
    // What goes on its own account takes its namespace along whatever comes now; it is still there to meet.
    if (isGoing) return present.map(({ state }) => ({ state, appliedOn: [] }));
    const isAlike = (state: SpokeState) => owns(state) === owned.has(state.namespace);
    // It may be about to change in the same way, as all followers of an Environment do, one after the other.
    const changing = present.every(({ state }) => isAlike(state))
      ? undefined
      : await this.#renderedFootprints(other, present);
    return present.map(({ state, ownedOn }) => {
      const wanted = isAlike(state) ? undefined : changing?.byNamespace.get(state.namespace);
      return { state: wanted !== undefined && isAlike(wanted) ? wanted : state, appliedOn: ownedOn };
    });
  }

  async #renderedFootprints(
    other: WorkloadDeployment,
    applied: readonly ObservedState[],
  ): Promise<DesiredState | undefined> {
    const rendered = await renderDeployment(other, this.#options);
    if (rendered.state !== 'resolved' || !rendered.render.ok) return undefined;
    return desiredState(other, { ...rendered, render: rendered.render }, applied, this.#options.caches);
  }
}

interface Other {
  state: SpokeState;
  /** Clusters where it keeps the namespace for others: none for one who goes, or is about to come. */
  appliedOn: readonly string[];
}

/** Older deployments first; of the same second, by name. */
export function lockPriority({ metadata }: WorkloadDeployment): string {
  return `${metadata.creationTimestamp ?? ''} ${metadata.namespace ?? ''}/${metadata.name}`;
}

function isOlder(one: WorkloadDeployment, other: WorkloadDeployment): boolean {
  return lockPriority(one) < lockPriority(other);
}

/** Whether something keeps a deployment from being applied, so that nobody need wait for it. */
function isBlocked({ status }: WorkloadDeployment): boolean {
  const conditions = status?.conditions ?? [];
  const failed = conditions.some(
    ({ type, status: is }) => (type === 'Resolved' || type === 'Rendered') && is === 'False',
  );
  const applied = conditions.find(({ type }) => type === 'Applied');
  return failed || (applied?.status === 'False' && blockedReasons.has(applied.reason));
}

const blockedReasons: ReadonlySet<string> = new Set([
  ...applyEnforcedCodes,
  'HubNamespaceNotFound',
  'KindNotFound',
  'NameTaken',
  'RefusedByHub',
]);
