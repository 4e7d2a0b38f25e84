import type { JsonValue, KubeObject } from '../../api/object.ts';
import { yamlText } from './yaml-text.ts';

/** The data formats that `-o` takes. */
export type OutputFormat = 'yaml' | 'json';

/** A value as YAML or JSON, with a line break at its end. */
export function structured(value: JsonValue | object, format: OutputFormat): string {
  if (format === 'json') return `${JSON.stringify(value, null, 2)}\n`;
  return yamlText(value);
}

/** Objects as the List that `kubectl get` prints. */
export function listOf(items: readonly KubeObject[]): object {
  return { apiVersion: 'v1', kind: 'List', items: items.map(withoutManagedFields) };
}

/** An object as kubectl prints it: without managedFields. */
export function withoutManagedFields<T extends KubeObject>(object: T): T {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
