import {
  placementNameLabel,
  placementSatisfied,
  replicaSetLabel,
  type DeleteOption,
  type ManifestWork,
  type ManifestWorkReplicaSet,
  type ManifestWorkSpec,
  type Placement,
} from '../../api/ocm.ts';
import type { Condition, KubeObject, ObjectMeta } from '../../api/object.ts';
import { sameJson } from '../json/canonical-json.ts';
import { isContained } from '../json/json-subset.ts';
import { manifestsOf, namespaceIn } from './work-namespaces.ts';

/** How far ManifestWorkReplicaSets are applied on the spokes. */
export interface WorkProgress {
  /** Clusters that have a ManifestWork, sorted. */
  selectedClusters: string[];
  /** Clusters where the newest content is not applied yet, sorted. */
  unappliedClusters: string[];
  /**
   * The number of clusters that Placements select. It is larger than `selectedClusters` while OCM creates ManifestWorks.
   */
  expected: number;
  /** The messages of ManifestWorks that failed to apply, by cluster. */
  failures: { cluster: string; message: string }[];
}

/** A ManifestWork as far as decisions read it. The type lacks the contents of manifests, which caches do not keep. */
export interface AppliedWork {
  metadata: Pick<
    ObjectMeta,
    | 'name'
    | 'namespace'
    | 'uid'
    | 'resourceVersion'
    | 'generation'
    | 'creationTimestamp'
    | 'deletionTimestamp'
    | 'labels'
  >;
  spec: {
    /** Which objects the manifests are. */
    workload: { manifests?: readonly ManifestIdentity[] };
    deleteOption?: DeleteOption;
  };
  status?: ManifestWork['status'];
  /** Whether its manifests contain those of a template. Without this, `spec` has the whole manifests. */
  containsWorkload?: (template: ManifestWorkSpec) => boolean;
}

/** Which object a manifest is. */
export interface ManifestIdentity {
  apiVersion: string | undefined;
  kind: string | undefined;
  metadata: { namespace?: string; name?: string };
}

/**
 * The parts of a ManifestWork that are kept beside its manifests: what `AppliedWork` has. Of the status, messages are read only if
 * something is not applied.
 */
export function withoutManifestContents({ metadata, spec, status }: ManifestWork): AppliedWork {
  const { name, namespace, uid, resourceVersion, generation, creationTimestamp, deletionTimestamp } = metadata;
  const labels = pickLabels(metadata.labels);
  const manifests = manifestsOf({ spec: { manifestWorkTemplate: spec } }).map(identityOf);
  const kept = status === undefined ? undefined : appliedStatus(status);
  return {
    metadata: defined({
      name,
      namespace,
      uid,
      resourceVersion,
      generation,
      creationTimestamp,
      deletionTimestamp,
      labels,
    }),
    spec: defined({ workload: { manifests }, deleteOption: spec.deleteOption }),
    ...(kept === undefined ? {} : { status: kept }),
  };
}

/** The conditions that tell whether something is applied, and those of manifests if the ManifestWork as a whole is not applied. */
function appliedStatus({ conditions, resourceStatus }: NonNullable<ManifestWork['status']>): ManifestWork['status'] {
  const applied = appliedOf(conditions);
  const own = applied === undefined ? {} : { conditions: [applied] };
  const { manifests } = resourceStatus ?? {};
  if (applied === undefined || applied.status === 'True' || manifests === undefined) return own;
  const reduced = manifests.map(({ resourceMeta: { kind, name: object } = {}, conditions: found }) => {
    const condition = appliedOf(found);
    return {
      resourceMeta: defined({ kind, name: object }),
      ...(condition === undefined ? {} : { conditions: [condition] }),
    };
  });
  return { ...own, resourceStatus: { manifests: reduced } };
}

function pickLabels(labels: ObjectMeta['labels']): ObjectMeta['labels'] {
  const kept = Object.entries(labels ?? {}).filter(([key]) => key === replicaSetLabel || key === placementNameLabel);
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

function identityOf({ apiVersion, kind, metadata }: Partial<KubeObject>): ManifestIdentity {
  return { apiVersion, kind, metadata: defined({ namespace: metadata?.namespace, name: metadata?.name }) };
}

/** The object without the fields that are undefined. */
function defined<T extends object>(object: { [K in keyof T]: T[K] | undefined }): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- required fields are never undefined
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}

/** A ManifestWorkReplicaSet with its ManifestWorks and the Placements that it refers to. */
export interface ReplicaSetState {
  replicaSet: ManifestWorkReplicaSet;
  manifestWorks: readonly AppliedWork[];
  placements: readonly Placement[];
}

/**
 * Computes the progress. A ManifestWork counts as applied if it has the newest content and the agent has applied this
 * generation.
 */
export function workProgress(states: readonly ReplicaSetState[]): WorkProgress {
  const selected = new Set<string>();
  const unapplied = new Set<string>();
  // Several ManifestWorks on one cluster may fail in the same way: each message is listed once.
  const failures = new Map<string, WorkProgress['failures'][number]>();
  // Several sets or Placements may select the same clusters, so that missing ManifestWorks are counted for each of them.
  let missing = 0;
  for (const { replicaSet, manifestWorks, placements } of states) {
    const live = manifestWorks.filter((work) => work.metadata.deletionTimestamp === undefined);
    missing += placements.map((placement) => countMissing(placement, live)).reduce((sum, count) => sum + count, 0);
    for (const work of live) {
      const cluster = work.metadata.namespace ?? '';
      selected.add(cluster);
      if (isApplied(work, replicaSet)) continue;
      unapplied.add(cluster);
      const failure = failureOf(work);
      if (failure !== undefined) failures.set(`${cluster}: ${failure}`, { cluster, message: failure });
    }
  }
  return {
    selectedClusters: [...selected].toSorted(),
    unappliedClusters: [...unapplied].toSorted(),
    expected: selected.size + missing,
    failures: [...failures.values()].toSorted((left, right) => (left.cluster < right.cluster ? -1 : 1)),
  };
}

