import { isJsonObject, type JsonObject } from '../../api/object.ts';
import { isBookkeeping } from '../annotations.ts';
import { sameJson } from '../json/canonical-json.ts';
import { nextFreeVersion } from './next-version.ts';
import type { History } from '../refs/resolution.ts';
import { contentOf, type Content } from './revision.ts';
import type { Definition } from './definition.ts';

/** The edit that brings old content back, or why there is none to make. */
export type RollbackPlan =
  /** `object` carries the resourceVersion of the live one: if that was edited meanwhile, the write is a conflict. */
  | { state: 'planned'; object: Definition; version?: string }
  | { state: 'refused'; reason: 'BeingDeleted' | 'SameContent' };

/**
 * The edit that gives an object the labels, annotations and spec of an old revision. Bookkeeping annotations stay as they
 * are. Where the live object or the old content has a version, the edit is published under `version`, or else under the
 * next free patch of the live version's line: that is the line whose followers have to get the old content.
 */
export function planRollback(
  live: Definition,
  content: Content,
  options: { version?: string | undefined; history: History },
): RollbackPlan {
  if (live.metadata.deletionTimestamp !== undefined) return { state: 'refused', reason: 'BeingDeleted' };
  const now = contentOf(live);
  if (sameJson(now.metadata, content.metadata) && sameJson(unversioned(now.spec), unversioned(content.spec))) {
    return { state: 'refused', reason: 'SameContent' };
  }
  const version = options.version ?? nextVersion(now.spec, content.spec, published(live, options.history));
  const { labels: _, annotations, ...rest } = live.metadata;
  const kept = Object.entries(annotations ?? {}).filter(([key]) => isBookkeeping(key));
  const metadata = {
    ...rest,
    ...(content.metadata.labels === undefined ? {} : { labels: content.metadata.labels }),
    annotations: { ...content.metadata.annotations, ...Object.fromEntries(kept) },
  };
  const spec = { ...unversioned(content.spec), ...(version === undefined ? {} : { version }) };
  return { state: 'planned', object: { ...live, metadata, spec }, ...(version === undefined ? {} : { version }) };
}

function unversioned(spec: JsonObject): JsonObject {
  const { version: _, ...rest } = spec;
  return rest;
}

function nextVersion(now: JsonObject, old: JsonObject, taken: readonly string[]): string | undefined {
  const version = now['version'] ?? old['version'];
  return typeof version === 'string' ? nextFreeVersion(version, taken) : undefined;
}

/** Every version that is known to be published: of the revisions, and of pruned ones what the status keeps. */
function published({ status }: Definition, { newest, recorded }: History): string[] {
  const kept = status !== undefined && 'versions' in status && isJsonObject(status.versions) ? status.versions : {};
  const pruned = Object.values(kept).filter((version) => typeof version === 'string');
  return [...pruned, ...[newest, ...recorded].flatMap(({ version }) => version ?? [])];
}
