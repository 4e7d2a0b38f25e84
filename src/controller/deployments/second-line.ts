import { workloadDeployments } from '../../api/kinds.ts';
import { keyOf } from '../../api/object.ts';
import type { ManifestWorkReplicaSet } from '../../api/ocm.ts';
import type { EffectiveLifecycle, WorkloadDeployment } from '../../api/workload-deployment.ts';
import {
  acknowledgedRevisionAnnotation,
  acknowledgeAnnotation,
  environmentAnnotation,
} from '../../domain/annotations.ts';
import { readAcknowledgement } from '../../domain/acknowledgement.ts';
import { denialsOf } from '../../domain/admission.ts';
import type { Violation } from '../../domain/decision.ts';
import { renderDeployment, type DeploymentRender, type RenderSources } from '../../domain/deployment-render.ts';
import { effectiveLifecycle } from '../../domain/effective-lifecycle.ts';
import { environmentVerdict } from '../../domain/environment-verdict.ts';
import { owns, type Footprint, type Neighbour, type Transition } from '../../domain/footprint.ts';
import { keyOfHub } from '../../domain/hub-plan.ts';
import { revisionName } from '../../domain/revision.ts';
import type { Severities } from '../../domain/rule.ts';
import { secondLineCodes } from '../../domain/second-line.ts';
import { spokeNamespace } from '../../domain/work-manifests.ts';
import { namespacesHeldBy, namespacesOwnedBy } from '../../domain/work-namespaces.ts';
import { bySpokeNamespace } from '../../definitions/deployments.ts';
import type { Client } from '../../kube/client.ts';
import { isNotFound } from '../../kube/errors.ts';
import type { ControllerCaches } from '../watches.ts';
import {
  appliedFootprints,
  clustersOf,
  owningClusters,
  workloadName,
  type AppliedFootprint,
} from './applied-footprints.ts';
import type { AppliedWorks } from './applied-works.ts';

export interface SecondLineOptions extends RenderSources {
  client: Client;
  caches: ControllerCaches;
  works: AppliedWorks;
  severities: Severities;
}

type Resolved = Extract<DeploymentRender, { state: 'resolved' }>;
type Rendered = Resolved & { render: Extract<Resolved['render'], { ok: true }> };

/** A write that is about to be made for a deployment. */
export interface PlannedWrite {
  /** Whether works of another name take the place of those that are applied, which then go. */
  replaces: boolean;
  /** Whether a Placement that is there is to select otherwise. */
  selectsAnew: boolean;
}

/** What a deployment is to have: in the namespace of its Workload, and in others that a topology of one's own may add. */
interface Wanted {
  main: Footprint;
  byNamespace: ReadonlyMap<string, Footprint>;
}

/** A write as it is judged, up to who else is in the namespaces. */
type Step = Omit<Transition, 'deployment' | 'neighbours'>;

/**
 * The second line of the lifecycle rules: what stands against a write for a deployment, judged by what is applied on the
 * hub now. The caller holds the turn for all namespaces that `namespacesConcerned` names.
 */
export class SecondLine {
  readonly #options: SecondLineOptions;

  constructor(options: SecondLineOptions) {
    this.#options = options;
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
    const wanted = this.#wantedOf(deployment, rendered, applied);
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
    return this.#judge(deployment, rendered, [...changes, ...additions, ...this.#dropped(staying, rendered, wanted)]);
  }

