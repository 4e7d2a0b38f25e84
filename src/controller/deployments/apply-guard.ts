import { keyOf } from '../../api/object.ts';
import type { ManifestWorkReplicaSet } from '../../api/ocm.ts';
import type { WorkloadDeployment } from '../../api/workload-deployment.ts';
import {
  acknowledgedRevisionAnnotation,
  acknowledgeAnnotation,
  environmentAnnotation,
} from '../../domain/annotations.ts';
import { readAcknowledgement } from '../../domain/admission/acknowledgement.ts';
import { denialsOnApply } from '../../domain/admission/decide.ts';
import type { DeploymentRender } from '../../catalog/render-deployment.ts';
import { type Peer, type DeploymentChange } from '../../domain/spoke/change.ts';
import { revisionName } from '../../domain/revisions/revision.ts';
import type { Severities } from '../../domain/admission/rule.ts';
import { spokeNamespace } from '../../domain/render/work-manifests.ts';
import { namespacesIn } from '../../domain/spoke/work-namespaces.ts';
import { observedStates, type ObservedState } from './observed-state.ts';
import { PeerFinder, type PeerFinderOptions } from './peers.ts';
import {
  stateAfter,
  droppedStates,
  ownedLifecycle,
  desiredState,
  withoutNamespace,
  type Rendered,
} from './desired-state.ts';
import type { Violation } from '../../domain/violation.ts';
import { type SpokeState, owns } from '../../domain/spoke/spoke-state.ts';

export interface ApplyGuardOptions extends PeerFinderOptions {
  severities: Severities;
}

/** A write that is about to be made for a deployment. */
export interface PlannedWrite {
  /** Whether works of another name take the place of those that are applied, which then go. */
  replaces: boolean;
  /** Whether a Placement that is there is to select otherwise. */
  selectsAnew: boolean;
}

/** A write as it is judged, up to who else is in the namespaces. */
type Step = Omit<DeploymentChange, 'deployment' | 'peers'>;

/**
 * The second line of the lifecycle rules: what stands against a write for a deployment, judged by what is applied on the
 * hub now. The caller holds the turn for all namespaces that `namespacesConcerned` names.
 */
export class ApplyGuard {
  readonly #options: ApplyGuardOptions;
  readonly #neighbourhood: PeerFinder;

  constructor(options: ApplyGuardOptions) {
    this.#options = options;
    this.#neighbourhood = new PeerFinder(options);
  }

  /** Namespaces on the spokes where a deployment is, or is about to be. */
  affectedNamespaces(deployment: WorkloadDeployment, rendered: DeploymentRender): string[] {
    const wanted = rendered.state === 'resolved' && rendered.render.ok ? rendered.render.objects : [];
    const applied = this.#options.works.of(keyOf(deployment));
    return [...new Set([spokeNamespace(deployment), ...[...applied, ...wanted].flatMap(namespacesIn)])];
  }

  /** What stands against applying a render over what is applied. */
  async violationsOfApply(
    deployment: WorkloadDeployment,
    rendered: Rendered,
    write: PlannedWrite,
  ): Promise<Violation[]> {
    const { caches, works } = this.#options;
    const staying = works.of(keyOf(deployment)).filter(isStaying);
    const applied = observedStates(staying, caches);
    const wanted = desiredState(deployment, rendered, applied, caches);
    const changes = applied.map((present): Step => ({
      observed: present.state,
      orphanUnconfirmedOn: present.orphanUnconfirmedOn,
      desired: stateAfter(present.state, wanted),
      ...movesTo(present, wanted.main, rendered, write),
      replacesReplicaSets: write.replaces,
    }));
    const reached = new Set(changes.map(({ desired }) => desired?.namespace));
    const additions = [...wanted.byNamespace.values()]
      .filter(({ namespace }) => !reached.has(namespace))
      .map((desired): Step => ({
        desired,
        orphanUnconfirmedOn: [],
        placement: { kind: 'same' },
        replacesReplicaSets: false,
      }));
    const dropped = droppedStates(staying, rendered, wanted, caches).map((observed): Step => ({
      observed,
      desired: withoutNamespace(observed),
      orphanUnconfirmedOn: [],
      placement: { kind: 'same' },
      replacesReplicaSets: false,
    }));
    return this.#judge(deployment, rendered, [...changes, ...additions, ...dropped]);
  }

