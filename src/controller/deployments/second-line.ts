import { keyOf } from '../../api/object.ts';
import type { ManifestWorkReplicaSet } from '../../api/ocm.ts';
import type { WorkloadDeployment } from '../../api/workload-deployment.ts';
import {
  acknowledgedRevisionAnnotation,
  acknowledgeAnnotation,
  environmentAnnotation,
} from '../../domain/annotations.ts';
import { readAcknowledgement } from '../../domain/acknowledgement.ts';
import { denialsOf } from '../../domain/admission.ts';
import type { Violation } from '../../domain/decision.ts';
import type { DeploymentRender } from '../../domain/deployment-render.ts';
import { owns, type Footprint, type Neighbour, type Transition } from '../../domain/footprint.ts';
import { revisionName } from '../../domain/revision.ts';
import type { Severities } from '../../domain/rule.ts';
import { spokeNamespace } from '../../domain/work-manifests.ts';
import { namespacesHeldBy } from '../../domain/work-namespaces.ts';
import { appliedFootprints, type AppliedFootprint } from './applied-footprints.ts';
import { Neighbourhood, type NeighbourhoodOptions } from './neighbourhood.ts';
import {
  afterwards,
  droppedFootprints,
  ownedLifecycle,
  wantedFootprints,
  withoutNamespace,
  type Rendered,
} from './wanted-footprints.ts';

export interface SecondLineOptions extends NeighbourhoodOptions {
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
type Step = Omit<Transition, 'deployment' | 'neighbours'>;

/**
 * The second line of the lifecycle rules: what stands against a write for a deployment, judged by what is applied on the
 * hub now. The caller holds the turn for all namespaces that `namespacesConcerned` names.
 */
export class SecondLine {
  readonly #options: SecondLineOptions;
  readonly #neighbourhood: Neighbourhood;

  constructor(options: SecondLineOptions) {
    this.#options = options;
    this.#neighbourhood = new Neighbourhood(options);
  }

  /** Namespaces on the spokes where a deployment is, or is about to be. */
  namespacesConcerned(deployment: WorkloadDeployment, rendered: DeploymentRender): string[] {
    const wanted = rendered.state === 'resolved' && rendered.render.ok ? rendered.render.objects : [];
    const applied = this.#options.works.of(keyOf(deployment));
    return [...new Set([spokeNamespace(deployment), ...[...applied, ...wanted].flatMap(namespacesHeldBy)])];
  }

  /** What stands against applying a render over what is applied. */
  async againstApplying(deployment: WorkloadDeployment, rendered: Rendered, write: PlannedWrite): Promise<Violation[]> {
    const { caches, works } = this.#options;
    const staying = works.of(keyOf(deployment)).filter(isStaying);
    const applied = appliedFootprints(staying, caches);
    const wanted = wantedFootprints(deployment, rendered, applied, caches);
    const changes = applied.map((present): Step => ({
      before: present.footprint,
      pending: present.unkept,
      after: afterwards(present.footprint, wanted),
      ...movesTo(present, wanted.main, rendered, write),
      replaced: write.replaces,
    }));
    const reached = new Set(changes.map(({ after }) => after?.namespace));
    const additions = [...wanted.byNamespace.values()]
      .filter(({ namespace }) => !reached.has(namespace))
      .map((after): Step => ({ after, pending: [], placement: { kind: 'same' }, replaced: false }));
    const dropped = droppedFootprints(staying, rendered, wanted, caches).map((before): Step => ({
      before,
      after: withoutNamespace(before),
      pending: [],
      placement: { kind: 'same' },
      replaced: false,
    }));
    return this.#judge(deployment, rendered, [...changes, ...additions, ...dropped]);
  }

  /** What stands against removing works that the render no longer has, from clusters where those that replace them are not. */
  async againstRemoving(
    deployment: WorkloadDeployment,
    rendered: Rendered,
    stale: readonly ManifestWorkReplicaSet[],
    selected: readonly string[],
  ): Promise<Violation[]> {
    const { caches } = this.#options;
    const old = appliedFootprints(stale, caches);
    const wanted = wantedFootprints(deployment, rendered, old, caches);
    const changes = old.map(({ footprint, unkept }): Step => {
      const next = afterwards(footprint, wanted);
      const { lifecycle = ownedLifecycle } = next;
      // Where it is from now on was judged when that was applied.
      const after = next.namespace === footprint.namespace ? { ...footprint, lifecycle } : next;
      return { before: footprint, pending: unkept, after, placement: { kind: 'changes' }, selected, replaced: true };
    });
    return this.#judge(deployment, rendered, changes);
  }

  /** Judges all that one write does; a keeper on whose account something may go is read live before it is relied on. */
  async #judge(deployment: WorkloadDeployment, rendered: Rendered, steps: readonly Step[]): Promise<Violation[]> {
    const { tools, systemNamespace, severities } = this.#options;
    const acknowledged = new Set([
      ...ownAcknowledgement(deployment),
      ...this.#environmentAcknowledgement(deployment, rendered.environment),
    ]);
    const facts = { hash: tools.hash, systemNamespace, revisionKeepers: [] };
    const { namespace = '', name } = deployment.metadata;
    const judged = (neighbours: readonly Neighbour[]) => {
      const found = steps.flatMap((step) =>
        denialsOf({ ...step, deployment: { namespace, name, visible: true }, neighbours }, facts, {
          severities,
          acknowledged,
        }),
      );
      return [...new Map(found.map((violation) => [violation.message, violation])).values()];
    };
    const around = await this.#neighbourhood.around(deployment, steps);
    const denials = judged(around);
    const relied = around.filter(({ footprint, applied = [] }) => owns(footprint) && applied.length > 0);
    if (denials.length > 0 || judged(around.map(withoutKeeping(relied))).length === 0) return denials;
    return judged(around.map(withoutKeeping(await this.#neighbourhood.leaving(relied))));
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
function withoutKeeping(some: readonly Neighbour[]): (neighbour: Neighbour) => Neighbour {
  const left = new Set(some);
  return (neighbour) => (left.has(neighbour) ? { ...neighbour, applied: [] } : neighbour);
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
  applied: AppliedFootprint,
  { clusters = [] }: Footprint,
  { environment }: Rendered,
  { selectsAnew }: PlannedWrite,
): Pick<Transition, 'placement' | 'selected'> {
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
