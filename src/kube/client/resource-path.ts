import { type Resource } from '../../api/object.ts';
import type { ObjectKey } from './requests.ts';

/** The path of one object or of its subresource; the path of the collection if the name is empty. */
export function objectPath(resource: Resource, key: ObjectKey, subresource?: string): string {
  if (resource.namespaced && key.namespace === undefined) {
    throw new Error(`${nameIn(resource, key)}: ${resource.kind} is namespaced, but no namespace is given`);
  }
  const path = collectionPath(resource, key.namespace);
  const name = key.name === '' ? '' : `/${encodeURIComponent(key.name)}`;
  return subresource === undefined ? `${path}${name}` : `${path}${name}/${subresource}`;
}

/** The path of all objects of a kind, or of those in a namespace. For a cluster-scoped kind the namespace is ignored. */
export function collectionPath(resource: Resource, namespace?: string): string {
  const { group, version, plural } = resource;
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const within = resource.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${root}${within}/${plural}`;
}

/** The name of an object or a collection in messages: `environments.spectrocloud.com mural-system/primary`. */
export function nameIn(resource: Resource, key: { namespace?: string | undefined; name?: string }): string {
  const kind = resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;
  const own = [key.namespace, key.name].filter((part) => part !== undefined && part !== '').join('/');
  return own === '' ? kind : `${kind} ${own}`;
}
