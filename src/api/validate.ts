import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { parseJson } from './json-text.ts';
import { formatPath, pathOfPointer, type FieldPath } from './field-path.ts';
import type { Kind } from './kinds.ts';
import { patternMeanings } from './schema.ts';
import { isJsonObject, type JsonObject, type JsonValue } from './object.ts';

/** A field that does not match its schema. */
export interface SchemaError {
  path: string;
  message: string;
  /** Only for an unknown field: its name and the known names. */
  allowed?: { field: string; names: string[] };
}

// A test validates the schemas. To do it here, Ajv would compile the schema of JSON schemas: 60 ms of each start.
const validateSchema = false;
const ajv = new Ajv({
  allErrors: true,
  strict: true,
  verbose: true,
  messages: true,
  strictTypes: false,
  validateSchema,
});
ajv.addVocabulary(['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-list-type', 'x-kubernetes-list-map-keys']);
ajv.addFormat('int32', { type: 'number', validate: (value: number) => Number.isInteger(value) });
ajv.addFormat('int64', { type: 'number', validate: (value: number) => Number.isSafeInteger(value) });
ajv.addFormat('date-time', true);

const validators = new WeakMap<Kind, ValidateFunction>();

/** The schema of the spec of a kind as plain JSON. */
function specSchema(kind: Kind): JsonObject {
  let schema = schemas.get(kind);
  if (schema === undefined) {
    schema = parseJson(JSON.stringify(kind.spec)) as JsonObject;
    schemas.set(kind, schema);
  }
  return schema;
}

const schemas = new WeakMap<Kind, JsonObject>();

/** The errors of the spec of an object against the schema of its kind. */
export function schemaErrors(kind: Kind, object: JsonObject): SchemaError[] {
  const spec = object['spec'];
  if (spec === undefined) return [{ path: 'spec', message: 'is required' }];
  let validate = validators.get(kind);
  if (validate === undefined) {
    validate = ajv.compile(specSchema(kind));
    validators.set(kind, validate);
  }
  if (validate(spec)) return [];
  return (validate.errors ?? []).map((error) => describe(error));
}

function describe(error: ErrorObject): SchemaError {
  const path: FieldPath = ['spec', ...pathOfPointer(error.instancePath)];
  if (error.keyword === 'required') {
    const missing = String(error.params['missingProperty']);
    return { path: formatPath([...path, missing]), message: 'is required' };
  }
  return { path: formatPath(path), message: explain(error) };
}

function explain(error: ErrorObject): string {
  const { params, keyword } = error;
  const found = summary(error.data);
  switch (keyword) {
    case 'type':
      if (typeof error.data === 'bigint') return outOfRange(error.data, error.parentSchema ?? {}, found);
      return `must be ${article(String(params['type']))}, not ${found}`;
    case 'enum':
      return `must be one of ${(params['allowedValues'] as string[]).join(', ')}, not ${found}`;
    case 'pattern':
      return `must be ${patternMeanings.get(String(params['pattern'])) ?? `of the form ${String(params['pattern'])}`}, not ${found}`;
    case 'maxLength':
      return `must have at most ${String(params['limit'])} characters`;
    case 'minLength':
      return params['limit'] === 1 ? 'must not be empty' : `must have at least ${String(params['limit'])} characters`;
    case 'maxItems':
    case 'maxProperties':
      return `must have at most ${String(params['limit'])} entries`;
    case 'minItems':
      return params['limit'] === 1 ? 'must not be empty' : `must have at least ${String(params['limit'])} entries`;
    case 'minimum':
      return `must be at least ${String(params['limit'])}, not ${found}`;
    case 'maximum':
      return `must be at most ${String(params['limit'])}, not ${found}`;
    default:
      return error.message ?? `does not match (${keyword})`;
  }
}

/** An integer of 64 bits is no number for the validator. */
function outOfRange(value: bigint, { type, minimum, maximum }: Record<string, unknown>, found: string): string {
  if (type !== 'integer') return `must be ${article(String(type))}, not ${found}`;
  return value < 0n
    ? `must be at least ${String(minimum)}, not ${found}`
    : `must be at most ${String(maximum)}, not ${found}`;
}

