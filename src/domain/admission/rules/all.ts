import type { Rule } from '../rule.ts';
import { clusterIsBeingLeft } from './cluster-is-being-left.ts';
import { environmentNotReady } from './environment-not-ready.ts';
import { fieldMisspelt } from './field-misspelt.ts';
import { historyFull } from './history-full.ts';
import { hubNamespaceMisspelt } from './hub-namespace-misspelt.ts';
import { hubNamespaceWouldBeOwned } from './hub-namespace-would-be-owned.ts';
import { inUse } from './in-use.ts';
import { invalidSpec } from './invalid-spec.ts';
import { lifecycleNotSupported } from './lifecycle-not-supported.ts';
import { lifecycleUnknown } from './lifecycle-unknown.ts';
import { namespaceLifecycleConflict } from './namespace-lifecycle-conflict.ts';
import { namespaceMetadataConflict } from './namespace-metadata-conflict.ts';
import { namespaceWouldBeDeleted } from './namespace-would-be-deleted.ts';
import { notAllowed } from './not-allowed.ts';
import { notRecordable } from './not-recordable.ts';
import { notYetRecorded } from './not-yet-recorded.ts';
import { orphanWithoutCreate } from './orphan-without-create.ts';
import { orphaningRuleNeverMatches } from './orphaning-rule-never-matches.ts';
import { overrideMatchesNothing } from './override-matches-nothing.ts';
import { overrideMatchesSeveral } from './override-matches-several.ts';
import { overrideTypeDiffers } from './override-type-differs.ts';
import { policyDefinitionHasNoEffect } from './policy-definition-has-no-effect.ts';
import { protectedNamespace } from './protected-namespace.ts';
import { renderFails } from './render-fails.ts';
import { referenceBeingDeleted } from './reference-being-deleted.ts';
import { referenceNotFound } from './reference-not-found.ts';
import { referenceStampDoesNotFit } from './reference-stamp-does-not-fit.ts';
import { restoredRevisionDoesNotFit } from './restored-revision-does-not-fit.ts';
import { revisionChanged } from './revision-changed.ts';
import { revisionIsImmutable } from './revision-is-immutable.ts';
import { revisionNotFound } from './revision-not-found.ts';
import { revisionTooHigh } from './revision-too-high.ts';
import { rolloutBlockHasNoEffect } from './rollout-block-has-no-effect.ts';
import { scoresMoveWorkloads } from './scores-move-workloads.ts';
import { selectorLeavesNothing } from './selector-leaves-nothing.ts';
import { rightStampDoesNotFit } from './right-stamp-does-not-fit.ts';
import { spokeNamespaceNotAllowed } from './spoke-namespace-not-allowed.ts';
import { spokeNamespaceInUse } from './spoke-namespace-in-use.ts';
import { stampDoesNotFit } from './stamp-does-not-fit.ts';
import { tolerationIsLimited } from './toleration-is-limited.ts';
import { tooManyOverrides } from './too-many-overrides.ts';
import { topologyDoesNotRender } from './topology-does-not-render.ts';
import { unknownTopology } from './unknown-topology.ts';
import { unpinnedRef } from './unpinned-ref.ts';
import { versionLinesFull } from './version-lines-full.ts';
import { versionReused } from './version-reused.ts';
import { versionShadowsRevision } from './version-shadows-revision.ts';
import { whatDeletionRemoves } from './what-deletion-removes.ts';
import { workloadConflict } from './workload-conflict.ts';
import { workloadOrphanKeepsNamespace } from './workload-orphan-keeps-namespace.ts';
import { workloadsWouldMove } from './workloads-would-move.ts';

/** Every rule, in the order in which findings are reported. */
export const rules: readonly Rule[] = [
  invalidSpec,
  notAllowed,
  lifecycleNotSupported,
  orphaningRuleNeverMatches,
  orphanWithoutCreate,
  workloadOrphanKeepsNamespace,
  rolloutBlockHasNoEffect,
  tolerationIsLimited,
  scoresMoveWorkloads,
  hubNamespaceMisspelt,
  fieldMisspelt,
  unknownTopology,
  topologyDoesNotRender,
  policyDefinitionHasNoEffect,
  versionReused,
  versionLinesFull,
  versionShadowsRevision,
  unpinnedRef,
  referenceBeingDeleted,
  referenceNotFound,
  revisionNotFound,
  revisionChanged,
  environmentNotReady,
  protectedNamespace,
  spokeNamespaceNotAllowed,
  spokeNamespaceInUse,
  hubNamespaceWouldBeOwned,
  lifecycleUnknown,
  renderFails,
  namespaceWouldBeDeleted,
  namespaceLifecycleConflict,
  namespaceMetadataConflict,
  workloadConflict,
  workloadsWouldMove,
  clusterIsBeingLeft,
  whatDeletionRemoves,
  inUse,
  tooManyOverrides,
  overrideTypeDiffers,
  selectorLeavesNothing,
  overrideMatchesNothing,
  overrideMatchesSeveral,
  notRecordable,
  historyFull,
  notYetRecorded,
  revisionTooHigh,
  stampDoesNotFit,
  referenceStampDoesNotFit,
  rightStampDoesNotFit,
  revisionIsImmutable,
  restoredRevisionDoesNotFit,
];
