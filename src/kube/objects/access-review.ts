import { apiVersionOf, isJsonObject, type JsonObject, type Resource } from '../../api/object.ts';
import type { Client } from '../client/client.ts';

const accessReviews: Resource = {
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SubjectAccessReview',
  plural: 'subjectaccessreviews',
  namespaced: false,
};

const selfReviews: Resource = {
  ...accessReviews,
  kind: 'SelfSubjectAccessReview',
  plural: 'selfsubjectaccessreviews',
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
  const spec = { user, groups, extra, ...(uid === undefined ? {} : { uid }), resourceAttributes: { ...access } };
  return review(client, accessReviews, spec, signal);
}

/** Checks with a SelfSubjectAccessReview whether the user of the client has access. The result is not cached. */
export async function isSelfAllowed(client: Client, access: Access): Promise<boolean> {
  return review(client, selfReviews, { resourceAttributes: { ...access } });
}

async function review(client: Client, resource: Resource, spec: JsonObject, signal?: AbortSignal): Promise<boolean> {
  const object: JsonObject = { apiVersion: apiVersionOf(resource), kind: resource.kind, metadata: {}, spec };
  const { status } = await client.create(resource, object, { signal });
  return isJsonObject(status) && status['allowed'] === true;
}
