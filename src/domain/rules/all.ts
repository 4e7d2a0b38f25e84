import type { Rule } from '../rule.ts';
import { invalidSpec } from './invalid-spec.ts';
import { lifecycleNotSupported } from './lifecycle-not-supported.ts';
import { notAllowed } from './not-allowed.ts';
import { notYetRecorded } from './not-yet-recorded.ts';
import { referenceStampDoesNotFit } from './reference-stamp-does-not-fit.ts';
import { revisionIsImmutable } from './revision-is-immutable.ts';
import { stampDoesNotFit } from './stamp-does-not-fit.ts';
import { unknownTopology } from './unknown-topology.ts';
import { referenceNotFound, revisionNotFound } from './unresolved-reference.ts';
import { unpinnedRef } from './unpinned-ref.ts';
import { versionReused } from './version-reused.ts';
import { versionShadowsRevision } from './version-shadows-revision.ts';

/** Every rule, in the order in which findings are reported. */
export const rules: readonly Rule[] = [
  invalidSpec,
  notAllowed,
  lifecycleNotSupported,
  unknownTopology,
  versionReused,
  versionShadowsRevision,
  unpinnedRef,
  referenceNotFound,
  revisionNotFound,
  notYetRecorded,
  stampDoesNotFit,
  referenceStampDoesNotFit,
  revisionIsImmutable,
];
