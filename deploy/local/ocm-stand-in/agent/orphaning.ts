/** OCM stand-in (local runs only): whether a ManifestWork owns a resource on the spoke. */

import type { DeleteOption, ResourceIdentifier } from '../work-kinds.ts';

/**
 * False if the resource is orphaned. A rule matches only if group, plural, namespace and name are equal. So a rule with
 * `resource: Namespace` never matches, and neither does a rule with a namespace for a cluster-scoped resource (hazard H6).
 */
export function isOwned(resource: ResourceIdentifier, option: DeleteOption | undefined): boolean {
  if (option?.propagationPolicy === 'Orphan') return false;
  if (option?.propagationPolicy !== 'SelectivelyOrphan') return true;
  return !(option.selectivelyOrphans?.orphaningRules ?? []).some((rule) => isSameResource(rule, resource));
}

/** Whether both identify the same resource. An absent field equals an empty one. */
export function isSameResource(left: ResourceIdentifier, right: ResourceIdentifier): boolean {
  return (
    (left.group ?? '') === (right.group ?? '') &&
    left.resource === right.resource &&
    (left.namespace ?? '') === (right.namespace ?? '') &&
    left.name === right.name
  );
}
