import type { UncheckedObject } from '../../api/unchecked-object.ts';
import type { JsonObject } from '../../api/object.ts';
import { child } from '../json/fields.ts';
import { manifestsOf } from './work-namespaces.ts';

/** What a deployment adds to its Namespace: values by field, such as `labels[team]`. */
export type NamespaceMetadata = ReadonlyMap<string, string>;

/** The labels and annotations that a deployment asks for on its Namespace. The schema reports other values than strings. */
export function namespaceMetadataOf({ spec }: UncheckedObject): NamespaceMetadata {
  return new Map(entriesOf(child(child(spec, 'workload'), 'namespaceMetadata')));
}

/** The labels and annotations of a Namespace in ManifestWorkReplicaSets. */
export function writtenNamespaceMetadata(replicaSets: readonly object[], namespace: string): NamespaceMetadata {
  const manifests = replicaSets.flatMap(manifestsOf).filter(({ kind }) => kind === 'Namespace');
  const metadata = manifests.map((manifest) => child(manifest, 'metadata')).filter(({ name }) => name === namespace);
  return new Map(metadata.flatMap(entriesOf));
}

/** What a deployment asks for that is written, too. A topology may leave it out or add its own, and an edit may not be written yet. */
export function writtenRequest(asked: NamespaceMetadata, written: NamespaceMetadata): NamespaceMetadata {
  return new Map([...asked].filter(([field, value]) => written.get(field) === value));
}

function entriesOf(metadata: JsonObject): [string, string][] {
  return ['labels', 'annotations'].flatMap((map) =>
    Object.entries(child(metadata, map)).flatMap(([key, value]): [string, string][] =>
      typeof value === 'string' ? [[`${map}[${key}]`, value]] : [],
    ),
  );
}

/** The fields to which both give different values, sorted. */
export function differingFields(one: NamespaceMetadata, other: NamespaceMetadata): string[] {
  const fields = [...one].filter(([field, value]) => other.has(field) && other.get(field) !== value);
  return fields.map(([field]) => field).toSorted();
}
