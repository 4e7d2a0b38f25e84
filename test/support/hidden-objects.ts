import type { ObjectMeta } from '../../src/api/object.ts';
import type { Informer } from '../../src/kube/cache/informer.ts';

/** Hides objects of a name from a cache, as if its watch were silent. Returns a function that shows them again. */
export function hide<T extends { metadata: ObjectMeta }>(
  cache: Pick<Informer<T>, 'get' | 'list' | 'byIndex'>,
  hidden: string,
): () => void {
  return pretend(cache, (object) => (object.metadata.name === hidden ? undefined : object));
}

/** Makes a cache show other objects than it has. Returns a function that undoes that. */
export function pretend<T extends { metadata: ObjectMeta }>(
  cache: Pick<Informer<T>, 'get' | 'list' | 'byIndex'>,
  shown: (object: T) => T | undefined,
): () => void {
  const get = cache.get.bind(cache);
  const byIndex = cache.byIndex.bind(cache);
  const shownIn = (object: T | undefined) => (object === undefined ? undefined : shown(object));
  cache.get = (namespace, name) => shownIn(get(namespace, name));
  cache.byIndex = (index, key) => byIndex(index, key).flatMap((object) => shown(object) ?? []);
  return () => void Object.assign(cache, { get, byIndex });
}
