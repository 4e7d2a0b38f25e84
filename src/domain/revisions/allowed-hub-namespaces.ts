import type { ObjectMeta } from '../../api/object.ts';
import { allowedHubNamespacesAnnotation } from '../annotations.ts';

/** The hub namespaces in the stamp of an Environment, or of a recorded revision of one. */
export function readAllowedHubNamespaces({ annotations }: Pick<ObjectMeta, 'annotations'>): string[] {
  return annotations?.[allowedHubNamespacesAnnotation]?.split(',').filter((name) => name !== '') ?? [];
}

/** The text of the stamp; `undefined` if there is nothing to stamp. */
export function allowedHubNamespacesText(namespaces: readonly string[]): string | undefined {
  return namespaces.length === 0 ? undefined : [...new Set(namespaces)].toSorted().join(',');
}
