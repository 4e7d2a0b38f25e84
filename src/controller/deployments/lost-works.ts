import { keyOf } from '../../api/object.ts';
import type { WorkloadDeployment } from '../../api/workload-deployment.ts';
import { manifestWorkIndexes, type ControllerCaches } from '../caches.ts';
import type { AppliedReplicaSets } from './applied-replica-sets.ts';

export interface LostWorksOptions {
  caches: {
    deployments: Pick<ControllerCaches['deployments'], 'get'>;
    manifestWorks: Pick<ControllerCaches['manifestWorks'], 'byIndex'>;
  };
  appliedReplicaSets: Pick<AppliedReplicaSets, 'of'>;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** How long work agents keep what is missing on the hub. */
  evictAfterMs: number;
}

/** What the hub has lost of one deployment. */
interface Loss {
  /** The clusters that had its ManifestWorks. */
  clusters: readonly string[];
  since: number;
}

/**
 * Deployments whose ManifestWorks existed and are missing on the hub, because etcd was restored or the objects were deleted. The
 * work agents continue to run what was applied for a time, and then evict it. The time begins when an agent notices the loss; this
 * controller notices it at about the same time, or later if it did not run.
 */
export class LostWorks {
  readonly #options: LostWorksOptions;
  readonly #losses = new Map<string, Loss>();

  constructor(options: LostWorksOptions) {
    this.#options = options;
  }

  /** Compares the status of a deployment with the hub, before a reconcile overwrites the status. */
  observe(deployment: WorkloadDeployment): void {
    const { replicaSets = [], selectedClusters = [] } = deployment.status ?? {};
    const key = keyOf(deployment);
    if (replicaSets.length === 0 || selectedClusters.length === 0 || this.#losses.has(key)) return;
    if (this.#options.appliedReplicaSets.of(key).length > 0) return;
    this.#losses.set(key, { clusters: selectedClusters, since: this.#options.now() });
  }

  /** When the first work agent may evict what is missing, in milliseconds since the epoch; `undefined` if nothing is missing. */
  deadline(): number | undefined {
    for (const [key, loss] of this.#losses) if (this.#isOver(key, loss)) this.#losses.delete(key);
    const times = [...this.#losses.values()].map(({ since }) => since);
    return times.length === 0 ? undefined : Math.min(...times) + this.#options.evictAfterMs;
  }

  /** Forgets all losses when this process stops leading. */
  clear(): void {
    this.#losses.clear();
  }

  /** Whether every cluster has a ManifestWork of the deployment again, or the deployment is being deleted. */
  #isOver(key: string, { clusters }: Loss): boolean {
    const { caches, appliedReplicaSets } = this.#options;
    const [namespace = '', name = ''] = key.split('/');
    const deployment = caches.deployments.get(namespace, name);
    if (deployment === undefined || deployment.metadata.deletionTimestamp !== undefined) return true;
    const present = appliedReplicaSets
      .of(key)
      .flatMap(({ metadata }) =>
        caches.manifestWorks.byIndex(manifestWorkIndexes.replicaSet, `${metadata.namespace ?? ''}.${metadata.name}`),
      )
      .map(({ metadata }) => metadata.namespace ?? '');
    return clusters.every((cluster) => present.includes(cluster));
  }
}
