import type { FoundReference } from './found-reference.ts';
import {
  formatReferenceStamp,
  isStampOf,
  readReferenceStamp,
  stampOf,
  type ReferenceStamp,
} from './reference-stamp.ts';
import type { VersionRef } from './version-ref.ts';

/**
 * The stamp of the topology of an Environment: which revision of the PolicyDefinition a pinned `spec.topology.type` means. It is
 * `undefined` if the text is no stamp, or was made for another ref.
 */
export function readTopologyStamp(text: string | undefined, ref: VersionRef): ReferenceStamp | undefined {
  const stamp = readReferenceStamp(text);
  return stamp?.name === ref.name && isStampOf(ref.selector, stamp) ? stamp : undefined;
}

/** The stamp of what a pinned topology means now; `undefined` if it is floating, or cannot be resolved. */
export function topologyStampOf(found: FoundReference | undefined): string | undefined {
  const stamp = stampOf(found);
  return stamp?.hash === undefined ? undefined : formatReferenceStamp(stamp);
}
