import type { HistorySizes } from '../../catalog/history-sizes.ts';
import { fairShare, type ShareOf } from '../../domain/revisions/fair-share.ts';
import { historyLimits, prunedNamespaceBytes } from '../../domain/revisions/history-limits.ts';

/**
 * How many bytes the history of each object may have. If the histories of a hub namespace are larger than its limit together, the
 * largest are pruned first.
 */
export class HistoryBudgets {
  readonly #sizes: Pick<HistorySizes, 'of'>;
  readonly #enqueue: (key: string) => void;
  /** By `kind/namespace/name`: the bytes that must be retained, as of the last reconcile. */
  readonly #required = new Map<string, number>();

  /** `enqueue` is called with the `kind/namespace/name` of other objects whose history must shrink. */
  constructor(sizes: Pick<HistorySizes, 'of'>, enqueue: (key: string) => void) {
    this.#sizes = sizes;
    this.#enqueue = enqueue;
  }

  /** The bytes that the history of an object may have, which must retain `required` bytes. */
  budgetOf(key: string, required: number): number {
    this.#required.set(key, required);
    const [, namespace = ''] = key.split('/');
    const { stored, objects } = this.#sizes.of(namespace);
    if (stored <= prunedNamespaceBytes) return historyLimits.objectBytes;
    // What is about to be pruned counts, so that the shares do not grow, and nothing is restored, before it is deleted.
    const shares = [...objects].map(([other, size]): ShareOf => ({
      stored: size.stored,
      required: this.#requiredOf(other),
    }));
    const share = fairShare(shares, prunedNamespaceBytes);
    for (const [other, { kept }] of objects) {
      if (other !== key && kept > Math.max(share, this.#requiredOf(other))) this.#enqueue(other);
    }
    return Math.min(share, historyLimits.objectBytes);
  }

  /** Forgets an object that is deleted. */
  forget(key: string): void {
    this.#required.delete(key);
  }

  #requiredOf(key: string): number {
    return this.#required.get(key) ?? 0;
  }
}
