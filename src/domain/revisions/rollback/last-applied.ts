import { parseJson } from '../../../api/json-text.ts';
import { isJsonObject, type JsonObject } from '../../../api/object.ts';
import { canonicalJson } from '../../json/canonical-json.ts';
import { child } from '../../json/fields.ts';
import { isBookkeepingAnnotation, isBookkeepingLabel } from '../bookkeeping.ts';
import type { Definition } from '../definition.ts';
import { contentOf } from '../revision.ts';

/**
 * The annotation of client-side `kubectl apply` for an object whose content was not applied: as if it had been. kubectl removes the
 * fields that are in the annotation and not in the file. `previous` is the annotation until now; bookkeeping that was applied with the
 * object stays in it.
 */
export function lastAppliedText(previous: string, object: Definition): string {
  const { apiVersion, kind, metadata } = object;
  const { metadata: content, spec } = contentOf(object);
  const before = child(parsed(previous), 'metadata');
  return `${canonicalJson({
    apiVersion,
    kind,
    metadata: {
      ...before,
      name: metadata.name,
      namespace: metadata.namespace,
      labels: orAbsent({ ...only(child(before, 'labels'), isBookkeepingLabel), ...content.labels }),
      annotations: { ...only(child(before, 'annotations'), isBookkeepingAnnotation), ...content.annotations },
    },
    spec,
  })}\n`;
}

function parsed(text: string): JsonObject {
  try {
    const value: unknown = parseJson(text);
    return isJsonObject(value) ? value : {};
  } catch {
    // Anybody who may edit the object can write the annotation.
    return {};
  }
}

function only(map: JsonObject, isKept: (key: string) => boolean): JsonObject {
  return Object.fromEntries(Object.entries(map).filter(([key]) => isKept(key)));
}

function orAbsent(map: JsonObject): JsonObject | undefined {
  return Object.keys(map).length === 0 ? undefined : map;
}
