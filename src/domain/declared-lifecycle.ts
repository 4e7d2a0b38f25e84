import { isJsonObject, type JsonObject, type JsonValue } from '../api/object.ts';
import type { RequestFacts, RequestObject } from './facts.ts';
import { withDefaults, sameTopology } from './object-defaults.ts';

/** Where topology-ocm says what becomes of namespaces. */
export const lifecyclePath = 'spec.topology.properties.manifestWorkReplicaSet.manifestWorkTemplate.lifecycle';

/** What an Environment of topology-ocm asks for. */
export interface DeclaredLifecycle {
  create: boolean;
  orphan: boolean;
  workloadOrphan: boolean;
}

/** The lifecycle that a request declares, defaults filled in; `undefined` for another topology, or one that does not change. */
export function declaredLifecycle({
  object,
  oldObject,
}: Pick<RequestFacts, 'object' | 'oldObject'>): DeclaredLifecycle | undefined {
  if (object === undefined || (oldObject !== undefined && sameTopology(object, oldObject))) return undefined;
  const topology = topologyOf(withDefaults('Environment', object));
  if (topology['type'] !== 'topology-ocm') return undefined;
  const template = child(child(child(topology, 'properties'), 'manifestWorkReplicaSet'), 'manifestWorkTemplate');
  const lifecycle = child(template, 'lifecycle');
  const { create, orphan } = child(lifecycle, 'spokeNamespace');
  return {
    create: create === true,
    orphan: orphan === true,
    workloadOrphan: child(lifecycle, 'workload')['orphan'] === true,
  };
}

/** The topology of an Environment, whatever it looks like. */
export function topologyOf(object: RequestObject | undefined): JsonObject {
  return child(object?.spec, 'topology');
}

/** A field that is an object; an empty one where it is not. */
export function child(object: JsonObject | undefined, field: string): JsonObject {
  const value: JsonValue | undefined = object?.[field];
  return isJsonObject(value) ? value : {};
}
