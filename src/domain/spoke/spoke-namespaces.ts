import type { ObjectMeta } from '../../api/object.ts';
import { allowedSpokeNamespacesAnnotation, spokeNamespacesAnnotation } from '../annotations.ts';

/**
 * Which spoke namespaces the deployments of a hub namespace may use: the one of the same name, those that the Namespace on the
 * hub lists, and those that admission stamped on a deployment, because its requester had the right to use them.
 */
export interface SpokeNamespaceUse {
  hubNamespace: string;
  /** The entries of the Namespace on the hub: names, and prefixes such as `team-*`. */
  listed: readonly string[];
  /** The names in the stamp of the deployment. */
  stamped: readonly string[];
}

/** An entry that is no name and no prefix matches nothing, so that a typing error cannot allow every namespace. */
const entryPattern = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:-\*)?$/;

/** The spoke namespaces that a Namespace on the hub lists. Entries that are neither a name nor `prefix-*` are dropped. */
export function listedSpokeNamespaces(annotations: Readonly<Record<string, string>> | undefined): string[] {
  return namesIn(annotations?.[spokeNamespacesAnnotation]).filter((entry) => entryPattern.test(entry));
}

/** The spoke namespaces in the stamp of a deployment, which only admission writes. */
export function stampedSpokeNamespaces(metadata: Pick<ObjectMeta, 'annotations'> | undefined): string[] {
  return namesIn(metadata?.annotations?.[allowedSpokeNamespacesAnnotation]);
}

/** Names that are separated by commas. A value that is not a string contains none. */
export function namesIn(text: unknown): string[] {
  if (typeof text !== 'string') return [];
  const names = text.split(',').map((name) => name.trim());
  return [...new Set(names.filter((name) => name !== ''))];
}

/** Whether a Namespace on the hub lists a spoke namespace. */
export function isListed(listed: readonly string[], name: string): boolean {
  return listed.some((entry) =>
    entry.endsWith('*') ? name.length >= entry.length && name.startsWith(entry.slice(0, -1)) : entry === name,
  );
}

/** Whether a deployment may use a spoke namespace. */
export function mayUseSpokeNamespace({ hubNamespace, listed, stamped }: SpokeNamespaceUse, name: string): boolean {
  return name === hubNamespace || stamped.includes(name) || isListed(listed, name);
}

/** Names as the value of a stamp; `undefined` if there are none. */
export function stampOfNames(names: readonly string[]): string | undefined {
  return names.length === 0 ? undefined : [...new Set(names)].toSorted().join(',');
}

/** A deployment that is in a spoke namespace, or will be. */
export interface SpokeNamespaceUser extends SpokeNamespaceUse {
  name: string;
}

/** A deployment of another hub namespace in a spoke namespace, and which of the two hub namespaces do not list it. */
export interface SharedUse {
  deployment: { namespace: string; name: string };
  unlisted: readonly string[];
}

/**
 * The deployments of other hub namespaces that a deployment may not share a spoke namespace with: one for each hub namespace,
 * unless both list the spoke namespace explicitly. A deployment that is not allowed to be there reserves nothing.
 */
export function forbiddenSharing(
  spokeNamespace: string,
  own: Pick<SpokeNamespaceUse, 'hubNamespace' | 'listed'>,
  users: readonly SpokeNamespaceUser[],
): SharedUse[] {
  const allowed = users.filter(
    (user) => user.hubNamespace !== own.hubNamespace && mayUseSpokeNamespace(user, spokeNamespace),
  );
  return [...Map.groupBy(allowed, ({ hubNamespace }) => hubNamespace).values()].flatMap(([first]) => {
    if (first === undefined) return [];
    const unlisted = [own, first].filter(({ listed }) => !isListed(listed, spokeNamespace));
    if (unlisted.length === 0) return [];
    const deployment = { namespace: first.hubNamespace, name: first.name };
    return [{ deployment, unlisted: unlisted.map(({ hubNamespace }) => hubNamespace) }];
  });
}
