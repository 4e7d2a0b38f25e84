import { isJsonObject, type JsonObject, type JsonValue } from '../../api/object.ts';
import { sameJson } from '../json/canonical-json.ts';

const lifecyclePath = ['manifestWorkReplicaSet', 'manifestWorkTemplate', 'lifecycle'];

const defaults: JsonObject = {
  spokeNamespace: { create: true, orphan: false },
  workload: { orphan: false },
};

/**
 * The properties of topology-ocm with the `lifecycle` keys that are absent, so that a revision means the same after an
 * upgrade. What is there stays, even where it is wrong: the schema has its own words for that.
 */
export function withLifecycleDefaults(properties: JsonValue | undefined): JsonValue {
  return nested(properties, lifecyclePath);
}

function nested(value: JsonValue | undefined, [field, ...rest]: string[]): JsonValue {
  if (field === undefined) return filled(value, defaults);
  if (value === undefined) return { [field]: nested(undefined, rest) };
  return isJsonObject(value) ? { ...value, [field]: nested(value[field], rest) } : value;
}

function filled(value: JsonValue | undefined, fallback: JsonValue | undefined): JsonValue {
  if (value === undefined) return fallback ?? null;
  if (!isJsonObject(value) || !isJsonObject(fallback)) return value;
  const added = Object.entries(fallback).map(([key, item]) => [key, filled(value[key], item)] as const);
  return { ...value, ...Object.fromEntries(added) };
}

/**
 * The properties of another topology without the `lifecycle` defaults that admission added to the topology-ocm before it:
 * neither kind of apply takes away what the user never wrote. Only values that are defaults and were there before go, with
 * the maps that they leave empty.
 */
export function withoutLifecycleDefaults(properties: JsonValue | undefined, before: JsonValue | undefined): JsonValue {
  return pruned(properties, before, lifecyclePath) ?? {};
}

function pruned(
  value: JsonValue | undefined,
  before: JsonValue | undefined,
  [field, ...rest]: string[],
): JsonValue | undefined {
  if (!isJsonObject(value)) return value;
  if (field === undefined) return sameJson(value, before) && sameJson(value, defaults) ? undefined : value;
  const { [field]: child, ...others } = value;
  if (child === undefined) return value;
  const left = pruned(child, isJsonObject(before) ? before[field] : undefined, rest);
  if (left !== undefined) return { ...value, [field]: left };
  return Object.keys(others).length === 0 ? undefined : others;
}
