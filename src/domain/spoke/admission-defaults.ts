import { isJsonObject, type JsonObject, type JsonValue } from '../../api/object.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import { sameJson } from '../json/canonical-json.ts';
import { child } from '../json/fields.ts';

const lifecyclePath = ['manifestWorkReplicaSet', 'manifestWorkTemplate', 'lifecycle'];

const defaults: JsonObject = {
  spokeNamespace: { create: true, orphan: false },
  workload: { orphan: false },
};

/** The object with the spec keys that admission adds: the absent lifecycle of a topology-ocm. The same object if it lacks none. */
export function withDefaults(kind: string, object: UncheckedObject): UncheckedObject {
  const topology = kind === 'Environment' ? object.spec?.['topology'] : undefined;
  if (!isJsonObject(topology) || topology['type'] !== 'topology-ocm') return object;
  const properties = withLifecycleDefaults(topology['properties']);
  if (properties === topology['properties']) return object;
  return { ...object, spec: { ...object.spec, topology: { ...topology, properties } } };
}

/**
 * Whether a request keeps the spec. An object that was written while the webhook was down lacks the defaults. The empty
 * patch that stamps it later adds them, which is not an edit of the spec.
 */
export function sameSpec(kind: string, object: UncheckedObject, oldObject: UncheckedObject): boolean {
  if (sameJson(object.spec, oldObject.spec)) return true;
  const complete = withDefaults(kind, oldObject);
  return complete !== oldObject && sameJson(object.spec, complete.spec);
}

/** Whether a request keeps the topology of an Environment, apart from defaults that admission adds. */
export function sameTopology(object: UncheckedObject, oldObject: UncheckedObject): boolean {
  const topology = object.spec?.['topology'];
  if (sameJson(topology, oldObject.spec?.['topology'])) return true;
  const complete = withDefaults('Environment', oldObject);
  return complete !== oldObject && sameJson(topology, complete.spec?.['topology']);
}

/** The object of a request without the defaults that admission added for the topology that it had before. */
export function withoutStaleDefaults(
  kind: string,
  object: UncheckedObject,
  oldObject: UncheckedObject | undefined,
): UncheckedObject {
  const topology = kind === 'Environment' ? object.spec?.['topology'] : undefined;
  const before = oldObject?.spec?.['topology'];
  if (!isJsonObject(topology) || !isJsonObject(before) || before['type'] !== 'topology-ocm') return object;
  if (topology['type'] === 'topology-ocm' || topology['properties'] === undefined) return object;
  const properties = withoutLifecycleDefaults(topology['properties'], before['properties']);
  if (sameJson(properties, topology['properties'])) return object;
  return { ...object, spec: { ...object.spec, topology: { ...topology, properties } } };
}

/**
 * The properties of topology-ocm with the absent keys of `lifecycle` added, so that a revision means the same after an
 * upgrade. Existing values stay, even wrong ones: the schema reports those.
 */
function withLifecycleDefaults(properties: JsonValue | undefined): JsonValue {
  if (properties === null || (isJsonObject(properties) && hasLifecycle(properties))) return properties;
  return withDefaultsAt(properties, lifecyclePath);
}

/** Whether no key of `lifecycle` is absent, as in every Environment that admission has seen. */
function hasLifecycle(properties: JsonObject): boolean {
  const template = child(child(properties, 'manifestWorkReplicaSet'), 'manifestWorkTemplate');
  const { spokeNamespace, workload } = child(template, 'lifecycle');
  if (!isJsonObject(spokeNamespace) || !isJsonObject(workload)) return false;
  return isGiven(spokeNamespace['create']) && isGiven(spokeNamespace['orphan']) && isGiven(workload['orphan']);
}

function isGiven(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null;
}

function withDefaultsAt(value: JsonValue | undefined, [field, ...rest]: string[]): JsonValue {
  if (field === undefined) return merged(value, defaults);
  // A property that is null counts as absent.
  if (value === undefined || value === null) return { [field]: withDefaultsAt(undefined, rest) };
  if (!isJsonObject(value)) return value;
  const inner = withDefaultsAt(value[field], rest);
  return inner === value[field] ? value : { ...value, [field]: inner };
}

function merged(value: JsonValue | undefined, fallback: JsonValue | undefined): JsonValue {
  if (value === undefined || value === null) return fallback ?? null;
  if (!isJsonObject(value) || !isJsonObject(fallback)) return value;
  const added = Object.entries(fallback)
    .map(([key, item]) => [key, merged(value[key], item)] as const)
    .filter(([key, item]) => item !== value[key]);
  return added.length === 0 ? value : { ...value, ...Object.fromEntries(added) };
}

/**
 * The properties of another topology without the `lifecycle` defaults that admission added to the previous topology-ocm:
 * neither client-side nor server-side apply removes what the user never wrote. Only values that are defaults and existed
 * before are removed, and the maps that become empty with them.
 */
function withoutLifecycleDefaults(properties: JsonValue | undefined, before: JsonValue | undefined): JsonValue {
  return withoutDefaultsAt(properties, before, lifecyclePath) ?? {};
}

function withoutDefaultsAt(
  value: JsonValue | undefined,
  before: JsonValue | undefined,
  [field, ...rest]: string[],
): JsonValue | undefined {
  if (!isJsonObject(value)) return value;
  if (field === undefined) return sameJson(value, before) && sameJson(value, defaults) ? undefined : value;
  const { [field]: inner, ...others } = value;
  if (inner === undefined) return value;
  const remaining = withoutDefaultsAt(inner, isJsonObject(before) ? before[field] : undefined, rest);
  if (remaining !== undefined) return { ...value, [field]: remaining };
  return Object.keys(others).length === 0 ? undefined : others;
}