/** Clusters whose last ManifestWork is being deleted, sorted: until its agent has done that, everything is still there. */
export function leavingClusters(states: readonly ReplicaSetState[]): string[] {
  const works = states.flatMap(({ manifestWorks }) => manifestWorks);
  const namesOf = (found: readonly AppliedWork[]) => found.map(({ metadata }) => metadata.namespace ?? '');
  const remaining = new Set(namesOf(works.filter(({ metadata }) => metadata.deletionTimestamp === undefined)));
  const deleting = namesOf(works.filter(({ metadata }) => metadata.deletionTimestamp !== undefined));
  return [...new Set(deleting)].filter((cluster) => !remaining.has(cluster)).toSorted();
}

/**
 * The number of clusters that a Placement selects and that have no ManifestWork. A ManifestWork without the label may belong
 * to any Placement.
 */
function countMissing(placement: Placement, manifestWorks: readonly AppliedWork[]): number {
  const { name } = placement.metadata;
  const own = manifestWorks.filter(({ metadata }) => [undefined, name].includes(metadata.labels?.[placementNameLabel]));
  return Math.max(countExpected(placement) - new Set(own.map(({ metadata }) => metadata.namespace)).size, 0);
}

/**
 * The number of clusters that a Placement selects, or will select. If OCM reports it as satisfied although it selects fewer
 * clusters than it requests, it was edited after OCM last evaluated it.
 */
function countExpected({ spec, status }: Placement): number {
  const selected = status?.numberOfSelectedClusters ?? 0;
  const satisfied = status?.conditions?.find((condition) => condition.type === placementSatisfied)?.status === 'True';
  return satisfied ? Math.max(selected, spec.numberOfClusters ?? 0) : selected;
}

/** Whether the newest content is applied on every selected cluster, and on at least one. */
export function isComplete({ unappliedClusters, selectedClusters, expected }: WorkProgress): boolean {
  return expected > 0 && unappliedClusters.length === 0 && selectedClusters.length >= expected;
}

function isApplied(work: AppliedWork, replicaSet: ManifestWorkReplicaSet): boolean {
  const applied = appliedOf(work.status?.conditions);
  if (applied?.status !== 'True' || applied.observedGeneration !== work.metadata.generation) return false;
  const template = replicaSet.spec.manifestWorkTemplate;
  // isContained would ignore a deleteOption that the replica set no longer has.
  return (
    sameJson(normalizeDeleteOption(template.deleteOption), normalizeDeleteOption(work.spec.deleteOption)) &&
    (work.containsWorkload?.(template) ?? isContained(template.workload, work.spec.workload))
  );
}

/** A deleteOption with its defaults, which OCM fills in when it copies one. */
function normalizeDeleteOption({
  propagationPolicy = 'Foreground',
  selectivelyOrphans,
  ttlSecondsAfterFinished,
}: DeleteOption = {}) {
  const rules = selectivelyOrphans?.orphaningRules ?? [];
  const orphaned = rules.map(({ group = '', resource, namespace = '', name }) => [group, resource, namespace, name]);
  return { propagationPolicy, orphaned, ttlSecondsAfterFinished };
}

/**
 * Whether the work agent has confirmed that it keeps a namespace when the ManifestWork is deleted: it has processed the
 * newest generation, and the Namespace in it is applied, although other manifests may have failed. A first generation
 * that no agent has processed yet has created nothing that could be deleted.
 */
export function isOrphanConfirmed({ metadata, spec, status }: AppliedWork, namespace: string): boolean {
  const { create, orphan } = namespaceIn({ spec: { manifestWorkTemplate: spec } }, namespace);
  if (create && !orphan) return false;
  const applied = appliedOf(status?.conditions);
  if (applied === undefined) return metadata.generation === 1;
  if (applied.observedGeneration !== metadata.generation) return false;
  if (applied.status === 'True') return true;
  const { manifests = [] } = status?.resourceStatus ?? {};
  const own = manifests.find(
    ({ resourceMeta }) => resourceMeta?.kind === 'Namespace' && resourceMeta.name === namespace,
  );
  return appliedOf(own?.conditions)?.status === 'True';
}

/** Why a ManifestWork is not applied: the message about its first failed manifest, else that of the ManifestWork. */
function failureOf({ status }: AppliedWork): string | undefined {
  const applied = appliedOf(status?.conditions);
  if (applied?.status !== 'False') return undefined;
  const { manifests = [] } = status?.resourceStatus ?? {};
  const [first] = manifests.flatMap(({ resourceMeta: { kind, name } = {}, conditions }) => {
    const own = appliedOf(conditions);
    const subject = kind === undefined ? 'a manifest' : `${kind} ${name ?? ''}`;
    return own?.status === 'False' ? [`${subject}: ${own.message ?? own.reason}`] : [];
  });
  return first ?? applied.message ?? applied.reason;
}

function appliedOf(conditions: readonly Condition[] | undefined): Condition | undefined {
  return conditions?.find(({ type }) => type === 'Applied');
}
