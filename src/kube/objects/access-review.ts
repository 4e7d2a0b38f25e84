import { isJsonObject, type JsonValue, type Resource } from '../../api/object.ts';
import type { Client } from '../client/client.ts';

const REVIEWS: Resource = {
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SubjectAccessReview',
  plural: 'subjectaccessreviews',
  namespaced: false,
};

/** Whose rights are asked for, in the terms of `authentication.k8s.io/v1`. */
export interface Subject {
  username: string;
  uid?: string;
  groups: string[];
  extra: Record<string, string[]>;
}

/** What is to be allowed; `name` is absent for any object of the resource. */
export interface Access {
  verb: string;
  group: string;
  resource: string;
  namespace: string;
  name?: string;
}

/** Asks the API server whether a subject may do something (authorization.k8s.io/v1 SubjectAccessReview). Nothing is remembered. */
export async function isAllowed(
  client: Client,
  subject: Subject,
  access: Access,
  signal?: AbortSignal,
): Promise<boolean> {
  const { username: user, uid, groups, extra } = subject;
  const review: { [field: string]: JsonValue } = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: REVIEWS.kind,
    metadata: {},
    spec: { user, groups, extra, ...(uid === undefined ? {} : { uid }), resourceAttributes: { ...access } },
  };
  const answer: { [field: string]: JsonValue } = await client.create(REVIEWS, review, { signal });
  return isJsonObject(answer['status']) && answer['status']['allowed'] === true;
}
