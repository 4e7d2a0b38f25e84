import { Type, type TObject, type TSchema, type TUnsafe } from 'typebox';
import type { JsonObject } from './object.ts';

/**
 * The building blocks of the schemas. They use only what a structural CRD schema supports; everything has a limit and a
 * description.
 */

interface StringOptions {
  maxLength?: number;
  minLength?: number;
  pattern?: string;
}

/** A string of at most `maxLength` characters, 253 by default. */
export function string(description: string, options: StringOptions = {}): TUnsafe<string> {
  return Type.Unsafe<string>({ type: 'string', maxLength: 253, ...options, description });
}

/** A string from a closed list. */
export function oneOf<const T extends readonly string[]>(values: T, description: string): TUnsafe<T[number]> {
  return Type.Unsafe<T[number]>({ type: 'string', enum: [...values], description });
}

/** A 32-bit integer. */
export function integer(description: string, minimum = 0): TUnsafe<number> {
  return Type.Unsafe<number>({ type: 'integer', format: 'int32', minimum, maximum: 2147483647, description });
}

/** An integer up to 2^53, which JSON readers represent exactly. */
export function longInteger(description: string, minimum = 0): TUnsafe<number> {
  return Type.Unsafe<number>({
    type: 'integer',
    format: 'int64',
    minimum,
    maximum: Number.MAX_SAFE_INTEGER,
    description,
  });
}

/** An object with any fields. The API server does not prune them. */
export function freeForm(description: string): TUnsafe<JsonObject> {
  return Type.Unsafe<JsonObject>({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true, description });
}

/**
 * A map from strings to strings, such as labels. The length of keys is not limited here; the API server limits the keys
 * of labels.
 */
export function stringMap(description: string, maxProperties = 256): TUnsafe<Record<string, string>> {
  return Type.Unsafe<Record<string, string>>({
    type: 'object',
    maxProperties,
    additionalProperties: { type: 'string', maxLength: 262144 },
    description,
  });
}

interface ListOptions {
  minItems?: number;
  maxItems?: number;
  /** The fields that identify an item for server-side apply. Without them, the list is atomic. */
  keys?: readonly string[];
}

/** A list of at most `maxItems` items, 64 by default. */
export function list<T extends TSchema>(items: T, description: string, options: ListOptions = {}) {
  const { keys, ...bounds } = options;
  return Type.Array(items, {
    maxItems: 64,
    ...bounds,
    'x-kubernetes-list-type': keys === undefined ? 'atomic' : 'map',
    ...(keys === undefined ? {} : { 'x-kubernetes-list-map-keys': [...keys] }),
    description,
  });
}

/** An object with the given fields, and any others, which are kept as they are. */
export function openObject<T extends Parameters<typeof Type.Object>[0]>(fields: T, description: string): TObject<T> {
  return Type.Object(fields, { 'x-kubernetes-preserve-unknown-fields': true, description });
}

/** An object with the given fields. Optional fields are wrapped in `Type.Optional`. */
export function object<T extends Parameters<typeof Type.Object>[0]>(fields: T, description: string): TObject<T> {
  return Type.Object(fields, { description });
}

/** `metav1.Condition`, except that `lastTransitionTime` is optional, so that the same state has the same bytes. */
const conditionSchema = object(
  {
    type: string('The type of the condition.', { maxLength: 64 }),
    status: oneOf(['True', 'False', 'Unknown'], 'The status of the condition.'),
    reason: string('The reason of the status in CamelCase. Tools may match it.', { maxLength: 128 }),
    message: Type.Optional(string('A human-readable explanation.', { maxLength: 32768 })),
    observedGeneration: Type.Optional(longInteger('The generation of the object that the condition is about.')),
    lastTransitionTime: Type.Optional(
      Type.Unsafe<string>({ type: 'string', format: 'date-time', description: 'When the status last changed.' }),
    ),
  },
  'A condition of the object.',
);

/** The conditions of a status: a list map by type, so that each field manager owns its own conditions. */
export const conditionsSchema = list(conditionSchema, 'The conditions of the object.', {
  maxItems: 32,
  keys: ['type'],
});

/**
 * Strict semver `x.y.z[-prerelease]` without a leading v or build metadata. Numbers are below 10^15, which JSON represents
 * exactly. The last character is a letter or digit, because versions become label values.
 */
const number = '(0|[1-9][0-9]{0,14})';
const identifier = `(${number}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)`;
export const versionPattern = `^${number}\\.${number}\\.${number}(-(${identifier}\\.)*(0|[1-9][0-9]{0,14}|[0-9A-Za-z-]*[A-Za-z]|[0-9]*[A-Za-z-][0-9A-Za-z-]*[0-9A-Za-z]))?$`;

/** An RFC 1123 label, as the names of namespaces are. */
export const namespacePattern = '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$';

/** An RFC 1123 subdomain, as the names of objects are. */
export const namePattern = '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$';

/** `spec.version` of every revisioned kind. */
export const versionSchema = string(
  'The version under which this content is published: strict semver x.y.z, optionally with a prerelease.',
  {
    maxLength: 63,
    pattern: versionPattern,
  },
);

/** Descriptions of the patterns, for messages. */
export const patternMeanings: ReadonlyMap<string, string> = new Map([
  [versionPattern, 'a version x.y.z, such as 1.3.6 or 2.0.0-rc.1, without a leading v'],
  [namespacePattern, 'a namespace: lower-case letters, digits and -, beginning and ending with a letter or digit'],
  [
    namePattern,
    'a name: lower-case letters, digits, - and ., each part between dots beginning and ending with a letter or digit',
  ],
]);
