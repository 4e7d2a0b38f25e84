import { keyOf } from '../../api/object.ts';
import type { ManifestWorkReplicaSet } from '../../api/ocm.ts';
import type { WorkloadDeployment } from '../../api/workload-deployment.ts';
import { acknowledgedRevisionAnnotation, acknowledgeAnnotation } from '../../domain/annotations.ts';
import { readAcknowledgement } from '../../domain/acknowledgement.ts';
import { denialsOf } from '../../domain/admission.ts';
import type { Violation } from '../../domain/decision.ts';
import { renderDeployment, type DeploymentRender, type RenderSources } from '../../domain/deployment-render.ts';
import { effectiveLifecycle } from '../../domain/effective-lifecycle.ts';
import { environmentVerdict } from '../../domain/environment-verdict.ts';
import { owns, type Footprint, type Neighbour, type Transition } from '../../domain/footprint.ts';
import type { Severities } from '../../domain/rule.ts';
import { secondLineCodes } from '../../domain/second-line.ts';
import { spokeNamespace } from '../../domain/work-manifests.ts';
import { workloadsIn } from '../../domain/work-namespaces.ts';
import { workProgress } from '../../domain/work-progress.ts';
import { bySpokeNamespace } from '../../definitions/deployments.ts';
import { environmentOf, type ControllerCaches } from '../watches.ts';
import type { AppliedWorks } from './applied-works.ts';
import { replicaSetState } from './hub-state.ts';

export interface SecondLineOptions extends RenderSources {
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
  namespacesConcerned(deployment: WorkloadDeployment): string[] {
    const applied = this.#options.works.of(keyOf(deployment)).flatMap(workloadsIn);
    return [spokeNamespace(deployment), ...applied.map(({ namespace }) => namespace)];
  }

