/** Types that all Kubernetes objects share. Source: apimachinery `meta/v1`. */

/** Any JSON value. An integer of 64 bits that a number cannot hold exactly is a bigint; `json-text.ts` explains which. */
export type JsonValue = string | number | bigint | boolean | null | JsonValue[] | JsonObject;

/**
 * A JSON object. `__proto__` is a key like any other: build objects with spread or `Object.fromEntries`, not by
 * assignment.
 */
export interface JsonObject {
  [key: string]: JsonValue;
}

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

/** The part of `ObjectMeta` that mooring reads. Times are RFC 3339 strings. */
export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
  managedFields?: JsonValue;
}

/** An object as the API server stores it. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

/** The resource of a kind in the API. `group` is empty for the core group. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

/** `metav1.Condition`. mooring omits `lastTransitionTime` from statuses that must have the same bytes for the same state. */
export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message?: string;
  observedGeneration?: number;
  lastTransitionTime?: string;
}

/** The key of an object in work queues and caches: `namespace/name`, or `name` if it is not namespaced. */
export function keyOf(object: { metadata: ObjectMeta }): string {
  const { namespace, name } = object.metadata;
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** The `apiVersion` of a resource: `v1` in the core group, `group/version` in others. */
export function apiVersionOf(resource: Resource): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}

/** Whether a JSON value is an object. Lists and null are not. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
