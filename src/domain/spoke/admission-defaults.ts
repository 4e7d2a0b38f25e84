import { isJsonObject } from '../../api/object.ts';
import { sameJson } from '../json/canonical-json.ts';
import { withLifecycleDefaults, withoutLifecycleDefaults } from './lifecycle-defaults.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';

/** The object with the spec keys that admission adds: the absent lifecycle of a topology-ocm. */
export function withDefaults(kind: string, object: UncheckedObject): UncheckedObject {
  const topology = kind === 'Environment' ? object.spec?.['topology'] : undefined;
  if (!isJsonObject(topology) || topology['type'] !== 'topology-ocm') return object;
  const properties = withLifecycleDefaults(topology['properties']);
  return { ...object, spec: { ...object.spec, topology: { ...topology, properties } } };
}

/**
 * Whether a request leaves the spec as it was. What came while the webhook was away lacks the defaults, and the touch that
 * stamps it adds them: that is no edit of the spec.
 */
export function sameSpec(kind: string, object: UncheckedObject, oldObject: UncheckedObject): boolean {
  return sameJson(object.spec, oldObject.spec) || sameJson(object.spec, withDefaults(kind, oldObject).spec);
}

/** Whether a request leaves the topology of an Environment as it was, the defaults that a touch adds aside. */
export function sameTopology(object: UncheckedObject, oldObject: UncheckedObject): boolean {
  const now = object.spec?.['topology'];
  return [oldObject, withDefaults('Environment', oldObject)].some(({ spec }) => sameJson(now, spec?.['topology']));
}

/** The object of a request without what admission added for the topology that it had before. */
export function withoutStaleDefaults(
  kind: string,
  object: UncheckedObject,
  oldObject: UncheckedObject | undefined,
): UncheckedObject {
  const now = kind === 'Environment' ? object.spec?.['topology'] : undefined;
  const before = oldObject?.spec?.['topology'];
  if (!isJsonObject(now) || !isJsonObject(before) || before['type'] !== 'topology-ocm') return object;
  if (now['type'] === 'topology-ocm' || now['properties'] === undefined) return object;
  const properties = withoutLifecycleDefaults(now['properties'], before['properties']);
  if (sameJson(properties, now['properties'])) return object;
  return { ...object, spec: { ...object.spec, topology: { ...now, properties } } };
}
