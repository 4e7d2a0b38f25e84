import { parseJson } from '../api/json-text.ts';
import { isJsonObject, type JsonObject, type KubeObject } from '../api/object.ts';
import type { UncheckedObject } from '../api/unchecked-object.ts';

/**
 * Copies a manifest and drops values that the API server would not store and that our code does not expect. In the metadata,
 * labels and annotations become maps of strings, and owners a list. A status becomes an object, with an integer as its
 * revision and strings as its versions. `kubectlProblems` reports the dropped values that kubectl rejects.
 */
export function readObject(manifest: KubeObject): UncheckedObject {
  const { metadata, status, ...rest }: UncheckedObject = parseJson(JSON.stringify(manifest));
  const { labels, annotations, ownerReferences, ...others } = metadata;
  return {
    ...rest,
    metadata: {
      ...others,
      ...(isJsonObject(labels) ? { labels: stringsIn(labels) } : {}),
      ...(isJsonObject(annotations) ? { annotations: stringsIn(annotations) } : {}),
      ...(Array.isArray(ownerReferences) ? { ownerReferences: ownerReferences.filter(isJsonObject) } : {}),
    },
    ...(isJsonObject(status) ? { status: readStatus(status) } : {}),
  };
}

function readStatus({ revision, versions, ...rest }: JsonObject): JsonObject {
  const isRevision = typeof revision === 'number' && Number.isSafeInteger(revision) && revision > 0;
  return {
    ...rest,
    ...(isRevision ? { revision } : {}),
    ...(isJsonObject(versions) ? { versions: stringsIn(versions) } : {}),
  };
}

function stringsIn(map: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(map).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