function article(type: string): string {
  if (type === 'array') return 'a list';
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

/** Describes a value briefly for a message. */
function summary(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (isJsonObject(value)) return 'an object';
  if (typeof value === 'string')
    return `the string ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`;
  return String(value);
}

/** Shorter texts cost nothing to check, so that the schema reports them with everything else. */
const longText = 4096;

/**
 * The lists and maps of a spec that have more entries than the schema allows, and long texts with more characters. Nothing in
 * them is read, and nothing else need be: this runs before anything that loops over the spec.
 */
export function exceededBounds(kind: Kind, object: JsonObject): SchemaError[] {
  const [schema, spec] = [specSchema(kind), object['spec'] ?? null];
  return isWithinBounds(schema, spec) ? [] : boundErrors(schema, spec, ['spec']);
}

/** Whether `boundErrors` finds nothing. It runs for every request, so it makes no path and no list. */
function isWithinBounds(schema: JsonValue | undefined, value: JsonValue): boolean {
  if (!isJsonObject(schema)) return true;
  if (typeof value === 'string') return value.length < longText || !isAbove(schema['maxLength'], value.length);
  if (Array.isArray(value)) {
    if (isAbove(schema['maxItems'], value.length)) return false;
    for (const item of value) if (!isWithinBounds(schema['items'], item)) return false;
    return true;
  }
  if (!isJsonObject(value)) return true;
  if (isJsonObject(schema['additionalProperties'])) return !isAbove(schema['maxProperties'], Object.keys(value).length);
  const fields = schema['properties'];
  if (!isJsonObject(fields)) return true;
  for (const field in value) {
    if (Object.hasOwn(fields, field) && !isWithinBounds(fields[field], value[field] ?? null)) return false;
  }
  return true;
}

function isAbove(limit: JsonValue | undefined, length: number): boolean {
  return typeof limit === 'number' && length > limit;
}

function boundErrors(schema: JsonValue | undefined, value: JsonValue, path: FieldPath): SchemaError[] {
  if (!isJsonObject(schema)) return [];
  const limit = (keyword: string) => (typeof schema[keyword] === 'number' ? schema[keyword] : Infinity);
  const exceeds = (length: number, keyword: string, what: string): SchemaError[] =>
    length > limit(keyword)
      ? [{ path: formatPath(path), message: `must have at most ${limit(keyword)} ${what}, not ${length}` }]
      : [];
  if (typeof value === 'string') return value.length < longText ? [] : exceeds(value.length, 'maxLength', 'characters');
  if (Array.isArray(value)) {
    const errors = exceeds(value.length, 'maxItems', 'entries');
    return errors.length > 0
      ? errors
      : value.flatMap((item, index) => boundErrors(schema['items'], item, [...path, index]));
  }
  if (!isJsonObject(value)) return [];
  if (isJsonObject(schema['additionalProperties'])) {
    return exceeds(Object.keys(value).length, 'maxProperties', 'entries');
  }
  return Object.entries(isJsonObject(schema['properties']) ? schema['properties'] : {}).flatMap(([field, inner]) =>
    boundErrors(inner, Object.hasOwn(value, field) ? (value[field] ?? null) : null, [...path, field]),
  );
}

/** The unknown fields in the spec of an object. The API server reports them itself; files are checked only here. */
export function unknownFields(kind: Kind, object: JsonObject): SchemaError[] {
  const errors: SchemaError[] = [];
  walk(specSchema(kind), object['spec'] ?? null, ['spec'], errors);
  return errors;
}

function walk(schema: JsonValue | undefined, value: JsonValue, path: FieldPath, errors: SchemaError[]): void {
  if (!isJsonObject(schema) || schema['x-kubernetes-preserve-unknown-fields'] === true) return;
  if (Array.isArray(value)) {
    value.forEach((item, index) => walk(schema['items'], item, [...path, index], errors));
  } else if (isJsonObject(value) && isJsonObject(schema['properties'])) {
    const known = new Map(Object.entries(schema['properties']));
    for (const [field, item] of Object.entries(value)) {
      if (known.has(field)) walk(known.get(field), item, [...path, field], errors);
      else
        errors.push({
          path: formatPath([...path, field]),
          message: 'unknown field',
          allowed: { field, names: [...known.keys()] },
        });
    }
  }
}
