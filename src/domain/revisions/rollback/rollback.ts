import type { JsonObject, KubeObject } from '../../../api/object.ts';
import { lastAppliedAnnotation } from '../../annotations.ts';
import { sameJson } from '../../json/canonical-json.ts';
import { child } from '../../json/fields.ts';
import { isBookkeepingAnnotation, isBookkeepingLabel } from '../bookkeeping.ts';
import { lastAppliedText } from './last-applied.ts';
import { nextFreeVersion } from '../next-version.ts';
import type { History } from '../../refs/resolution.ts';
import { contentOf, type Content } from '../revision.ts';
import type { Definition } from '../definition.ts';

/** The edit that restores old content, or the reason why there is none. */
export type RollbackPlan =
  /** `object` has the resourceVersion of the live object, so that the write fails with a conflict after another edit. */
  | { state: 'planned'; object: Definition; version?: string }
  | { state: 'refused'; reason: 'BeingDeleted' | 'SameContent' };

/**
 * Plans an edit that gives an object the labels, annotations and spec of an old revision. Bookkeeping stays, except that the
 * annotation of client-side apply gets the restored content, so that the next apply removes what its file does not have.
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
  const object = withLastApplied({ ...live, metadata, spec });
  return { state: 'planned', object, ...(version === undefined ? {} : { version }) };
}

/** The API server refuses longer annotations. So `kubectl apply` does not work for such content, and its annotation is left alone. */
const maxAnnotationBytes = 262_144;

function withLastApplied(object: Definition): Definition {
  const { [lastAppliedAnnotation]: previous, ...annotations } = object.metadata.annotations ?? {};
  if (previous === undefined) return object;
  const text = lastAppliedText(previous, object);
  const used = Object.entries(annotations).reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  // A character has at most three bytes for each unit of its length.
  if (3 * (used + text.length + lastAppliedAnnotation.length) > maxAnnotationBytes) return object;
  return {
    ...object,
    metadata: { ...object.metadata, annotations: { ...annotations, [lastAppliedAnnotation]: text } },
  };
}

/** The manifest that makes the content of an object when it is applied: without status, bookkeeping and what the API server sets. */
export function manifestOf(object: Definition): KubeObject & { spec: JsonObject } {
  const { apiVersion, kind, metadata } = object;
  const { metadata: content, spec } = contentOf(object);
  const namespace = metadata.namespace === undefined ? {} : { namespace: metadata.namespace };
  return { apiVersion, kind, metadata: { name: metadata.name, ...namespace, ...content }, spec };
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
