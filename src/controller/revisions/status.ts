import type { EnvironmentStatus } from '../../api/environment.ts';
import type { RevisionedKindName } from '../../api/definition-revision.ts';
import { apiVersionOf, type Condition } from '../../api/object.ts';
import { sameJson } from '../../domain/json/canonical-json.ts';
import { recordedType } from '../../domain/revisions/recorded-condition.ts';
import { revisionedResources } from '../../catalog/stores/live.ts';
import type { Client } from '../../kube/client/client.ts';
import { fieldManager } from '../field-manager.ts';
import { conditionMessage } from '../../domain/text/condition-message.ts';
import type { Definition } from '../../domain/revisions/definition.ts';

/** The fields of a status that the controller writes. */
export type ControllerStatus = Pick<EnvironmentStatus, 'revision' | 'versions' | 'placementRefs' | 'conditions'>;

/** Conditions that the controller writes; the aggregator writes the others. */
const controllerConditions = ['Deleting', 'FinalizerInitialized', recordedType, 'Rendered'];

/** The part of the status that the controller has written. */
export function controllerStatus(definition: Definition): ControllerStatus {
  const { revision, versions, placementRefs, conditions } = (definition.status ?? {}) as EnvironmentStatus;
  // The API server may return them in another order than they were applied in.
  const own = mergeConditions(conditions?.filter(({ type }) => controllerConditions.includes(type)) ?? []);
  return {
    ...(revision === undefined ? {} : { revision }),
    ...(versions === undefined ? {} : { versions }),
    ...(placementRefs === undefined ? {} : { placementRefs }),
    ...(own.length === 0 ? {} : { conditions: own }),
  };
}

/**
 * Writes the controller's part of a status with `change` applied to it, if that differs. Conditions of other types stay. The write contains the resourceVersion
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
  const base = kind === 'Environment' ? [finalizerInitialized] : [];
  const conditions = mergeConditions(base, present.conditions ?? [], change.conditions ?? []);
  const status = { ...present, ...change, ...(conditions.length === 0 ? {} : { conditions }) };
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

/** Conditions by type, sorted by type. A later one replaces an earlier one of its type. */
function mergeConditions(...lists: readonly (readonly Condition[])[]): Condition[] {
  const byType = new Map(lists.flat().map((condition) => [condition.type, condition]));
  return [...byType.values()].toSorted((left, right) => (left.type < right.type ? -1 : 1));
}

/** The condition that reports that an Environment has the finalizer of the controller. */
const finalizerInitialized = {
  type: 'FinalizerInitialized',
  status: 'True',
  reason: 'Available',
} as const;

/** The condition that reports that the content of a definition is recorded as a revision. */
export function recordedCondition({ metadata: { generation } }: Definition): Condition {
  return { type: recordedType, status: 'True', reason: 'Recorded', ...observed(generation) };
}

/** The condition that reports why the content cannot be recorded. */
export function notRecordedCondition(
  { metadata: { generation } }: Definition,
  { reason, message }: { reason: 'NotRecordable' | 'RecordingFailed'; message: string },
): Condition {
  return { type: recordedType, status: 'False', reason, message: conditionMessage(message), ...observed(generation) };
}

/** Whether the condition says that the content is recorded. It is absent if an earlier release recorded the content. */
export function hasRecordedCondition(definition: Definition): boolean {
  const { conditions = [] } = controllerStatus(definition);
  return conditions.some(({ type, status }) => type === recordedType && status === 'True');
}

function observed(generation: number | undefined): { observedGeneration?: number } {
  return generation === undefined ? {} : { observedGeneration: generation };
}