  /** What stands against removing works that the render no longer has, from clusters where those that replace them are not. */
  async againstRemoving(
    deployment: WorkloadDeployment,
    rendered: Rendered,
    stale: readonly ManifestWorkReplicaSet[],
    selected: readonly string[],
  ): Promise<Violation[]> {
    const old = appliedFootprints(stale, this.#options.caches);
    const wanted = this.#wantedOf(deployment, rendered, old);
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
    const around = await this.#around(deployment, steps);
    const denials = judged(around);
    const relied = around.filter(({ footprint, applied = [] }) => owns(footprint) && applied.length > 0);
    if (denials.length > 0 || judged(around.map(withoutKeeping(relied))).length === 0) return denials;
    return judged(around.map(withoutKeeping(await this.#leaving(relied))));
  }

  /** Those of some neighbours who are gone or going, whatever the cache still says. */
  async #leaving(neighbours: readonly Neighbour[]): Promise<Neighbour[]> {
    const { client } = this.#options;
    const answers = await Promise.all(
      neighbours.map(async (neighbour) => {
        const { namespace, name } = neighbour;
        try {
          const { metadata } = await client.get<WorkloadDeployment>(workloadDeployments, { namespace, name });
          return metadata.deletionTimestamp === undefined ? [] : [neighbour];
        } catch (error) {
          if (isNotFound(error)) return [neighbour];
          throw error;
        }
      }),
    );
    return answers.flat();
  }

  /**
   * What the Environment acknowledges, if it does so for the revision that is rendered, and until the works are of that
   * revision: it opens the write that follows from the edit, and not what comes later.
   */
  #environmentAcknowledgement(
    deployment: WorkloadDeployment,
    { namespace, name, revision }: Resolved['environment'],
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

  #wantedOf(
    deployment: WorkloadDeployment,
    { render, environment }: Rendered,
    applied: readonly AppliedFootprint[],
  ): Wanted {
    const cached = this.#options.caches.definitions.Environment.get(environment.namespace, environment.name);
    // In another Environment it is not placed yet.
    const stays = applied.find((present) => present.environment === `${environment.namespace}/${environment.name}`);
    const present = stays?.footprint.clusters;
    const clusters = present ?? (cached === undefined ? [] : environmentVerdict(cached).selected);
    const selected = clusters.length === 0 ? {} : { clusters };
    const footprintIn = (namespace: string, workload: string, lifecycle: EffectiveLifecycle): Footprint => ({
      namespace,
      workload,
      lifecycle,
      ...selected,
    });
    const namespaces = [...new Set(render.objects.flatMap(namespacesHeldBy))].toSorted();
    const byNamespace = new Map(
      namespaces.map((namespace) => {
        const workload = workloadName(render.objects, namespace);
        const lifecycle = effectiveLifecycle(render.objects.filter(isHolding(namespace)), {
          namespace,
          name: workload,
        });
        return [namespace, footprintIn(namespace, workload, lifecycle)];
      }),
    );
    // A topology of one's own may put the Workload elsewhere, or make something else of it.
    const asked = footprintIn(spokeNamespace(deployment), deployment.spec.workload.name, render.lifecycle);
    const placed = [...byNamespace.values()].find(({ workload }) => workload !== '');
    const main = byNamespace.get(asked.namespace) ?? placed ?? asked;
    return { main, byNamespace: new Map([...byNamespace, [main.namespace, main]]) };
  }

  /** Namespaces that leave one of several works, where the others do not own them: taken together they seem to stay. */
  #dropped(staying: readonly ManifestWorkReplicaSet[], { render }: Rendered, wanted: Wanted): Step[] {
    const { caches } = this.#options;
    const next = new Map(render.objects.map((object) => [keyOfHub(object), object]));
    return staying.flatMap((work) => {
      const successor = next.get(keyOfHub(work));
      if (successor === undefined) return [];
      const left = namespacesOwnedBy(work).filter((namespace) => !namespacesHeldBy(successor).includes(namespace));
      return left.flatMap((namespace): Step[] => {
        // Where none of the works holds it any more, that is judged already.
        if (wanted.byNamespace.get(namespace)?.lifecycle?.spokeNamespace.create !== true) return [];
        const others = staying.filter((other) => {
          const stays = next.get(keyOfHub(other));
          return other !== work && stays !== undefined && namespacesOwnedBy(stays).includes(namespace);
        });
        const kept = new Set(owningClusters(namespace, others, caches));
        const clusters = clustersOf([work], caches)?.filter((cluster) => !kept.has(cluster));
        const before: Footprint = {
          namespace,
          workload: '',
          lifecycle: ownedLifecycle,
          ...(clusters === undefined ? {} : { clusters }),
        };
        return [{ before, after: leaving(before), pending: [], placement: { kind: 'same' }, replaced: false }];
      });
    });
  }

  /** Others in the same namespaces: those that are applied, and those that came first and are about to be. */
  async #around(deployment: WorkloadDeployment, steps: readonly Step[]): Promise<Neighbour[]> {
    const { caches, works } = this.#options;
    const own = keyOf(deployment);
    const namespaces = new Set(
      steps
        .flatMap(({ before, after }) => [before?.namespace, after?.namespace])
        .filter((found) => found !== undefined),
    );
    const keys = new Set(
      [...namespaces].flatMap((namespace) => [
        ...works.deploymentsIn(namespace),
        ...caches.deployments.byIndex(bySpokeNamespace, namespace).map(keyOf),
      ]),
    );
    keys.delete(own);
    const owned = new Set(steps.flatMap(({ after }) => (after !== undefined && owns(after) ? [after.namespace] : [])));
    const neighbours: Neighbour[] = [];
    // In one order, so that messages do not change while nothing else does.
    for (const key of [...keys].toSorted()) {
      const [namespace = '', name = ''] = key.split('/');
      // Whoever reads the status of one deployment may not see those of other namespaces.
      const visible = namespace === deployment.metadata.namespace;
      for (const found of await this.#other(key, deployment, owned)) {
        if (namespaces.has(found.footprint.namespace)) neighbours.push({ namespace, name, visible, ...found });
      }
    }
    return neighbours;
  }

