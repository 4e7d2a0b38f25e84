import type { KubeObject } from '../../api/object.ts';

/** Tries to lock the namespaces; returns whether they are locked. Smaller priorities are served first. */
export type AcquireLocks = (priority: string, namespaces: readonly string[]) => boolean;

interface Waiter {
  key: string;
  priority: string;
  namespaces: readonly string[];
}

/**
 * One lock for each namespace on the spokes. Nothing waits inside a reconcile: a reconcile that does not get its locks ends, and
 * `wake` is called with its key when it can get them. A waiter reserves its namespaces against waiters with a larger priority.
 */
export class NamespaceLocks {
  readonly #wake: (key: string) => void;
  /** The key that holds each namespace. */
  readonly #holders = new Map<string, string>();
  readonly #waiters = new Map<string, Waiter>();
  readonly #waitersOf = new Map<string, Set<Waiter>>();

  constructor(wake: (key: string) => void) {
    this.#wake = wake;
  }

  /**
   * Calls `reconcile`, which may lock namespaces for `key`, and releases them at the end. A key that does not get its locks waits
   * for them until its next reconcile. The caller runs at most one reconcile of a key at a time.
   */
  async run<T>(key: string, reconcile: (acquire: AcquireLocks) => Promise<T>): Promise<T> {
    let held: readonly string[] = [];
    let isWaiting = false;
    const acquire: AcquireLocks = (priority, namespaces) => {
      const waiter = { key, priority, namespaces: [...new Set(namespaces)] };
      const former = this.#stopWaiting(key);
      isWaiting = !this.#canAcquire(waiter);
      if (isWaiting) this.#startWaiting(waiter);
      else {
        held = waiter.namespaces;
        for (const namespace of held) this.#holders.set(namespace, key);
      }
      // It may not need all of the namespaces any more that it waited for.
      this.#wakeFirst(former.filter((namespace) => !waiter.namespaces.includes(namespace)));
      return !isWaiting;
    };
    try {
      return await reconcile(acquire);
    } finally {
      for (const namespace of held) this.#holders.delete(namespace);
      // A woken key that does not need the locks any more, or that failed before, must not reserve them.
      const former = isWaiting ? [] : this.#stopWaiting(key);
      this.#wakeFirst([...held, ...former]);
    }
  }

  #canAcquire({ priority, namespaces }: Waiter): boolean {
    return namespaces.every((namespace) => {
      if (this.#holders.has(namespace)) return false;
      const first = this.#firstWaiter(namespace);
      return first === undefined || first.priority >= priority;
    });
  }

  /** Wakes the first waiter of each namespace, if it can acquire all of its locks now. */
  #wakeFirst(namespaces: readonly string[]): void {
    const first = new Set(namespaces.map((namespace) => this.#firstWaiter(namespace)));
    for (const waiter of first) if (waiter !== undefined && this.#canAcquire(waiter)) this.#wake(waiter.key);
  }

  #firstWaiter(namespace: string): Waiter | undefined {
    let first: Waiter | undefined;
    for (const waiter of this.#waitersOf.get(namespace) ?? []) {
      if (first === undefined || waiter.priority < first.priority) first = waiter;
    }
    return first;
  }

  #startWaiting(waiter: Waiter): void {
    this.#waiters.set(waiter.key, waiter);
    for (const namespace of waiter.namespaces) {
      const waiters = this.#waitersOf.get(namespace) ?? new Set();
      this.#waitersOf.set(namespace, waiters.add(waiter));
    }
  }

  /** Returns the namespaces that the key waited for. */
  #stopWaiting(key: string): readonly string[] {
    const waiter = this.#waiters.get(key);
    if (waiter === undefined) return [];
    this.#waiters.delete(key);
    for (const namespace of waiter.namespaces) {
      const waiters = this.#waitersOf.get(namespace);
      waiters?.delete(waiter);
      if (waiters?.size === 0) this.#waitersOf.delete(namespace);
    }
    return waiter.namespaces;
  }
}

/** Sorts deployments by age, the oldest first; those that were created in the same second by name. */
export function lockPriority({ metadata }: KubeObject): string {
  return `${metadata.creationTimestamp ?? ''} ${metadata.namespace ?? ''}/${metadata.name}`;
}
