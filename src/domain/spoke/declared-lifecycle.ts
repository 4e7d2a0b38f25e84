import type { ObjectChange, UncheckedObject } from '../../api/unchecked-object.ts';
import { withDefaults, sameTopology } from './admission-defaults.ts';
import { topologyOf, child } from '../json/fields.ts';

/** The field in which topology-ocm declares the lifecycle of namespaces and Workloads. */
export const lifecyclePath = 'spec.topology.properties.manifestWorkReplicaSet.manifestWorkTemplate.lifecycle';

/** The lifecycle that an Environment of topology-ocm declares. */
export interface DeclaredLifecycle {
  create: boolean;
  orphan: boolean;
  workloadOrphan: boolean;
}

/** The lifecycle that a request declares, with defaults; `undefined` for another topology, or one that does not change. */
export function declaredLifecycle({ object, oldObject }: ObjectChange): DeclaredLifecycle | undefined {
  if (object === undefined || (oldObject !== undefined && sameTopology(object, oldObject))) return undefined;
  return lifecycleOf(object);
}

/** Whether an Environment of topology-ocm deletes the namespace on a cluster that a Workload leaves. */
export function losesNamespaces(object: UncheckedObject): boolean {
  const lifecycle = lifecycleOf(object);
  return lifecycle !== undefined && lifecycle.create && !lifecycle.orphan && !lifecycle.workloadOrphan;
}

function lifecycleOf(object: UncheckedObject): DeclaredLifecycle | undefined {
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
