import type { JsonObject, KubeObject } from '../../src/api/object.ts';
import { readReview, type AdmissionRequest } from '../../src/webhook/review/review.ts';
import { admissionReview } from './admission-review.ts';

/** The request of an API server to delete an object; its name is in the object alone, as in a collection delete. */
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
