import type { Definitions } from '../domain/definitions.ts';

/** Definitions of which each is looked up once, and then remembered. For the length of one command. */
export function remembered(definitions: Definitions): Definitions {
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
      once(`revisions ${definition.metadata.uid ?? ''}`, () => definitions.revisions(kind, definition)),
    recorded: (kind, definition, revision) =>
      once(`recorded ${definition.metadata.uid ?? ''}/${revision}`, () =>
        definitions.recorded(kind, definition, revision),
      ),
  };
}
