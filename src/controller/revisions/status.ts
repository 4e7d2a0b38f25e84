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

/** Conditions that the controller writes; the others are the aggregator's. */
const ownConditions = ['FinalizerInitialized', 'Rendered'];

/** What the controller has written so far. */
export function statusWith(definition: Definition): ControllerStatus {
  const { revision, versions, placementRefs, conditions } = (definition.status ?? {}) as EnvironmentStatus;
  const own = conditions?.filter((condition) => ownConditions.includes(condition.type));
  return {
    ...(revision === undefined ? {} : { revision }),
    ...(versions === undefined ? {} : { versions }),
    ...(placementRefs === undefined ? {} : { placementRefs }),
    ...(own === undefined || own.length === 0 ? {} : { conditions: own }),
  };
}

/**
 * Writes our part of a status, whole, if it differs: `change` on top of what is there. It carries the resourceVersion
 * of the very object that was read, so that neither a namesake nor a deposed leader can move it; a conflict throws.
 * Tells whether anything was written.
 */
export async function writeStatus(
  client: Client,
  kind: RevisionedKindName,
  definition: Definition,
  change: ControllerStatus,
): Promise<boolean> {
  const present = statusWith(definition);
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

/** The condition that says that an Environment waits for us when it is deleted. */
export const finalizerInitialized = {
  type: 'FinalizerInitialized',
  status: 'True',
  reason: 'Available',
} as const;
