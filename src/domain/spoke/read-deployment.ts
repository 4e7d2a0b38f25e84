import { isJsonObject, type JsonValue } from '../../api/object.ts';
import type { EffectiveLifecycle } from '../../api/workload-deployment.ts';
import type { AppliedReason } from '../applied-reasons.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';

/** What the status of a deployment says of its works on the spokes; whatever is missing or odd is absent. */
export interface DeploymentStatusFacts {
  lifecycle?: EffectiveLifecycle;
  /** Clusters that hold its works; empty where none is selected for it. */
  clusters?: string[];
  unappliedClusters: string[];
  /** Where agents may not have heard that the namespace is to be kept: what the controller knows of it, else all that is pending. */
  orphanUnconfirmedOn: string[];
  environment?: { namespace: string; name: string; revision: number };
  /** The Workload that is applied, which may be another than the spec asks for by now. */
  workload?: { namespace: string; name: string };
  /** The reason why it is not applied, if it is not. */
  notAppliedReason?: string;
}

/** Reads the status of a deployment, which in files may be incomplete. Fields of another form are ignored. */
export function readDeploymentStatus({ status }: UncheckedObject): DeploymentStatusFacts {
  const lifecycle = lifecycleOf(status?.['effectiveLifecycle']);
  const environment = environmentOf(status?.['environment']);
  const workload = keyIn(status?.['workload']);
  const notApplied = reasonOf(status?.['conditions']);
  const held = names(status?.['selectedClusters']);
  // Works that are still being made are none yet; only where nothing is selected there will be none.
  const clusters =
    held !== undefined && (held.length > 0 || notApplied === ('NoClustersSelected' satisfies AppliedReason))
      ? held
      : undefined;
  return {
    unappliedClusters: names(status?.['pendingClusters']) ?? [],
    orphanUnconfirmedOn: names(status?.['orphanPendingClusters']) ?? names(status?.['pendingClusters']) ?? [],
    ...(lifecycle === undefined ? {} : { lifecycle }),
    ...(clusters === undefined ? {} : { clusters }),
    ...(environment === undefined ? {} : { environment }),
    ...(workload === undefined ? {} : { workload }),
    ...(notApplied === undefined ? {} : { notAppliedReason: notApplied }),
  };
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

function names(value: JsonValue | undefined): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.filter((item): item is string => typeof item === 'string').toSorted();
}
