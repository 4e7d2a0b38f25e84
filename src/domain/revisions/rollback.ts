import type { JsonObject } from '../../api/object.ts';
import { sameJson } from '../json/canonical-json.ts';
import { child } from '../json/fields.ts';
import { isBookkeepingAnnotation, isBookkeepingLabel } from './bookkeeping.ts';
import { nextFreeVersion } from './next-version.ts';
import type { History } from '../refs/resolution.ts';
import { contentOf, type Content } from './revision.ts';
import type { Definition } from './definition.ts';

/** The edit that restores old content, or the reason why there is none. */
export type RollbackPlan =
  /** `object` has the resourceVersion of the live object, so that the write fails with a conflict after another edit. */
  | { state: 'planned'; object: Definition; version?: string }
  | { state: 'refused'; reason: 'BeingDeleted' | 'SameContent' };

/**
 * Plans an edit that gives an object the labels, annotations and spec of an old revision. Bookkeeping stays.
 * If the live object or the old content has a version, the edit is published under `options.version`, else under the next
 * free patch in the minor line of the live version, because floating refs to that line must get the old content.
 */
export function planRollback(
  live: Definition,
  content: Content,
  options: { version?: string | undefined; history: History },
): RollbackPlan {
  if (live.metadata.deletionTimestamp !== undefined) return { state: 'refused', reason: 'BeingDeleted' };
  const current = contentOf(live);
  if (sameJson(current.metadata, content.metadata) && sameJson(unversioned(current.spec), unversioned(content.spec))) {
    return { state: 'refused', reason: 'SameContent' };
  }
  const version = options.version ?? nextVersion(current.spec, content.spec, published(live, options.history));
  const { labels: liveLabels, annotations: liveAnnotations, ...rest } = live.metadata;
  const labels = { ...content.metadata.labels, ...keysOf(liveLabels, isBookkeepingLabel) };
  const metadata = {
    ...rest,
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
    annotations: { ...content.metadata.annotations, ...keysOf(liveAnnotations, isBookkeepingAnnotation) },
  };
  const spec = { ...unversioned(content.spec), ...(version === undefined ? {} : { version }) };
  return { state: 'planned', object: { ...live, metadata, spec }, ...(version === undefined ? {} : { version }) };
}

function keysOf(map: Record<string, string> | undefined, isKept: (key: string) => boolean): Record<string, string> {
  return Object.fromEntries(Object.entries(map ?? {}).filter(([key]) => isKept(key)));
}

function unversioned(spec: JsonObject): JsonObject {
  const { version: _, ...rest } = spec;
  return rest;
}

function nextVersion(current: JsonObject, old: JsonObject, taken: readonly string[]): string | undefined {
  const version = current['version'] ?? old['version'];
  return typeof version === 'string' ? nextFreeVersion(version, taken) : undefined;
}

/** Every version that is known to be published: those of the existing revisions, and those of pruned ones from `status.versions`. */
function published({ status }: Definition, { newest, recorded }: History): string[] {
  const pruned = Object.values(child(status, 'versions')).filter((version) => typeof version === 'string');
  return [...pruned, ...[newest, ...recorded].flatMap(({ version }) => version ?? [])];
}
