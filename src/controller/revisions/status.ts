import type { EnvironmentStatus } from '../../api/environment.ts';
import type { RevisionedKindName } from '../../api/definition-revision.ts';
import { apiVersionOf } from '../../api/object.ts';
import { sameJson } from '../../domain/json/canonical-json.ts';
import { revisionedResources } from '../../catalog/stores/live.ts';
import type { Client } from '../../kube/client/client.ts';
import { fieldManager } from '../field-manager.ts';
import type { Definition } from '../../domain/revisions/definition.ts';

/** The fields of a status that the controller writes. */
export type ControllerStatus = Pick<EnvironmentStatus, 'revision' | 'versions' | 'placementRefs' | 'conditions'>;

/** Conditions that the controller writes; the aggregator writes the others. */
const controllerConditions = ['FinalizerInitialized', 'Rendered', 'Deleting'];

/** The part of the status that the controller has written. */
export function controllerStatus(definition: Definition): ControllerStatus {
  const { revision, versions, placementRefs, conditions } = (definition.status ?? {}) as EnvironmentStatus;
  const own = conditions?.filter((condition) => controllerConditions.includes(condition.type));
  return {
    ...(revision === undefined ? {} : { revision }),
    ...(versions === undefined ? {} : { versions }),
    ...(placementRefs === undefined ? {} : { placementRefs }),
    ...(own === undefined || own.length === 0 ? {} : { conditions: own }),
  };
}

/**
 * Writes the controller's part of a status with `change` applied to it, if that differs. The write contains the resourceVersion
 * that was read, so that a stale read or a former leader cannot overwrite the status; a conflict throws. Returns whether
 * anything was written.
 */
export async function writeStatus(
  client: Client,
  kind: RevisionedKindName,
  definition: Definition,
  change: ControllerStatus,
): Promise<boolean> {
  const present = controllerStatus(definition);
  const base = kind === 'Environment' ? { conditions: [finalizerInitialized] } : {};
  const status = { ...base, ...present, ...change };
  if (sameJson(status, present)) return false;
  const resource = revisionedResources[kind];
  const { namespace, name, uid, resourceVersion } = definition.metadata;
  const object = {
    apiVersion: apiVersionOf(resource),
    kind,
    metadata: { namespace, name, uid, resourceVersion },
    status,
  };
  await client.apply(resource, object, { fieldManager, subresource: 'status' });
  return true;
}

/** The condition that reports that an Environment has the finalizer of the controller. */
export const finalizerInitialized = {
  type: 'FinalizerInitialized',
  status: 'True',
  reason: 'Available',
} as const;
