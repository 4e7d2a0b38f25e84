import type { DefinitionStore } from '../store.ts';
import type { Definition } from '../../domain/revisions/definition.ts';

/** Definitions of which each is looked up once, and then remembered. For the length of one command, or of one decision. */
export function memoizedStore(definitions: DefinitionStore): DefinitionStore {
  const known = new Map<string, Promise<unknown>>();
  // What is remembered under a key has the type that the lookup of that very key has.
  const once = <T>(key: string, lookUp: () => Promise<T>): Promise<T> => {
    const found = (known.get(key) as Promise<T> | undefined) ?? lookUp();
    known.set(key, found);
    return found;
  };
  return {
    get: (kind, namespace, name) =>
      once(`get ${kind}/${namespace}/${name}`, () => definitions.get(kind, namespace, name)),
    names: (kind, namespace) => once(`names ${kind}/${namespace}`, () => definitions.names(kind, namespace)),
    revisions: (kind, definition) =>
      once(`revisions ${identityOf(kind, definition)}`, () => definitions.revisions(kind, definition)),
    recorded: (kind, definition, revision) =>
      once(`recorded ${identityOf(kind, definition)}/${revision}`, () =>
        definitions.recorded(kind, definition, revision),
      ),
  };
}

/** Objects out of files have no uid, and a namesake has another. */
function identityOf(kind: string, { metadata }: Definition): string {
  return [kind, metadata.namespace, metadata.name, metadata.uid].join('/');
}
