import { isDeepStrictEqual } from 'node:util';
import { keyOf, type ObjectMeta } from '../../api/object.ts';
import { withPackedText } from './packed-field.ts';

/** A change of an object. `previous` is the state that the store had; for `deleted`, `object` is the last known state. */
export interface Change<T> {
  type: 'added' | 'modified' | 'deleted';
  object: T;
  previous?: T;
}

/** Objects by namespace and name, and by any number of indexes. The methods that change it return the changes in order. */
export class ObjectStore<T extends { metadata: ObjectMeta }> {
  readonly #indexers: [name: string, keysOf: (object: T) => string[]][];
  readonly #objects = new Map<string, T>();
  /** Index name → index key → object key → object. */
  readonly #indexes = new Map<string, Map<string, Map<string, T>>>();

  constructor(indexers: Record<string, (object: T) => string[]>) {
    this.#indexers = Object.entries(indexers);
    for (const [name] of this.#indexers) this.#indexes.set(name, new Map());
  }

  get(namespace: string | undefined, name: string): T | undefined {
    return this.#objects.get(namespace === undefined ? name : `${namespace}/${name}`);
  }

  list(): T[] {
    return [...this.#objects.values()];
  }

  byIndex(index: string, key: string): T[] {
    const keys = this.#indexes.get(index);
    if (keys === undefined) throw new Error(`there is no index "${index}"`);
    return [...(keys.get(key)?.values() ?? [])];
  }

  /** Adds or replaces an object. If the uid differs it is another object: the old one was deleted, the new one is added. */
  put(object: T): Change<T>[] {
    const key = keyOf(object);
    const previous = this.#objects.get(key);
    if (previous !== undefined && previous.metadata.uid !== object.metadata.uid) {
      return [...this.delete(previous), ...this.put(object)];
    }
    // Computed before anything changes, so that an index function that throws does not leave the store inconsistent.
    const keys = this.#keysOf(object);
    if (previous !== undefined) this.#unindex(key, previous);
    this.#objects.set(key, object);
    for (const [index, values] of keys) {
      for (const value of values) {
        const found = index.get(value) ?? new Map<string, T>();
        index.set(value, found.set(key, object));
      }
    }
    return [previous === undefined ? { type: 'added', object } : { type: 'modified', object, previous }];
  }

  delete(object: T): Change<T>[] {
    const key = keyOf(object);
    const previous = this.#objects.get(key);
    if (previous === undefined) return [];
    this.#objects.delete(key);
    this.#unindex(key, previous);
    return [{ type: 'deleted', object, previous }];
  }

  /**
   * Makes `objects` the content of the store. An equal object is not a change. The resourceVersion alone does not tell: after etcd
   * was restored, it gives the same numbers to other states.
   */
  replaceAll(objects: T[]): Change<T>[] {
    const keys = new Set(objects.map(keyOf));
    const removed = this.list().filter((object) => !keys.has(keyOf(object)));
    const changed = objects.filter((object) => !this.#isCurrent(object));
    return [...removed.flatMap((object) => this.delete(object)), ...changed.flatMap((object) => this.put(object))];
  }

  #isCurrent(object: T): boolean {
    const { namespace, name, resourceVersion } = object.metadata;
    const stored = this.get(namespace, name);
    return (
      stored?.metadata.resourceVersion !== undefined &&
      stored.metadata.resourceVersion === resourceVersion &&
      isDeepStrictEqual(withPackedText(stored), withPackedText(object))
    );
  }

  #keysOf(object: T): [Map<string, Map<string, T>>, string[]][] {
    return this.#indexers.map(([name, keysOf]) => [this.#indexes.get(name) ?? new Map(), keysOf(object)]);
  }

  #unindex(key: string, object: T): void {
    for (const [index, values] of this.#keysOf(object)) {
      for (const value of values) {
        const found = index.get(value);
        found?.delete(key);
        if (found?.size === 0) index.delete(value);
      }
    }
  }
}
