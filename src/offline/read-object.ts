import { isJsonObject, type JsonObject, type KubeObject } from '../api/object.ts';
import type { UncheckedObject } from '../api/unchecked-object.ts';

/**
 * A copy of a manifest that has the form that the API server guarantees, where our code relies on it. In the metadata, labels
 * and annotations are maps of strings, and owners are a list; a status is an object, with a whole number as its
 * revision and strings as its versions. Other values are left out. `kubectlProblems` reports those that kubectl refuses.
 */
export function readObject(manifest: KubeObject): UncheckedObject {
  const { metadata, status, ...rest }: UncheckedObject = JSON.parse(JSON.stringify(manifest));
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
