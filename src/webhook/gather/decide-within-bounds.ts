import { refuseOutOfBounds } from '../../domain/admission/decide.ts';
import { boundsFindings } from '../../domain/admission/object-bounds.ts';
import { cutBelow, isDeeperThan, maxLevels } from '../../domain/json/nesting.ts';
import type { AdmissionRequest } from '../review/review.ts';
import { asObject } from './request-facts.ts';

/**
 * Refuses an object that is too large before anything else reads it. An old object that is nested too deeply is cut instead,
 * because the object must remain editable. `bytes` is the size of the review; without it, every bound is checked.
 */
export async function decideWithinBounds<T>(
  request: AdmissionRequest,
  decide: (request: AdmissionRequest) => Promise<T>,
  bytes?: number,
): Promise<T | ReturnType<typeof refuseOutOfBounds>> {
  const { kind, object, oldObject } = request;
  const bounded =
    oldObject === undefined || !isDeeperThan(oldObject, maxLevels)
      ? request
      : { ...request, oldObject: cutBelow(oldObject, maxLevels) };
  const findings = boundsFindings(
    {
      kind: kind.kind,
      ...(object === undefined ? {} : { object: asObject(object) }),
      ...(bounded.oldObject === undefined ? {} : { oldObject: asObject(bounded.oldObject) }),
    },
    bytes,
  );
  return findings.length > 0 ? refuseOutOfBounds(findings) : decide(bounded);
}
