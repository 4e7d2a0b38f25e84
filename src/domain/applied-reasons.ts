/**
 * The reasons of the conditions of a WorkloadDeployment. They are part of the API: users and tools match them, and both
 * the webhook and the controller read them back from the status. `Applied` repeats the reason of an earlier step that failed.
 */

/** `Resolved=False`: a ref of the deployment cannot be resolved, or means other content than when it was written. */
export type ResolveFailureReason = 'ReferenceNotFound' | 'RevisionNotFound' | 'RevisionChanged';

/**
 * `Rendered=False`: reasons that may go away without a change of any object, such as a busy machine or an engine that
 * broke.
 */
const retryableReasons = ['DeadlineExceeded', 'OutOfMemory', 'EngineFailed'] as const;

/** `Rendered=False`: the topology, its properties or the overrides have to be corrected, or the evaluation was stopped. */
export type RenderFailureReason =
  | (typeof retryableReasons)[number]
  | 'InvalidParameter'
  | 'InvalidRender'
  | 'InvalidSpec'
  | 'InvalidTemplate'
  | 'ManifestsTooLarge'
  | 'OverrideTypeDiffers'
  | 'RevisionChanged'
  | 'SelectorLeavesNothing'
  | 'TooManyOverrides'
  | 'UnknownTopology';

/**
 * `Applied=False`: the rule of this code is enforced at apply and denies the write. A test compares this list with the
 * rules.
 */
export const ruleBlockReasons = [
  'HubNamespaceWouldBeOwned',
  'NamespaceLifecycleConflict',
  'NamespaceMetadataConflict',
  'NamespaceWouldBeDeleted',
  'ProtectedNamespace',
  'SpokeNamespaceInUse',
  'SpokeNamespaceNotAllowed',
  'WorkloadConflict',
  'WorkloadsWouldMove',
] as const;
export type RuleBlockReason = (typeof ruleBlockReasons)[number];

/** `Applied=False`: the hub does not accept the rendered objects. */
const hubRefusalReasons = [
  'HubNamespaceNotAllowed',
  'HubNamespaceNotFound',
  'HubNamespaceNotOpen',
  'KindNotAllowed',
  'KindNotFound',
  'NameTaken',
  'RefusedByHub',
] as const;
export type HubRefusalReason = (typeof hubRefusalReasons)[number];

/**
 * `Deleting=True`: the objects of a deleted deployment stay until another object changes, or until the caches show what is applied
 * in the same namespaces (`CachesNotCurrent`).
 */
export type ReleaseBlockReason = RuleBlockReason | 'UninstallNotConfirmed' | 'CachesNotCurrent';

/** `Applied=False`: nothing is written until another object changes. */
export type BlockedReason = RuleBlockReason | HubRefusalReason;

/** `Applied`: all objects are written. The reason is the progress of OCM and of the work agents. */
const progressReasons = [
  'Applied',
  'Applying',
  'ApplyFailed',
  'NoClustersSelected',
  'RemovingOld',
  'ReplicaSetsNotEnabled',
] as const;
export type ProgressReason = (typeof progressReasons)[number];

/** `Applied=False`: the render is written, but it contains no ManifestWorkReplicaSet. One that was applied before stays. */
export type EmptyRenderReason = 'NoWorksRendered';

/** Every reason of the condition `Applied`. */
export type AppliedReason =
  ResolveFailureReason | RenderFailureReason | BlockedReason | ProgressReason | EmptyRenderReason;

const ruleBlocks: ReadonlySet<string> = new Set(ruleBlockReasons);
const blocks: ReadonlySet<string> = new Set([...ruleBlockReasons, ...hubRefusalReasons]);
const progress: ReadonlySet<string> = new Set(progressReasons);
const retryable: ReadonlySet<string> = new Set(retryableReasons);

/** Whether a rule that is enforced at apply blocks the deployment. */
export function isRuleBlock(reason: string | undefined): reason is RuleBlockReason {
  return reason !== undefined && ruleBlocks.has(reason);
}

/** Whether everything of the deployment is written to the hub, and the reason is the progress after that. */
export function isProgress(reason: string): reason is ProgressReason {
  return progress.has(reason);
}

/** Whether a rule or the hub blocks the deployment, so that no other deployment needs to wait for it. */
export function isBlocked(reason: string | undefined): reason is BlockedReason {
  return reason !== undefined && blocks.has(reason);
}

/** Whether a render that failed for this reason may succeed on retry although nothing has changed. */
export function isRetryable(reason: string | undefined): boolean {
  return reason !== undefined && retryable.has(reason);
}
