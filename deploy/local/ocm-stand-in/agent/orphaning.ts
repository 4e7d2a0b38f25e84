/** OCM stand-in (local runs only): which manifests a work owns on the spoke. */

import type { DeleteOption, ResourceIdentifier } from '../work-kinds.ts';

/**
 * Whether the work owns the resource, or leaves it an orphan. A rule must name group, plural, namespace and name exactly
 * as they are: `resource: Namespace` never matches, nor does a rule with a namespace for what has none (hazard H6).
 */
export function isOwned(resource: ResourceIdentifier, option: DeleteOption | undefined): boolean {
  if (option?.propagationPolicy === 'Orphan') return false;
  if (option?.propagationPolicy !== 'SelectivelyOrphan') return true;
  return !(option.selectivelyOrphans?.orphaningRules ?? []).some((rule) => isSame(rule, resource));
}

/** Whether both name the same resource; absent and empty are the same. */
export function isSame(left: ResourceIdentifier, right: ResourceIdentifier): boolean {
  return (
    (left.group ?? '') === (right.group ?? '') &&
    left.resource === right.resource &&
    (left.namespace ?? '') === (right.namespace ?? '') &&
    left.name === right.name
  );
}
