import {
  placementNameLabel,
  placementSatisfied,
  type DeleteOption,
  type ManifestWork,
  type ManifestWorkReplicaSet,
  type Placement,
} from '../../api/ocm.ts';
import type { Condition } from '../../api/object.ts';
import { sameJson } from '../json/canonical-json.ts';
import { isContained } from '../json/json-subset.ts';
import { namespaceIn } from './work-namespaces.ts';

/** How far ManifestWorkReplicaSets have come on the spokes. */
export interface WorkProgress {
  /** Clusters that have a work, sorted. */
  selectedClusters: string[];
  /** Clusters where the newest work is not applied yet, sorted. */
  unappliedClusters: string[];
  /** How many clusters are selected; larger than `selected` while works are still being made. */
  expected: number;
  /** Messages of works that could not be applied, by cluster. */
  failures: { cluster: string; message: string }[];
}

/** The state of one ManifestWorkReplicaSet: itself, its works, and the Placements that it names. */
export interface ReplicaSetState {
  replicaSet: ManifestWorkReplicaSet;
  works: readonly ManifestWork[];
  placements: readonly Placement[];
}

/** Reads the progress off the works: a work counts as applied when it has the newest content and the agent has seen it. */
export function workProgress(states: readonly ReplicaSetState[]): WorkProgress {
  const selected = new Set<string>();
  const pending = new Set<string>();
  // Of several works on one cluster, each failure is told once.
  const failures = new Map<string, WorkProgress['failures'][number]>();
  // Of several sets or Placements the same clusters may be selected: what is missing is counted for each by itself.
  let missing = 0;
  for (const { replicaSet, works, placements } of states) {
    const live = works.filter((work) => work.metadata.deletionTimestamp === undefined);
    missing += placements.map((placement) => missingOf(placement, live)).reduce((sum, count) => sum + count, 0);
    for (const work of live) {
      const cluster = work.metadata.namespace ?? '';
      selected.add(cluster);
      if (isApplied(work, replicaSet)) continue;
      pending.add(cluster);
      const failure = failureOf(work);
      if (failure !== undefined) failures.set(`${cluster}: ${failure}`, { cluster, message: failure });
    }
  }
  return {
    selectedClusters: [...selected].toSorted(),
    unappliedClusters: [...pending].toSorted(),
    expected: selected.size + missing,
    failures: [...failures.values()].toSorted((left, right) => (left.cluster < right.cluster ? -1 : 1)),
  };
}

/** How many clusters have no work yet that a Placement is to bring there; one that says nothing of that may be any's. */
function missingOf(placement: Placement, works: readonly ManifestWork[]): number {
  const { name } = placement.metadata;
  const own = works.filter(({ metadata }) => [undefined, name].includes(metadata.labels?.[placementNameLabel]));
  return Math.max(expectedOf(placement) - new Set(own.map(({ metadata }) => metadata.namespace)).size, 0);
}

/**
 * How many clusters a Placement selects, or is about to: one that counts as satisfied and selects fewer than it asks for
 * was edited since OCM last looked at it.
 */
function expectedOf({ spec, status }: Placement): number {
  const selected = status?.numberOfSelectedClusters ?? 0;
  const satisfied = status?.conditions?.find((condition) => condition.type === placementSatisfied)?.status === 'True';
  return satisfied ? Math.max(selected, spec.numberOfClusters ?? 0) : selected;
}

/** Whether everything is applied on at least one cluster, and on every cluster that is selected. */
export function isComplete({ unappliedClusters, selectedClusters, expected }: WorkProgress): boolean {
  return expected > 0 && unappliedClusters.length === 0 && selectedClusters.length >= expected;
}

function isApplied(work: ManifestWork, replicaSet: ManifestWorkReplicaSet): boolean {
  const applied = appliedOf(work.status?.conditions);
  if (applied?.status !== 'True' || applied.observedGeneration !== work.metadata.generation) return false;
  const { workload, deleteOption } = replicaSet.spec.manifestWorkTemplate;
  // An option that was taken away is no part of what is wanted, and must be gone nevertheless.
  return isContained({ workload }, work.spec) && sameJson(meaningOf(deleteOption), meaningOf(work.spec.deleteOption));
}

/** What is kept by a deleteOption: OCM fills in what is empty when it copies one. */
function meaningOf({
  propagationPolicy = 'Foreground',
  selectivelyOrphans,
  ttlSecondsAfterFinished,
}: DeleteOption = {}) {
  const rules = selectivelyOrphans?.orphaningRules ?? [];
  const kept = rules.map(({ group = '', resource, namespace = '', name }) => [group, resource, namespace, name]);
  return { propagationPolicy, kept, ttlSecondsAfterFinished };
}

/**
 * Whether what becomes of a namespace is as the work says now, as far as the agent tells: it has looked at the newest
 * content, and the Namespace in it is applied, whatever else is not. What no agent ever looked at holds nothing yet.
 */
export function isOrphanConfirmed({ metadata, spec, status }: ManifestWork, namespace: string): boolean {
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

/** Why a work is not applied: what the agent says of its manifests, else of the whole. */
function failureOf({ status }: ManifestWork): string | undefined {
  const applied = appliedOf(status?.conditions);
  if (applied?.status !== 'False') return undefined;
  const { manifests = [] } = status?.resourceStatus ?? {};
  const [first] = manifests.flatMap(({ resourceMeta: { kind, name } = {}, conditions }) => {
    const own = appliedOf(conditions);
    const what = kind === undefined ? 'a manifest' : `${kind} ${name ?? ''}`;
    return own?.status === 'False' ? [`${what}: ${own.message ?? own.reason}`] : [];
  });
  return first ?? applied.message ?? applied.reason;
}

function appliedOf(conditions: readonly Condition[] | undefined): Condition | undefined {
  return conditions?.find(({ type }) => type === 'Applied');
}