  /** What stands against removing works that the render no longer has, from clusters where those that replace them are not. */
  async violationsOfPrune(
    deployment: WorkloadDeployment,
    rendered: Rendered,
    stale: readonly ManifestWorkReplicaSet[],
    selected: readonly string[],
  ): Promise<Violation[]> {
    const { caches } = this.#options;
    const old = observedStates(stale, caches);
    const wanted = desiredState(deployment, rendered, old, caches);
    const changes = old.map(({ state, orphanUnconfirmedOn }): Step => {
      const next = stateAfter(state, wanted);
      const { lifecycle = ownedLifecycle } = next;
      // Where it is from now on was judged when that was applied.
      const desired = next.namespace === state.namespace ? { ...state, lifecycle } : next;
      return {
        observed: state,
        orphanUnconfirmedOn,
        desired,
        placement: { kind: 'changes' },
        selected,
        replacesReplicaSets: true,
      };
    });
    return this.#judge(deployment, rendered, changes);
  }

  /** Judges all that one write does; a keeper on whose account something may go is read live before it is relied on. */
  async #judge(deployment: WorkloadDeployment, rendered: Rendered, steps: readonly Step[]): Promise<Violation[]> {
    const { tools, catalog, severities } = this.#options;
    const acknowledged = new Set([
      ...ownAcknowledgement(deployment),
      ...this.#environmentAcknowledgement(deployment, rendered.environment),
    ]);
    const facts = { hash: tools.hash, systemNamespace: catalog.systemNamespace, revisionWriters: [] };
    const { namespace = '', name } = deployment.metadata;
    const judged = (peers: readonly Peer[]) => {
      const found = steps.flatMap((step) =>
        denialsOnApply({ ...step, deployment: { namespace, name, visible: true }, peers }, facts, {
          severities,
          acknowledged,
        }),
      );
      return [...new Map(found.map((violation) => [violation.message, violation])).values()];
    };
    const around = await this.#neighbourhood.peersOf(deployment, steps);
    const denials = judged(around);
    const relied = around.filter(({ state, appliedOn = [] }) => owns(state) && appliedOn.length > 0);
    if (denials.length > 0 || judged(around.map(withoutKeeping(relied))).length === 0) return denials;
    return judged(around.map(withoutKeeping(await this.#neighbourhood.terminatingAmong(relied))));
  }

  /**
   * What the Environment acknowledges, if it does so for the revision that is rendered, and until the works are of that
   * revision: it opens the write that follows from the edit, and not what comes later.
   */
  #environmentAcknowledgement(
    deployment: WorkloadDeployment,
    { namespace, name, revision }: Rendered['environment'],
  ): string[] {
    const { caches, works } = this.#options;
    const annotations = caches.definitions.Environment.get(namespace, name)?.metadata.annotations;
    if (annotations?.[acknowledgedRevisionAnnotation] !== String(revision)) return [];
    const applied = works.of(keyOf(deployment)).map((work) => work.metadata.annotations?.[environmentAnnotation]);
    const recorded = caches.definitions.revisions.get(namespace, revisionName('Environment', name, revision));
    const follows =
      applied.length === 0
        ? isNotAfter(deployment.metadata.creationTimestamp, recorded?.metadata.creationTimestamp)
        : applied.some(
            (place) => place?.startsWith(`${namespace}/${name}@v`) === true && !place.endsWith(`@v${revision}`),
          );
    return follows ? readAcknowledgement(annotations[acknowledgeAnnotation]) : [];
  }
}

/** Lets some neighbours keep no namespace for others. */
function withoutKeeping(some: readonly Peer[]): (peer: Peer) => Peer {
  const left = new Set(some);
  return (peer) => (left.has(peer) ? { ...peer, appliedOn: [] } : peer);
}

/** Whether something was there when something else was made; what is not recorded yet is newer than all. */
function isNotAfter(one: string | undefined, other: string | undefined): boolean {
  return other === undefined || (one ?? '') <= other;
}

/**
 * Where a write lets OCM select anew: in another Environment, that one's selection, and as long as there is none every
 * cluster would be left. In the same one, what an edited Placement comes to select is OCM's to decide.
 */
function movesTo(
  applied: ObservedState,
  { clusters = [] }: SpokeState,
  { environment }: Rendered,
  { selectsAnew }: PlannedWrite,
): Pick<DeploymentChange, 'placement' | 'selected'> {
  const key = `${environment.namespace}/${environment.name}`;
  const stays = applied.environment === undefined || applied.environment === key;
  if (stays || !selectsAnew) return { placement: { kind: 'same' } };
  return { placement: { kind: 'changes' }, selected: clusters };
}

/** What a deployment acknowledges, until the write that follows from it is made. */
function ownAcknowledgement({ metadata, status }: WorkloadDeployment): string[] {
  const text = metadata.annotations?.[acknowledgeAnnotation];
  return text === undefined || text === status?.acknowledged ? [] : readAcknowledgement(text);
}

function isStaying({ metadata }: ManifestWorkReplicaSet): boolean {
  return metadata.deletionTimestamp === undefined;
}
