import type { UncheckedObject } from '../../../api/unchecked-object.ts';
import { deletionProtectionAnnotation } from '../../annotations.ts';

/** Whether the deletion of an object is denied while it is in use. A value that is neither `true` nor `false` counts as `true`. */
export function isProtected(metadata: UncheckedObject['metadata'] | undefined, systemNamespace: string): boolean {
  const value: unknown = metadata?.annotations?.[deletionProtectionAnnotation];
  return value === undefined ? metadata?.namespace === systemNamespace : value !== 'false';
}
