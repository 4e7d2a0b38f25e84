import type { JsonObject, KubeObject } from '../../src/api/object.ts';
import { readReview, type AdmissionRequest } from '../../src/webhook/review/review.ts';
import { admissionReview } from './admission-review.ts';

/** The request of an API server for a deletion. Like in a deletion of a collection, only the object contains the name. */
export function deletionOf(object: KubeObject): AdmissionRequest {
  const oldObject: JsonObject = JSON.parse(JSON.stringify(object));
  const { name: _, ...review } = admissionReview({
    kind: { group: 'spectrocloud.com', version: 'v1beta1', kind: object.kind },
    namespace: object.metadata.namespace ?? '',
    operation: 'DELETE',
    object: null,
    oldObject,
  });
  return readReview(Buffer.from(JSON.stringify(review))).request;
}
