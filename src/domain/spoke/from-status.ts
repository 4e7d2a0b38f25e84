import { isJsonObject, type JsonValue } from '../../api/object.ts';
import type { EffectiveLifecycle } from '../../api/workload-deployment.ts';
import type { AppliedReason } from '../applied-reasons.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';

/** The fields of the status of a deployment that are about the spokes. Missing and malformed fields are absent. */
export interface DeploymentStatusFacts {
  lifecycle?: EffectiveLifecycle;
  /** Clusters that have its ManifestWorks; empty if none is selected for it. */
  clusters?: string[];
  unappliedClusters: string[];
  /** Clusters whose ManifestWork is being deleted. */
  leavingClusters: string[];
  /** Whether the controller has found no ManifestWorkReplicaSet and no ManifestWork of it. */
  isNowhere: boolean;
  /** Clusters whose work agent may not have applied `orphan: true` yet; all unapplied ones if the status does not list them. */
  orphanUnconfirmedOn: string[];
  environment?: { namespace: string; name: string; revision: number };
  /** The Workload that is applied, which may differ from the one that the spec asks for. */
  workload?: { namespace: string; name: string };
  /** The reason of `Applied=False`. */
  notAppliedReason?: string;
}

/** Reasons of `Applied=False` that say of an empty list of clusters that it stays empty. */
const selectsNone: ReadonlySet<string> = new Set<AppliedReason>(['NoClustersSelected', 'NoWorksRendered']);

/** Reads the status of a deployment. In files, it may be incomplete; fields of another type are ignored. */
export function readDeploymentStatus({ status }: UncheckedObject): DeploymentStatusFacts {
  const lifecycle = lifecycleOf(status?.['effectiveLifecycle']);
  const environment = environmentOf(status?.['environment']);
  const workload = keyIn(status?.['workload']);
  const notApplied = reasonOf(status?.['conditions']);
  const selected = stringsIn(status?.['selectedClusters']);
  // An empty list may mean that the ManifestWorks are still being created, unless the condition says that there will be none.
  const isFinal =
    selected !== undefined && (selected.length > 0 || (notApplied !== undefined && selectsNone.has(notApplied)));
  const replicaSets = status?.['replicaSets'];
  return {
    unappliedClusters: stringsIn(status?.['pendingClusters']) ?? [],
    leavingClusters: stringsIn(status?.['leavingClusters']) ?? [],
    isNowhere: selected?.length === 0 && Array.isArray(replicaSets) && replicaSets.length === 0,
    orphanUnconfirmedOn: stringsIn(status?.['orphanPendingClusters']) ?? stringsIn(status?.['pendingClusters']) ?? [],
    ...(lifecycle === undefined ? {} : { lifecycle }),
    ...(isFinal ? { clusters: selected } : {}),
    ...(environment === undefined ? {} : { environment }),
    ...(workload === undefined ? {} : { workload }),
    ...(notApplied === undefined ? {} : { notAppliedReason: notApplied }),
  };
}

/** Clusters where the newest ManifestWork of a deployment is applied. */
export function appliedClusters({
  clusters = [],
  unappliedClusters,
}: Pick<DeploymentStatusFacts, 'clusters' | 'unappliedClusters'>): string[] {
  const unapplied = new Set(unappliedClusters);
  return clusters.filter((cluster) => !unapplied.has(cluster));
}

function lifecycleOf(value: JsonValue | undefined): EffectiveLifecycle | undefined {
  if (!isJsonObject(value)) return undefined;
  const { spokeNamespace, workload } = value;
  if (!isJsonObject(spokeNamespace) || !isJsonObject(workload)) return undefined;
  return {
    spokeNamespace: { create: spokeNamespace['create'] === true, orphan: spokeNamespace['orphan'] === true },
    workload: { orphan: workload['orphan'] === true },
  };
}

function environmentOf(value: JsonValue | undefined): DeploymentStatusFacts['environment'] {
  const key = keyIn(value);
  const revision = isJsonObject(value) ? value['revision'] : undefined;
  return key === undefined || typeof revision !== 'number' ? undefined : { ...key, revision };
}

function keyIn(value: JsonValue | undefined): { namespace: string; name: string } | undefined {
  if (!isJsonObject(value)) return undefined;
  const { namespace, name } = value;
  return typeof namespace === 'string' && typeof name === 'string' ? { namespace, name } : undefined;
}

function reasonOf(conditions: JsonValue | undefined): string | undefined {
  if (!Array.isArray(conditions)) return undefined;
  const applied = conditions.filter(isJsonObject).find(({ type }) => type === 'Applied');
  return applied?.['status'] === 'False' && typeof applied['reason'] === 'string' ? applied['reason'] : undefined;
}

function stringsIn(value: JsonValue | undefined): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.filter((item): item is string => typeof item === 'string').toSorted();
}
