import type { DefinitionStore } from '../store.ts';
import type { Definition } from '../../domain/revisions/definition.ts';

/** Looks each definition up once, then returns the same answer. For the duration of one command, or of one decision. */
export function memoizedStore(definitions: DefinitionStore): DefinitionStore {
  const known = new Map<string, Promise<unknown>>();
  // A key always stands for the same lookup, so the stored promise has the type of that lookup.
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

/** Objects in files may have no uid, so the name is part of the key; an object that was deleted and created again has another uid. */
function identityOf(kind: string, { metadata }: Definition): string {
  return [kind, metadata.namespace, metadata.name, metadata.uid].join('/');
}
