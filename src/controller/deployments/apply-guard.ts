import { keyOf, type KubeObject } from '../../api/object.ts';
import type { ManifestWorkReplicaSet } from '../../api/ocm.ts';
import type { WorkloadDeployment } from '../../api/workload-deployment.ts';
import type { DeploymentRender } from '../../catalog/render-deployment.ts';
import type { AcknowledgementGrant } from '../../domain/admission/acknowledgement.ts';
import { denialsOnApply } from '../../domain/admission/decide.ts';
import type { SpokeNamespaceFacts } from '../../domain/admission/facts.ts';
import type { Severities } from '../../domain/admission/rule.ts';
import { spokeNamespace } from '../../domain/render/work-manifests.ts';
import type { DeploymentChange, Peer } from '../../domain/spoke/change.ts';
import { owns } from '../../domain/spoke/spoke-state.ts';
import { namespacesIn } from '../../domain/spoke/work-namespaces.ts';
import type { Violation } from '../../domain/violation.ts';
import { isShownByCaches } from '../live-comparison.ts';
import { acknowledgedForRelease, acknowledgedForWrite, standingAcknowledgements } from './acknowledgements.ts';
import {
  changesOfApply,
  changesOfPrune,
  changesOfRelease,
  namespaceMetadataIn,
  type ApplyWrite,
  type NamespaceChange,
  type PruneWrite,
} from './changes.ts';
import { cachedLocalClusters, hubAsSpokeIn, hubAsSpokeOfRelease, ownedOnHub } from '../hub-as-spoke.ts';
import { enteredNamespaceFacts, enteredNamespaces } from './entered-namespaces.ts';
import { meetings } from './meetings.ts';
import { appliedStates } from './observed-state.ts';
import { PeerFinder, type PeerFinderOptions } from './peers.ts';

export interface ApplyGuardOptions extends PeerFinderOptions {
  severities: Severities;
  protectedNamespaces: readonly string[];
}

/**
 * Enforces the lifecycle rules again before the controller writes, based on what is applied on the hub now. The webhook
 * evaluates the same rules on admission (`webhook/gather`), but cannot see writes that are made at the same time. The caller
 * must hold the locks of all namespaces that `affectedNamespaces` returns.
 */
export class ApplyGuard {
  readonly #options: ApplyGuardOptions;
  readonly #peers: PeerFinder;

  constructor(options: ApplyGuardOptions) {
    this.#options = options;
    this.#peers = new PeerFinder(options);
  }

  /** Namespaces on the spokes that a deployment is in, or will be in after its render is applied. */
  affectedNamespaces(deployment: WorkloadDeployment, rendered: DeploymentRender): string[] {
    const desired = rendered.state === 'resolved' && rendered.render.ok ? rendered.render.objects : [];
    const applied = this.#options.appliedReplicaSets.of(keyOf(deployment));
    return [...new Set([spokeNamespace(deployment), ...[...applied, ...desired].flatMap(namespacesIn)])];
  }

