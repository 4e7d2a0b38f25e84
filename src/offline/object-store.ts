import { definitionRevisions } from '../api/kinds.ts';
import type { UncheckedObject } from '../api/unchecked-object.ts';

/** The objects of an offline hub, by kind, namespace and name. */
export class ObjectStore {
  readonly #objects = new Map<string, UncheckedObject>();

  get(kind: string, namespace: string, name: string): UncheckedObject | undefined {
    return this.#objects.get(keyOf(kind, namespace, name));
  }

  /** A copy of the list, which does not change with the store. */
  list(): UncheckedObject[] {
    return [...this.#objects.values()];
  }

  put(object: UncheckedObject): void {
    const { kind, metadata } = object;
    this.#objects.set(keyOf(kind, metadata.namespace ?? '', metadata.name), object);
  }

  /** Removes an object and its DefinitionRevisions, as the garbage collector of the hub does. */
  remove({ kind, metadata }: UncheckedObject): void {
    const { namespace = '', name } = metadata;
    this.#objects.delete(keyOf(kind, namespace, name));
    for (const [key, object] of this.#objects) {
      const isRecord = object.kind === definitionRevisions.kind && object.metadata.namespace === metadata.namespace;
      if (isRecord && object.spec?.['kind'] === kind && object.spec['name'] === name) this.#objects.delete(key);
    }
  }
}

function keyOf(kind: string, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`;
}
