import type { WorkloadDeployment } from '../../api/workload-deployment.ts';

interface Waiter {
  priority: string;
  acquire: () => void;
}

/** One lock for each key. When a lock is released, the waiter with the smallest priority acquires it. */
export class NamespaceLocks {
  readonly #waiters = new Map<string, Waiter[]>();

  /** Calls `run` while the locks of all keys are held. */
  async run<T>(keys: readonly string[], priority: string, run: () => Promise<T>): Promise<T> {
    const acquired: string[] = [];
    try {
      // All callers acquire keys in the same order, so they cannot deadlock.
      for (const key of [...new Set(keys)].toSorted()) {
        await this.#acquire(key, priority);
        acquired.push(key);
      }
      return await run();
    } finally {
      for (const key of acquired) this.#release(key);
    }
  }

  #acquire(key: string, priority: string): Promise<void> {
    const queue = this.#waiters.get(key);
    if (queue === undefined) {
      this.#waiters.set(key, []);
      return Promise.resolve();
    }
    return new Promise((resolve) => queue.push({ priority, acquire: resolve }));
  }

  #release(key: string): void {
    const queue = this.#waiters.get(key) ?? [];
    const [first] = queue.toSorted((left, right) => (left.priority < right.priority ? -1 : 1));
    if (first === undefined) {
      this.#waiters.delete(key);
      return;
    }
    queue.splice(queue.indexOf(first), 1);
    first.acquire();
  }
}

/** Sorts deployments by age, the oldest first; those that were created in the same second by name. */
export function lockPriority({ metadata }: WorkloadDeployment): string {
  return `${metadata.creationTimestamp ?? ''} ${metadata.namespace ?? ''}/${metadata.name}`;
}
