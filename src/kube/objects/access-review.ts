import { isJsonObject, type JsonValue, type Resource } from '../../api/object.ts';
import type { Client } from '../client/client.ts';

const accessReviews: Resource = {
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SubjectAccessReview',
  plural: 'subjectaccessreviews',
  namespaced: false,
};

/** The subject whose rights are checked, as in `authentication.k8s.io/v1`. */
export interface Subject {
  username: string;
  uid?: string;
  groups: string[];
  extra: Record<string, string[]>;
}

/** The access that is checked: at cluster scope if `namespace` is absent, and to all objects of the resource if `name` is absent. */
export interface Access {
  verb: string;
  group: string;
  resource: string;
  namespace?: string;
  name?: string;
}

/** Checks with a SubjectAccessReview whether a subject has access. The result is not cached. */
export async function isAllowed(
  client: Client,
  subject: Subject,
  access: Access,
  signal?: AbortSignal,
): Promise<boolean> {
  const { username: user, uid, groups, extra } = subject;
  const review: { [field: string]: JsonValue } = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: accessReviews.kind,
    metadata: {},
    spec: { user, groups, extra, ...(uid === undefined ? {} : { uid }), resourceAttributes: { ...access } },
  };
  const result: { [field: string]: JsonValue } = await client.create(accessReviews, review, { signal });
  return isJsonObject(result['status']) && result['status']['allowed'] === true;
}
