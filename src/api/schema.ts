import { Type, type TObject, type TSchema, type TUnsafe } from 'typebox';
import type { JsonObject } from './object.ts';

/** The building blocks of our schemas: only what a structural CRD schema knows, everything bounded, everything described. */

interface StringOptions {
  maxLength?: number;
  minLength?: number;
  pattern?: string;
}

/** A string of at most `maxLength` characters (253 unless told). */
export function string(description: string, options: StringOptions = {}): TUnsafe<string> {
  return Type.Unsafe<string>({ type: 'string', maxLength: 253, ...options, description });
}

/** A string out of a closed list. */
export function oneOf<const T extends readonly string[]>(values: T, description: string): TUnsafe<T[number]> {
  return Type.Unsafe<T[number]>({ type: 'string', enum: [...values], description });
}

/** A whole number that fits a 32-bit integer. */
export function integer(description: string, minimum = 0): TUnsafe<number> {
  return Type.Unsafe<number>({ type: 'integer', format: 'int32', minimum, maximum: 2147483647, description });
}

/** A whole number that fits the exact integers of JSON readers (2^53). */
export function longInteger(description: string, minimum = 0): TUnsafe<number> {
  return Type.Unsafe<number>({
    type: 'integer',
    format: 'int64',
    minimum,
    maximum: Number.MAX_SAFE_INTEGER,
    description,
  });
}

/** An object of any content; the API server keeps all of it. */
export function freeForm(description: string): TUnsafe<JsonObject> {
  return Type.Unsafe<JsonObject>({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true, description });
}

/** A map from strings to strings, such as labels. Only the values are bounded: the API server bounds the keys of labels. */
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
  /** Names of the fields by which server-side apply tells items apart; absent means that the list has one owner. */
  keys?: readonly string[];
}

/** A list of at most `maxItems` items (64 unless told). */
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

/** An object with the given fields; those that may be absent are wrapped in `Type.Optional`. */
export function object<T extends Parameters<typeof Type.Object>[0]>(fields: T, description: string): TObject<T> {
  return Type.Object(fields, { description });
}

/** `metav1.Condition`, without a required time: an equal state must make equal bytes. */
const conditionSchema = object(
  {
    type: string('What the condition is about.', { maxLength: 64 }),
    status: oneOf(['True', 'False', 'Unknown'], 'Whether it holds.'),
    reason: string('One word for why, stable enough to be matched.', { maxLength: 128 }),
    message: Type.Optional(string('Why, for people.', { maxLength: 32768 })),
    observedGeneration: Type.Optional(longInteger('The generation of the object that this was found for.')),
    lastTransitionTime: Type.Optional(
      Type.Unsafe<string>({ type: 'string', format: 'date-time', description: 'When the status last changed.' }),
    ),
  },
  'One aspect of the state of the object.',
);

/** The conditions of a status: a list map by type, so that several managers can each keep their own. */
export const conditionsSchema = list(conditionSchema, 'The state of the object, aspect by aspect.', {
  maxItems: 32,
  keys: ['type'],
});

/** Strict semver `x.y.z[-prerelease]`: no leading v, no build metadata, numbers below 10^15 (exact in JSON), ends in a letter or digit. */
const number = '(0|[1-9][0-9]{0,14})';
const identifier = `(${number}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)`;
export const versionPattern = `^${number}\\.${number}\\.${number}(-(${identifier}\\.)*(0|[1-9][0-9]{0,14}|[0-9A-Za-z-]*[A-Za-z]|[0-9]*[A-Za-z-][0-9A-Za-z-]*[0-9A-Za-z]))?$`;

/** RFC 1123 label: what a namespace is called. */
export const namespacePattern = '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$';

/** RFC 1123 subdomain, near enough for a message; the API server of the spoke has the last word. */
export const namePattern = '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$';

/** `spec.version` of every revisioned kind. */
export const versionSchema = string(
  'The published version of this content: strict semver x.y.z, a prerelease allowed.',
  {
    maxLength: 63,
    pattern: versionPattern,
  },
);

/** What the patterns in our schemas mean, for messages. */
export const patternMeanings: ReadonlyMap<string, string> = new Map([
  [versionPattern, 'a version x.y.z, such as 1.3.6 or 2.0.0-rc.1, without a leading v'],
  [namespacePattern, 'a namespace: lower-case letters, digits and -, beginning and ending with a letter or digit'],
  [namePattern, 'a name: lower-case letters, digits, - and ., beginning and ending with a letter or digit'],
]);
