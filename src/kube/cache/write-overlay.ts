import { keyOf, type ObjectMeta } from '../../api/object.ts';
import type { Change } from './object-store.ts';
import { isOlderVersion } from './resource-version.ts';

interface WithMetadata {
  metadata: ObjectMeta;
}

export interface WriteOverlayOptions<T extends WithMetadata> {
  /** Whether `cached`, a state of the same object, is at least as new as `written`. */
  isShown: (written: T, cached: T) => boolean;
  /** The cache below the overlay. Without it, every write is kept until `newest` or `observe` drops it. */
  cache?: { get(namespace: string | undefined, name: string): T | undefined };
}

/**
 * The writes of this process that its cache does not show yet, so that the process reads its own writes. A write is dropped as
 * soon as the cache shows it, a newer state, or another object with the same name, and after a list of the cache that began later.
 */
export class WriteOverlay<T extends WithMetadata> {
  readonly #isShown: (written: T, cached: T) => boolean;
  readonly #cached: (object: WithMetadata) => T | undefined;
  readonly #written = new Map<string, T>();
  /** Uids of objects that were deleted while `prime` reads. */
  #deletedMeanwhile: Set<string | undefined> | undefined;
  #primed: Promise<void> | undefined;

  constructor({ isShown, cache }: WriteOverlayOptions<T>) {
    this.#isShown = isShown;
    this.#cached = ({ metadata }) => cache?.get(metadata.namespace, metadata.name);
  }

  /** Remembers the object that the API server returned for a write. */
  remember(written: T): void {
    const cached = this.#cached(written);
    // The watch event may arrive before the response to the write that caused it.
    if (cached !== undefined && isSame(cached, written) && this.#isShown(written, cached)) this.forget(keyOf(written));
    else this.#written.set(keyOf(written), written);
  }

  /** The newer of the cached object and the one that was written. */
  newest(cached: T): T {
    this.observe({ type: 'modified', object: cached });
    return this.get(keyOf(cached)) ?? cached;
  }

  /** Drops the write that a change of the cache supersedes. Changes of one object arrive in order. */
  observe({ type, object }: Change<T>): void {
    const isDeleted = type === 'deleted';
    if (isDeleted) this.#deletedMeanwhile?.add(object.metadata.uid);
    const written = this.get(keyOf(object));
    if (written === undefined) return;
    const supersedes = isSame(object, written)
      ? isDeleted || this.#isShown(written, object)
      : // The deletion of an earlier object with this name does not affect the object that was written.
        !isDeleted;
    if (supersedes) this.forget(keyOf(object));
  }

  /** Shows an object as terminating after it was deleted, although the cache does not show that yet. */
  markDeleted(deleted: WithMetadata): void {
    const present = this.get(keyOf(deleted)) ?? this.#cached(deleted);
    if (present === undefined || !isSame(present, deleted)) return;
    const { deletionTimestamp = unknownTime } = present.metadata;
    this.#written.set(keyOf(present), { ...present, metadata: { ...present.metadata, deletionTimestamp } });
  }

  /**
   * Calls `list` once and remembers its objects: the cache of a new leader may lack the last writes of the previous leader. If a
   * call fails, the next one repeats it.
   */
  prime(list: () => Promise<readonly T[]>): Promise<void> {
    this.#primed ??= this.#read(list);
    return this.#primed;
  }

  /** The write to the object with this key, if the cache does not show it yet. */
  get(key: string): T | undefined {
    return this.#written.get(key);
  }

  /** All writes that the cache does not show yet. */
  list(): T[] {
    return [...this.#written.values()];
  }

  forget(key: string): void {
    this.#written.delete(key);
  }

  /**
   * Called when the cache begins to list; the result is called when the cache shows the list. Every write from before that list
   * is in it, or in a newer state, or does not exist any more: after etcd was restored, writes may be lost that no event
   * would ever supersede. Writes from while it was read stay.
   */
  duringList(): () => void {
    const before = new Map(this.#written);
    return () => {
      for (const [key, written] of before) if (this.#written.get(key) === written) this.#written.delete(key);
    };
  }

  /** Forgets all writes. The next call of `prime` lists again. */
  clear(): void {
    this.#written.clear();
    this.#primed = undefined;
  }

  async #read(list: () => Promise<readonly T[]>): Promise<void> {
    const deleted = new Set<string | undefined>();
    this.#deletedMeanwhile = deleted;
    try {
      // A list that is older than a deletion must not bring the object back.
      for (const object of await list()) if (!deleted.has(object.metadata.uid)) this.remember(object);
    } catch (error) {
      this.#primed = undefined;
      throw error;
    } finally {
      this.#deletedMeanwhile = undefined;
    }
  }
}

/** Compares resource versions. */
export function shownByResourceVersion(written: WithMetadata, cached: WithMetadata): boolean {
  return !isOlderVersion(cached.metadata.resourceVersion ?? '', written.metadata.resourceVersion ?? '');
}

/** Compares generations, for readers that use only the spec and the deletionTimestamp: a status update does not change them. */
export function shownByGeneration(written: WithMetadata, cached: WithMetadata): boolean {
  const isDeletionShown =
    written.metadata.deletionTimestamp === undefined || cached.metadata.deletionTimestamp !== undefined;
  return isDeletionShown && generationOf(cached) >= generationOf(written);
}

function generationOf({ metadata }: WithMetadata): number {
  return metadata.generation ?? 0;
}

function isSame(one: WithMetadata, other: WithMetadata): boolean {
  return one.metadata.uid === other.metadata.uid;
}

/** The deletionTimestamp of an object whose real one is not known, because only the API server sets it. */
const unknownTime = '1970-01-01T00:00:00Z';
