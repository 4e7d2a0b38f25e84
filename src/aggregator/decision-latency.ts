/** When the first decision arrived that an Environment's status does not reflect yet; in ms of one clock. */
export interface Receipts {
  /** A decision for the Environment `key` arrived now. */
  note(key: string): void;
  /** Takes what was noted; call before the caches are read, so that what arrives later is noted anew. */
  take(key: string): number | undefined;
  /** Puts back what was taken, after a failure. */
  restore(key: string, receivedAt: number | undefined): void;
  clear(): void;
}

/** Creates an empty record of receipts. */
export function createReceipts(now: () => number): Receipts {
  const receipts = new Map<string, number>();
  return {
    note(key) {
      if (!receipts.has(key)) receipts.set(key, now());
    },
    take(key) {
      const receivedAt = receipts.get(key);
      receipts.delete(key);
      return receivedAt;
    },
    restore(key, receivedAt) {
      if (receivedAt !== undefined) receipts.set(key, receivedAt);
    },
    clear: () => receipts.clear(),
  };
}