  /** What stands against applying a render over what is applied. */
  async againstApplying(deployment: WorkloadDeployment, rendered: Rendered, write: PlannedWrite): Promise<Violation[]> {
    const staying = this.#options.works.of(keyOf(deployment)).filter(isStaying);
    const applied = this.#footprintOf(staying);
    const after = this.#wantedFootprint(deployment, rendered, applied);
    const around = await this.#around(deployment, after, applied);
    const neighbours = around.filter(({ lasts, footprint }) => lasts || footprint.namespace === after.namespace);
    return this.#judge(deployment, rendered, {
      ...transitionOf(deployment, neighbours),
      ...(applied === undefined ? {} : { before: applied.footprint, pending: applied.pending }),
      after,
      ...movesTo(applied, after, rendered, write),
      replaced: write.replaces,
    });
  }

  /** What stands against removing works that the render no longer has, from clusters where those that replace them are not. */
  async againstRemoving(
    deployment: WorkloadDeployment,
    rendered: Rendered,
    stale: readonly ManifestWorkReplicaSet[],
    selected: readonly string[],
  ): Promise<Violation[]> {
    const old = this.#footprintOf(stale);
    if (old === undefined) return [];
    const after = { ...old.footprint, lifecycle: rendered.render.lifecycle };
    const around = await this.#around(deployment, after, old);
    return this.#judge(deployment, rendered, {
      ...transitionOf(
        deployment,
        around.filter(({ lasts }) => lasts),
      ),
      before: old.footprint,
      after,
      placement: { kind: 'changes' },
      selected,
      replaced: true,
    });
  }

  #judge(deployment: WorkloadDeployment, rendered: Rendered, transition: Transition): Violation[] {
    const { tools, systemNamespace, severities } = this.#options;
    const acknowledged = new Set([
      ...ownAcknowledgement(deployment),
      ...this.#environmentAcknowledgement(rendered.environment),
    ]);
    const facts = { hash: tools.hash, systemNamespace, revisionKeepers: [] };
    return denialsOf(transition, facts, { severities, acknowledged });
  }

  /** What the Environment acknowledges, if it does so for the revision that is rendered. */
  #environmentAcknowledgement({ namespace, name, revision }: Resolved['environment']): string[] {
    const environment = this.#options.caches.definitions.Environment.get(namespace, name);
    const annotations = environment?.metadata.annotations;
    if (annotations?.[acknowledgedRevisionAnnotation] !== String(revision)) return [];
    return readAcknowledgement(annotations[acknowledgeAnnotation]);
  }

  #wantedFootprint(
    deployment: WorkloadDeployment,
    { render, environment }: Rendered,
    applied: Applied | undefined,
  ): Footprint {
    const cached = this.#options.caches.definitions.Environment.get(environment.namespace, environment.name);
    // In another Environment it is not placed yet.
    const stays = applied?.environment === `${environment.namespace}/${environment.name}`;
    const present = stays ? applied.footprint.clusters : undefined;
    const clusters = present ?? (cached === undefined ? [] : environmentVerdict(cached).selected);
    return {
      namespace: spokeNamespace(deployment),
      workload: deployment.spec.workload.name,
      lifecycle: render.lifecycle,
      ...(clusters.length === 0 ? {} : { clusters }),
    };
  }

  /** Others in the same namespaces: those that are applied, and those that came first and are about to be. */
  async #around(
    deployment: WorkloadDeployment,
    after: Footprint,
    applied: Applied | undefined,
  ): Promise<(Neighbour & Other)[]> {
    const { caches, works } = this.#options;
    const own = keyOf(deployment);
    const namespaces = new Set([after.namespace, ...(applied === undefined ? [] : [applied.footprint.namespace])]);
    const keys = new Set(
      [...namespaces].flatMap((namespace) => [
        ...works.deploymentsIn(namespace),
        ...caches.deployments.byIndex(bySpokeNamespace, namespace).map(keyOf),
      ]),
    );
    keys.delete(own);
    const neighbours: (Neighbour & Other)[] = [];
    for (const key of keys) {
      const other = await this.#other(key, deployment, after);
      const [namespace = '', name = ''] = key.split('/');
      // Whoever reads the status of one deployment may not see those of other namespaces.
      const visible = namespace === deployment.metadata.namespace;
      if (other !== undefined) neighbours.push({ namespace, name, visible, ...other });
    }
    return neighbours;
  }

  async #other(key: string, deployment: WorkloadDeployment, after: Footprint): Promise<Other | undefined> {
    const [namespace = '', name = ''] = key.split('/');
    const other = this.#options.caches.deployments.get(namespace, name);
    const isGoing = other === undefined || other.metadata.deletionTimestamp !== undefined;
    // Works on their way out are on the spokes still.
    const applied = this.#footprintOf(this.#options.works.of(key));
    if (applied === undefined) {
      // Of two that are not applied yet, the older one goes first, unless something holds it.
      if (isGoing || !isOlder(other, deployment) || isHeldBack(other)) return undefined;
      const footprint = await this.#renderedFootprint(other, undefined);
      return footprint === undefined ? undefined : { footprint, lasts: false };
    }
    // What goes on its own account takes its namespace along whatever comes now; it is still there to meet.
    if (isGoing) return { footprint: applied.footprint, lasts: false };
    const waiting = new Set(applied.pending);
    const at = (applied.footprint.clusters ?? []).filter((cluster) => !waiting.has(cluster));
    const present = { footprint: applied.footprint, applied: at, lasts: true };
    if (owns(applied.footprint) === owns(after)) return present;
    // It may be about to change in the same way, as all followers of an Environment do, one after the other.
    const wanted = await this.#renderedFootprint(other, applied);
    return wanted !== undefined && owns(wanted) === owns(after) ? { ...present, footprint: wanted } : present;
  }

  async #renderedFootprint(other: WorkloadDeployment, applied: Applied | undefined): Promise<Footprint | undefined> {
    const rendered = await renderDeployment(other, this.#options);
    if (rendered.state !== 'resolved' || !rendered.render.ok) return undefined;
    return this.#wantedFootprint(other, { ...rendered, render: rendered.render }, applied);
  }

  /** What works do on the spokes, read off themselves. */
  #footprintOf(replicaSets: readonly ManifestWorkReplicaSet[]): Applied | undefined {
    const [first] = replicaSets.filter((replicaSet) => workloadsIn(replicaSet).length > 0);
    const [workload] = first === undefined ? [] : workloadsIn(first);
    if (first === undefined || workload === undefined) return undefined;
    const states = replicaSets.map((replicaSet) => replicaSetState(replicaSet, this.#options.caches));
    const { selected, pending, expected } = workProgress(states);
    const clusters = selected.length > 0 || expected === 0 ? { clusters: selected } : {};
    return {
      footprint: {
        namespace: workload.namespace,
        workload: workload.name,
        lifecycle: effectiveLifecycle(replicaSets, workload),
        ...clusters,
      },
      pending,
      environment: environmentOf(first),
    };
  }
}

interface Other {
  footprint: Footprint;
  applied?: readonly string[];
  /** Whether its works are there and are to stay: whoever goes, or is about to come, keeps no namespace for others. */
  lasts: boolean;
}

interface Applied {
  footprint: Footprint;
  /** `namespace/name` of the Environment that it is applied from. */
  environment: string | undefined;
  /** Clusters where the newest work is not applied yet. */
  pending: readonly string[];
}

function transitionOf(deployment: WorkloadDeployment, neighbours: readonly Neighbour[]) {
  const { namespace = '', name } = deployment.metadata;
  return { deployment: { namespace, name, visible: true }, pending: [], neighbours };
}

/**
 * Where a write lets OCM select anew: in another Environment, that one's selection, and as long as there is none every
 * cluster would be left. In the same one, what an edited Placement comes to select is OCM's to decide, and admission has
 * warned of it.
 */
function movesTo(
  applied: Applied | undefined,
  { clusters = [] }: Footprint,
  { environment }: Rendered,
  { selectsAnew }: PlannedWrite,
): Pick<Transition, 'placement' | 'selected'> {
  const key = `${environment.namespace}/${environment.name}`;
  const stays = applied?.environment === undefined || applied.environment === key;
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