  /** What another deployment has in each namespace; `owned` are those that the one in question is about to own. */
  async #other(key: string, deployment: WorkloadDeployment, owned: ReadonlySet<string>): Promise<Other[]> {
    const { caches, works } = this.#options;
    const [namespace = '', name = ''] = key.split('/');
    const other = caches.deployments.get(namespace, name);
    const isGoing = other === undefined || other.metadata.deletionTimestamp !== undefined;
    // Works on their way out are on the spokes still.
    const present = appliedFootprints(works.of(key), caches);
    if (present.length === 0) {
      // Of two that are not applied yet, the older one goes first, unless something holds it.
      if (isGoing || !isOlder(other, deployment) || isHeldBack(other)) return [];
      const footprint = (await this.#renderedFootprints(other, []))?.main;
      return footprint === undefined ? [] : [{ footprint, applied: [] }];
    }
    // What goes on its own account takes its namespace along whatever comes now; it is still there to meet.
    if (isGoing) return present.map(({ footprint }) => ({ footprint, applied: [] }));
    const isAlike = (footprint: Footprint) => owns(footprint) === owned.has(footprint.namespace);
    // It may be about to change in the same way, as all followers of an Environment do, one after the other.
    const changing = present.every(({ footprint }) => isAlike(footprint))
      ? undefined
      : await this.#renderedFootprints(other, present);
    return present.map(({ footprint, owning }) => {
      const wanted = isAlike(footprint) ? undefined : changing?.byNamespace.get(footprint.namespace);
      return { footprint: wanted !== undefined && isAlike(wanted) ? wanted : footprint, applied: owning };
    });
  }

  async #renderedFootprints(
    other: WorkloadDeployment,
    applied: readonly AppliedFootprint[],
  ): Promise<Wanted | undefined> {
    const rendered = await renderDeployment(other, this.#options);
    if (rendered.state !== 'resolved' || !rendered.render.ok) return undefined;
    return this.#wantedOf(other, { ...rendered, render: rendered.render }, applied);
  }
}

interface Other {
  footprint: Footprint;
  /** Clusters where it keeps the namespace for others: none for one who goes, or is about to come. */
  applied: readonly string[];
}

const ownedLifecycle: EffectiveLifecycle = {
  spokeNamespace: { create: true, orphan: false },
  workload: { orphan: false },
};

function isHolding(namespace: string): (work: object) => boolean {
  return (work) => namespacesHeldBy(work).includes(namespace);
}

/** What becomes of a namespace where a deployment is: the same namespace, that of its Workload if that moves, or nothing. */
function afterwards(before: Footprint, { main, byNamespace }: Wanted): Footprint {
  return byNamespace.get(before.namespace) ?? (before.workload === '' ? leaving(before) : main);
}

function leaving(before: Footprint): Footprint {
  const { workload } = ownedLifecycle;
  return { ...before, lifecycle: { spokeNamespace: { create: false, orphan: false }, workload } };
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

/** Older deployments first; of the same second, by name. */
export function rankOf({ metadata }: WorkloadDeployment): string {
  return `${metadata.creationTimestamp ?? ''} ${metadata.namespace ?? ''}/${metadata.name}`;
}

function isOlder(one: WorkloadDeployment, other: WorkloadDeployment): boolean {
  return rankOf(one) < rankOf(other);
}

/** Whether something keeps a deployment from being applied, so that nobody need wait for it. */
function isHeldBack({ status }: WorkloadDeployment): boolean {
  const conditions = status?.conditions ?? [];
  const failed = conditions.some(
    ({ type, status: is }) => (type === 'Resolved' || type === 'Rendered') && is === 'False',
  );
  const applied = conditions.find(({ type }) => type === 'Applied');
  return failed || (applied?.status === 'False' && holdingReasons.has(applied.reason));
}

const holdingReasons: ReadonlySet<string> = new Set([
  ...secondLineCodes,
  'HubNamespaceNotFound',
  'KindNotFound',
  'NameTaken',
  'RefusedByHub',
]);
