import type { Rule } from '../rule.ts';
import { invalidSpec } from './invalid-spec.ts';
import { lifecycleNotSupported } from './lifecycle-not-supported.ts';
import { notYetRecorded } from './not-yet-recorded.ts';
import { referenceStampDoesNotFit } from './reference-stamp-does-not-fit.ts';
import { revisionIsImmutable } from './revision-is-immutable.ts';
import { stampDoesNotFit } from './stamp-does-not-fit.ts';
import { unknownTopology } from './unknown-topology.ts';
import { referenceNotFound, revisionNotFound } from './unresolved-reference.ts';
import { versionReused } from './version-reused.ts';

/** Every rule, in the order in which findings are reported. */
export const rules: readonly Rule[] = [
  invalidSpec,
  lifecycleNotSupported,
  unknownTopology,
  versionReused,
  referenceNotFound,
  revisionNotFound,
  notYetRecorded,
  stampDoesNotFit,
  referenceStampDoesNotFit,
  revisionIsImmutable,
];
