import { namespacePattern } from '../../api/schema.ts';
import { deploymentHashLabel, spokeNamespaceLabel } from '../annotations.ts';
import { namespacesIn } from '../spoke/work-namespaces.ts';

/**
 * The label that finds the ManifestWorkReplicaSets in a spoke namespace with one list, on the API server and without a cache. It is
 * written together with the manifests, so it always fits to them.
 */

/** The value for a ManifestWorkReplicaSet with no namespace or with more than one. No namespace may have capital letters. */
const various = 'Various';
const name = new RegExp(namespacePattern);

/** The label of a ManifestWorkReplicaSet: the name of its spoke namespace. */
export function spokeNamespaceLabels(replicaSet: object): Record<string, string> {
  const [namespace, ...more] = namespacesIn(replicaSet);
  const isOne = namespace !== undefined && more.length === 0 && isName(namespace);
  return { [spokeNamespaceLabel]: isOne ? namespace : various };
}

/** Selects all ManifestWorkReplicaSets in some spoke namespaces, and some others: those with several namespaces. */
export function spokeNamespaceSelector(namespaces: readonly string[]): string {
  return `${spokeNamespaceLabel} in (${[...namespaces.filter(isName), various].join(',')})`;
}

/** Selects the ManifestWorkReplicaSets of deployments that have no such label, because an earlier version has written them. */
export const unlabelledSelector = `${deploymentHashLabel},!${spokeNamespaceLabel}`;

/** Whether a Namespace can have this name. A topology may render anything as a name, and such a work cannot be applied on a spoke. */
function isName(namespace: string): boolean {
  return namespace.length <= 63 && name.test(namespace);
}
