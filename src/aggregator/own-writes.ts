import { keyOf, type ObjectMeta } from '../api/object.ts';

interface Versioned {
  metadata: ObjectMeta;
}

/** What this process wrote last, kept until the cache has caught up: a stale read must not repeat a write or an Event. */
export interface OwnWrites<T extends Versioned> {
  remember(written: T): void;
  /** The newer of the object in the cache and the one that was written. */
  newest(cached: T): T;
  forget(key: string): void;
  clear(): void;
}

/** Creates an empty memory of writes. */
export function createOwnWrites<T extends Versioned>(): OwnWrites<T> {
  const writes = new Map<string, T>();
  return {
    remember: (written) => void writes.set(keyOf(written), written),
    newest(cached) {
      const written = writes.get(keyOf(cached));
      if (written === undefined) return cached;
      if (written.metadata.uid === cached.metadata.uid && isNewer(written, cached)) return written;
      writes.delete(keyOf(cached));
      return cached;
    },
    forget: (key) => void writes.delete(key),
    clear: () => writes.clear(),
  };
}

/** Resource versions of one resource are decimal numbers of any length that only grow (KEP-5504). */
function isNewer(a: Versioned, b: Versioned): boolean {
  const [left, right] = [a.metadata.resourceVersion ?? '', b.metadata.resourceVersion ?? ''];
  return left.length === right.length ? left > right : left.length > right.length;
}
