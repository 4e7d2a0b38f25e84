import type { ObjectMeta } from '../../api/object.ts';
import { lastAppliedAnnotation } from '../../domain/annotations.ts';
import { withCompactSpec } from '../../domain/json/compact-json.ts';

/**
 * Reduces an object to what a cache of mooring's kinds keeps: without the copy of the object that `kubectl apply` adds, which no
 * code reads from a cache, and with a spec that needs little memory.
 */
export function reduced<T extends { metadata: ObjectMeta; spec?: unknown }>(object: T): T {
  if (object.metadata.annotations?.[lastAppliedAnnotation] !== undefined) {
    // A new object: one from which a field was deleted would need several times its memory.
    const { [lastAppliedAnnotation]: _lastApplied, ...annotations } = object.metadata.annotations;
    object.metadata.annotations = annotations;
  }
  return withCompactSpec(object);
}
