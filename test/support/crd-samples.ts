import type { JsonObject, JsonValue } from '../../src/api/object.ts';

/** The part of an OpenAPI schema of a CRD that describes values. */
export interface ValueSchema {
  type?: string;
  properties?: Record<string, ValueSchema>;
  required?: string[];
  items?: ValueSchema;
  additionalProperties?: ValueSchema;
  enum?: JsonValue[];
  pattern?: string;
  minimum?: number;
  'x-kubernetes-int-or-string'?: boolean;
}

export interface SampleOptions {
  /** Values of fields by name or pattern, where the schema alone does not say what a valid value is. */
  examples: Readonly<Record<string, JsonValue[]>>;
  /** Which of several values a field gets. */
  variant: number;
  /** Which fields objects get: every one, or those that are required; the others are null or absent. */
  fields: 'all' | 'required' | 'null unless required';
}

/** A value that a schema of a CRD accepts. */
export function sampleOf(schema: ValueSchema, options: SampleOptions, name = ''): JsonValue {
  const { examples, variant } = options;
  const choices =
    schema.enum ?? examples[name] ?? (schema.pattern === undefined ? undefined : examples[schema.pattern]);
  const chosen = choices?.[variant % choices.length];
  if (chosen !== undefined) return chosen;
  if (schema.pattern !== undefined) throw new Error(`there is no example for ${name}: ${schema.pattern}`);
  if (schema['x-kubernetes-int-or-string'] === true) return 1;
  switch (schema.type) {
    case 'object':
      return objectOf(schema, options);
    case 'array':
      return [sampleOf(schema.items ?? {}, options)];
    case 'integer':
      return schema.minimum ?? 1;
    case 'boolean':
      return true;
    default:
      return 'x';
  }
}

function objectOf(
  { properties, additionalProperties, required = [] }: ValueSchema,
  options: SampleOptions,
): JsonObject {
  if (additionalProperties !== undefined) return { key: sampleOf(additionalProperties, options) };
  const entries = Object.entries(properties ?? {}).flatMap(([name, field]): [string, JsonValue][] => {
    if (options.fields === 'all' || required.includes(name)) return [[name, sampleOf(field, options, name)]];
    return options.fields === 'required' ? [] : [[name, null]];
  });
  return Object.fromEntries(entries);
}
