import type { DefinitionStore } from '../store.ts';
import type { Definition } from '../../domain/revisions/definition.ts';

/** A store that looks up each definition once. It is used for one command, or for one decision. */
export function memoizedStore(definitions: DefinitionStore): DefinitionStore {
  const known = new Map<string, Promise<unknown>>();
  // Each key belongs to one lookup, so the stored promise has the type of that lookup.
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
    revision: (kind, definition, revision) =>
      once(`revision ${identityOf(kind, definition)}/${revision}`, () =>
        definitions.revision(kind, definition, revision),
      ),
    recorded: (kind, definition, revision) =>
      once(`recorded ${identityOf(kind, definition)}/${revision}`, () =>
        definitions.recorded(kind, definition, revision),
      ),
    recordedHash: (kind, definition, revision) =>
      once(`hash ${identityOf(kind, definition)}/${revision}`, () =>
        definitions.recordedHash(kind, definition, revision),
      ),
  };
}

/** The key contains the name, because objects in files may have no uid, and the uid, because an object may be deleted and created again. */
function identityOf(kind: string, { metadata }: Definition): string {
  return [kind, metadata.namespace, metadata.name, metadata.uid].join('/');
}
