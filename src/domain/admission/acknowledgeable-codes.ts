/**
 * Codes of the rules that an object may acknowledge: all that are not fixed. Kept apart from the rules themselves, one of
 * which checks acknowledgements; a test holds the two together.
 */
export const acknowledgeableCodes: ReadonlySet<string> = new Set([
  'EnvironmentNotReady',
  'InUse',
  'LifecycleNotSupported',
  'NamespaceLifecycleConflict',
  'NamespaceWouldBeDeleted',
  'OrphanWithoutCreate',
  'OrphaningRuleNeverMatches',
  'OverrideMatchesNothing',
  'OverrideTypeDiffers',
  'ProtectedNamespace',
  'ReferenceNotFound',
  'RevisionNotFound',
  'SelectorLeavesNothing',
  'UnknownTopology',
  'UnpinnedRef',
  'VersionReused',
  'VersionShadowsRevision',
  'WhatDeletionRemoves',
  'WorkloadConflict',
  'WorkloadOrphanKeepsNamespace',
  'WorkloadsWouldMove',
]);
