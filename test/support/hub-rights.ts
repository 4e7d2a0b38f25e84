import type { KubeObject, Resource } from '../../src/api/object.ts';
import { ApiError } from '../../src/kube/client/errors.ts';
import type { CreateOptions } from '../../src/kube/client/requests.ts';
import { namespaces } from '../../src/kube/objects/namespaces.ts';
import type { MemoryClient } from './memory-client.ts';

/** A namespace of the hub, terminating if it has a deletionTimestamp. */
export function namespaceNamed(name: string, deletionTimestamp?: string): [Resource, KubeObject] {
  const terminating = deletionTimestamp === undefined ? {} : { deletionTimestamp, finalizers: ['kubernetes'] };
  return [namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name, ...terminating } }];
}

/** Answers access reviews of the client about itself: it has every right except those in `denied`, such as `delete hub`. */
export function withHubRights<T extends Pick<MemoryClient, 'create'>>(client: T, denied: readonly string[]): T {
  const create = client.create.bind(client);
  client.create = async <O>(resource: Resource, object: O, options?: CreateOptions): Promise<O> => {
    if (resource.kind !== 'SelfSubjectAccessReview') return create(resource, object, options);
    const { verb, namespace } = JSON.parse(JSON.stringify(object)).spec.resourceAttributes;
    return { ...object, status: { allowed: !denied.includes(`${verb} ${namespace}`) } };
  };
  return client;
}

/** The error of a request that RBAC, a policy or a quota refuses. */
export function forbidden(): ApiError {
  return new ApiError('no', { code: 403, reason: 'Forbidden' });
}
