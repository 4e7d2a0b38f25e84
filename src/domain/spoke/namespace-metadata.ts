import type { UncheckedObject } from '../../api/unchecked-object.ts';
import { child } from '../json/fields.ts';

/** What a deployment adds to its Namespace: values by field, such as `labels[team]`. */
export type NamespaceMetadata = ReadonlyMap<string, string>;

/** The labels and annotations that a deployment asks for on its Namespace. The schema reports other values than strings. */
export function namespaceMetadataOf({ spec }: UncheckedObject): NamespaceMetadata {
  const metadata = child(child(spec, 'workload'), 'namespaceMetadata');
  const entries = ['labels', 'annotations'].flatMap((map) =>
    Object.entries(child(metadata, map)).flatMap(([key, value]): [string, string][] =>
      typeof value === 'string' ? [[`${map}[${key}]`, value]] : [],
    ),
  );
  return new Map(entries);
}

/** The fields to which both give different values, sorted. */
export function differingFields(one: NamespaceMetadata, other: NamespaceMetadata): string[] {
  const fields = [...one].filter(([field, value]) => other.has(field) && other.get(field) !== value);
  return fields.map(([field]) => field).toSorted();
}
