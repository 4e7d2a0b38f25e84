import type { ObjectMeta } from '../../api/object.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';

const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/**
 * Whether no ManifestWork has existed for a deployment since before `reservingSince`, a time in UTC, so that it reserves nothing
 * against other hub namespaces. If its status never said so, as when each reconcile of it fails, it counts from its creation.
 */
export function isUnplaced({ metadata, status }: UncheckedObject, reservingSince: string): boolean {
  const selected = status?.['selectedClusters'];
  if (Array.isArray(selected) && selected.length > 0) return false;
  const since = status?.['unplacedSince'] ?? metadata.creationTimestamp;
  return typeof since === 'string' && timestamp.test(since) && since <= reservingSince;
}

/** Since when a deployment has had no ManifestWork, for its status; `undefined` if it has one. `now` is a time in UTC. */
export function unplacedSince(
  { metadata, status }: { metadata: ObjectMeta; status?: { unplacedSince?: string } },
  { hasManifestWork, now }: { hasManifestWork: boolean; now: string },
): string | undefined {
  if (hasManifestWork) return undefined;
  // In whole seconds, as all times of Kubernetes.
  const start = now.replace(/\.\d+Z$/, 'Z');
  return status === undefined ? (metadata.creationTimestamp ?? start) : (status.unplacedSince ?? start);
}