  /** Namespaces on the spokes that a deployment is in now. */
  appliedNamespaces(deployment: KubeObject): string[] {
    return [...new Set(this.#options.appliedReplicaSets.of(keyOf(deployment)).flatMap(namespacesIn))];
  }

  /** The denials of applying a render over what is applied. */
  async violationsOfApply(write: ApplyWrite): Promise<Violation[]> {
    const { caches, appliedReplicaSets } = this.#options;
    const applied = appliedStates(appliedReplicaSets.of(keyOf(write.deployment)), caches);
    const options = { client: this.#options.client, caches, settings: this.#options.tools.settings };
    const changes = await Promise.all(
      changesOfApply(write, applied, caches).map(async (change) => ({
        ...change,
        ...namespaceMetadataIn(change, write, applied),
        ...(await hubAsSpokeIn(change, { ...write, applied }, options)),
      })),
    );
    const evaluate = () =>
      this.#evaluate(write.deployment, changes, this.#contextOf(write, enteredNamespaces(changes)));
    const taking = changes.filter((change) => changesOwnership(change) || changesMetadata(change));
    return this.#evaluateCurrent(write.deployment, taking, evaluate);
  }

  /**
   * What is wrong where OCM has led a deployment: a deployment of another hub namespace that it conflicts with was there first.
   * Nothing asks before OCM selects a cluster, such as after an edit of a Placement that mooring does not own.
   */
  violationsOfMeeting({ deployment, rendered }: Pick<ApplyWrite, 'deployment' | 'rendered'>): Violation[] {
    const met = meetings(deployment, rendered, this.#options);
    if (met.length === 0) return [];
    return this.#denials(deployment, met, {
      acknowledged: standingAcknowledgements(deployment, rendered, this.#options),
      spokeNamespaces: enteredNamespaceFacts(deployment, { entered: [], peers: [] }, this.#options.caches),
    });
  }

  /** What is wrong where a work agent of the hub itself owns a namespace that the hub needs. */
  async violationsOnHub({ deployment, rendered }: Pick<ApplyWrite, 'deployment' | 'rendered'>): Promise<Violation[]> {
    const { client, caches, tools, appliedReplicaSets } = this.#options;
    const applied = appliedStates(appliedReplicaSets.of(keyOf(deployment)), caches);
    const found = await ownedOnHub({ deployment, rendered, applied }, { client, caches, settings: tools.settings });
    return this.#denials(deployment, found, {
      acknowledged: [],
      spokeNamespaces: enteredNamespaceFacts(deployment, { entered: [], peers: [] }, caches),
    });
  }

  /** The denials of deleting ManifestWorkReplicaSets that the render replaces. */
  async violationsOfPrune(write: PruneWrite): Promise<Violation[]> {
    const { caches } = this.#options;
    const changes = changesOfPrune(write, appliedStates(write.replaced, caches), caches);
    const evaluate = () => this.#evaluate(write.deployment, changes, this.#contextOf(write, []));
    return this.#evaluateCurrent(write.deployment, changes, evaluate);
  }

  /** Whether the caches show everything that is applied in the namespaces of ManifestWorkReplicaSets that are to be released. */
  isInformedForRelease(deployment: KubeObject, replicaSets: readonly ManifestWorkReplicaSet[]): Promise<boolean> {
    const namespaces = [...new Set(replicaSets.flatMap(namespacesIn))];
    return isShownByCaches({ namespaces, deployment: keyOf(deployment), thorough: true }, this.#options);
  }

  /**
   * The denials of a write that takes or gives up namespaces. A write that the caches permit is evaluated again after a live list has
   * shown that they lack nothing. Throws if they do, so that the reconcile is repeated.
   */
  async #evaluateCurrent(
    deployment: WorkloadDeployment,
    changes: readonly NamespaceChange[],
    evaluate: () => Promise<Violation[]>,
  ): Promise<Violation[]> {
    const denials = await evaluate();
    if (denials.length > 0 || changes.length === 0) return denials;
    const namespaces = [...new Set(changes.flatMap(namespacesOf))];
    const key = keyOf(deployment);
    if (await isShownByCaches({ namespaces, deployment: key, thorough: false }, this.#options)) return evaluate();
    throw new Error(`the caches lack something that is applied in a spoke namespace of ${key}`);
  }

  #contextOf(
    { deployment, rendered }: Pick<ApplyWrite, 'deployment' | 'rendered'>,
    entered: readonly string[],
  ): EvaluationContext {
    return { acknowledged: acknowledgedForWrite(deployment, rendered, this.#options), isPeer: () => true, entered };
  }

  /**
   * The denials of deleting ManifestWorkReplicaSets of a deleted deployment. Only what is applied counts: a deployment that
   * waits for the namespace loses nothing, and one that is deleted too does not hold up the deletion.
   */
  async violationsOfRelease(
    deployment: KubeObject,
    replicaSets: readonly ManifestWorkReplicaSet[],
  ): Promise<Violation[]> {
    const { client, caches, tools } = this.#options;
    const local = cachedLocalClusters(caches);
    const changes = await Promise.all(
      changesOfRelease(appliedStates(replicaSets, caches)).map(async (change) => ({
        ...change,
        ...(await hubAsSpokeOfRelease(change, local, { client, settings: tools.settings })),
      })),
    );
    const acknowledged = acknowledgedForRelease(deployment);
    const isPeer = (peer: Peer) => this.#isAppliedAndStays(peer);
    return this.#evaluate(deployment, changes, { acknowledged, isPeer, entered: [] });
  }

  #isAppliedAndStays({ namespace, name }: Peer): boolean {
    const { caches, appliedReplicaSets } = this.#options;
    const peer = caches.deployments.get(namespace, name);
    const stays = peer !== undefined && peer.metadata.deletionTimestamp === undefined;
    return stays && appliedReplicaSets.of(`${namespace}/${name}`).length > 0;
  }

  /** Evaluates all changes of one write. If the write is safe only because a peer owns a namespace, that peer is read live first. */
  async #evaluate(
    deployment: KubeObject,
    changes: readonly NamespaceChange[],
    { acknowledged, isPeer, entered }: EvaluationContext,
  ): Promise<Violation[]> {
    const peers = (await this.#peers.peersOf(deployment, changes)).filter(isPeer);
    const spokeNamespaces = enteredNamespaceFacts(deployment, { entered, peers }, this.#options.caches);
    const denialsWith = (counted: readonly Peer[]): Violation[] =>
      this.#denials(
        deployment,
        changes.map((change) => ({ ...change, peers: counted })),
        { acknowledged, spokeNamespaces },
      );
    const denials = denialsWith(peers);
    const owners = peers.filter(({ state, appliedOn = [] }) => owns(state) && appliedOn.length > 0);
    if (denials.length > 0 || denialsWith(withoutOwners(peers, owners)).length === 0) return denials;
    return denialsWith(withoutOwners(peers, await this.#peers.findTerminating(owners)));
  }

  #denials(
    deployment: KubeObject,
    changes: readonly Omit<DeploymentChange, 'deployment'>[],
    {
      acknowledged,
      spokeNamespaces,
    }: Pick<EvaluationContext, 'acknowledged'> & { spokeNamespaces: SpokeNamespaceFacts },
  ): Violation[] {
    const { tools, catalog, severities, protectedNamespaces } = this.#options;
    const facts = {
      hash: tools.hash,
      systemNamespace: catalog.systemNamespace,
      revisionWriters: [],
      protectedNamespaces,
      spokeNamespaces,
    };
    const { namespace = '', name } = deployment.metadata;
    const denials = changes.flatMap((change) =>
      denialsOnApply({ ...change, deployment: { namespace, name, visible: true } }, facts, {
        severities,
        acknowledged,
      }),
    );
    return [...new Map(denials.map((denial) => [denial.message, denial])).values()];
  }
}

interface EvaluationContext {
  /** What is acknowledged for this write. */
  acknowledged: readonly AcknowledgementGrant[];
  /** The spoke namespaces that the write enters. */
  entered: readonly string[];
  /** Whether a peer counts. */
  isPeer: (peer: Peer) => boolean;
}

/** Whether a write enters or leaves a namespace, or begins or stops to own it. */
function changesOwnership({ observed, desired }: NamespaceChange): boolean {
  if (observed === undefined || desired === undefined) return true;
  return observed.namespace !== desired.namespace || owns(observed) !== owns(desired);
}

/** Whether a write gives a Namespace another label or annotation than before, or a new one. */
function changesMetadata({ namespaceMetadata }: NamespaceChange): boolean {
  if (namespaceMetadata === undefined) return false;
  const { now, before } = namespaceMetadata;
  return [...now].some(([field, value]) => before?.get(field) !== value);
}

function namespacesOf({ observed, desired }: NamespaceChange): string[] {
  return [observed, desired].flatMap((state) => (state === undefined ? [] : [state.namespace]));
}

/** The peers, with the ownership of some of them removed: those count as owners on no cluster. */
function withoutOwners(peers: readonly Peer[], owners: readonly Peer[]): Peer[] {
  const ignored = new Set(owners);
  return peers.map((peer) => (ignored.has(peer) ? { ...peer, appliedOn: [] } : peer));
}
