import { isJsonObject, type JsonObject } from '../../api/object.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import type { RequestFacts } from '../../domain/admission/facts.ts';
import { withoutStaleDefaults } from '../../domain/spoke/admission-defaults.ts';
import type { AdmissionRequest } from '../review/review.ts';

/** A request as rules read it. Throws for CONNECT, which the webhook is not registered for. */
export function requestFacts(request: AdmissionRequest, phase: RequestFacts['phase']): RequestFacts {
  const { operation, kind, namespace = '', name, userInfo, object, oldObject } = request;
  if (operation === 'CONNECT') throw new TypeError('a CONNECT request cannot be decided');
  return {
    phase,
    operation,
    kind: kind.kind,
    namespace,
    name,
    username: userInfo.username,
    ...(object === undefined ? {} : withoutStaleDefaultsOf(kind.kind, asObject(object), oldObject)),
    ...(oldObject === undefined ? {} : { oldObject: asObject(oldObject) }),
  };
}

/** An object of a request. The API server guarantees that `metadata` is well-formed; the rest is not checked. */
export function asObject(object: JsonObject): UncheckedObject {
  const complete = isJsonObject(object['metadata']) ? object : { ...object, metadata: {} };
  return complete as unknown as UncheckedObject;
}

function withoutStaleDefaultsOf(
  kind: string,
  submitted: UncheckedObject,
  oldObject: JsonObject | undefined,
): Pick<RequestFacts, 'object' | 'submitted'> {
  const object = withoutStaleDefaults(kind, submitted, oldObject === undefined ? undefined : asObject(oldObject));
  return object === submitted ? { object } : { object, submitted };
}
