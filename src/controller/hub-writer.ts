import type { KubeObject, Resource } from '../api/object.ts';
import { keyOfHub, type HubPlan } from '../domain/render/hub-plan.ts';
import { nameOfKind } from '../domain/render/topology-kind.ts';
import type { Client } from '../kube/client/client.ts';
import { ApiError, mayNotBeServed } from '../kube/client/errors.ts';
import type { HubObject } from '../domain/render/hub-objects.ts';
import { namespaceNotFound, refusalOf, type HubFailure } from './hub-refusal.ts';
import { fieldManager } from './field-manager.ts';
import type { AppliedSnapshots } from './applied-snapshots.ts';
import { renderedKindOf, type RenderedCaches } from './other-kinds/rendered-kind.ts';
import type { PersistentErrors } from './persistent-errors.ts';

export interface ApplyResult {
  failure?: HubFailure;
  /** Whether any object on the hub has changed, so that a watch event follows. */
  changed: boolean;
}

/** What to do if the hub lacks a field. Version 1.3 has all fields of the built-in topologies. */
const olderOcm =
  'Open Cluster Management on this hub does not have this field: install version 1.3 or later, or use a topology without the field';

/** What `applyToHub` writes with. */
export interface HubWriter {
  client: Client;
  caches: RenderedCaches;
  snapshots: Pick<AppliedSnapshots, 'remember'>;
  persistentErrors: PersistentErrors;
  /** Called with each object as it was stored. */
  onWritten?: (written: KubeObject) => void;
}

/**
 * Applies the objects of a plan, unless there is a name conflict. Returns a failure that a user can fix: a missing namespace, a
 * name conflict, an object that the API server rejects. Throws any other error, so that the reconcile is repeated.
 */
export async function applyToHub(writer: HubWriter, plan: HubPlan): Promise<ApplyResult> {
  const { client, caches, snapshots, persistentErrors, onWritten } = writer;
  const [conflict] = plan.conflicts;
  if (conflict !== undefined) {
    const { namespace = '', name } = conflict.metadata;
    const message = `${conflict.kind} ${namespace}/${name} exists and is not managed by mooring, so it is not overwritten: rename or delete it`;
    return { failure: { reason: 'NameTaken', message }, changed: false };
  }
  let changed = false;
  for (const object of plan.apply) {
    const resource = renderedKindOf(object, caches)?.resource;
    if (resource === undefined) return { failure: kindNotFound(object), changed };
    try {
      const stored = await client.apply<KubeObject>(resource, object, { fieldManager });
      snapshots.remember(object, stored);
      onWritten?.(stored);
      persistentErrors.clear(keyOfHub(object));
      changed ||= stored.metadata.resourceVersion !== object.metadata.resourceVersion;
    } catch (error) {
      const failure = await failureOf(error, { object, resource }, writer);
      if (failure === undefined) throw error;
      return { failure, changed };
    }
  }
  return { changed };
}

/** The failure to report. There is none for what passes without a user: outages, overload, conflicts with another write. */
async function failureOf(
  error: unknown,
  { object, resource }: { object: HubObject; resource: Resource },
  { client, caches, persistentErrors }: HubWriter,
): Promise<HubFailure | undefined> {
  if (!(error instanceof ApiError)) return undefined;
  const { namespace } = object.metadata;
  const key = keyOfHub(object);
  if (error.code !== 500) persistentErrors.clear(key);
  if (error.reason === 'NotFound' && error.details?.kind === 'namespaces') {
    return namespaceNotFound(namespace);
  }
  if (mayNotBeServed(error)) {
    const kind = renderedKindOf(object, caches);
    if ((await kind?.cache.isNotServed(error)) !== true) return undefined;
    if (kind?.isOfOcm === false) return kindNotFound(object);
    return { reason: 'KindNotFound', message: `${error.message}: is Open Cluster Management installed?` };
  }
  const write = { resource, namespace, verbs: ['create', 'patch'] };
  const refusal = await refusalOf(client, error, write);
  if (refusal !== undefined) return refusal;
  if (lacksField(error)) {
    const isOfOcm = renderedKindOf(object, caches)?.isOfOcm !== false;
    return { reason: 'RefusedByHub', message: isOfOcm ? `${error.message}; ${olderOcm}` : error.message };
  }
  // An API server responds 500 while it has trouble with etcd, but also to objects that it cannot process.
  const isRefused = [400, 403, 413, 422].includes(error.code) || (error.code === 500 && persistentErrors.failed(key));
  return isRefused ? { reason: 'RefusedByHub', message: error.message } : undefined;
}

/** The failure of a write of a kind of `--topology-kind` that the API server does not serve. */
function kindNotFound(object: HubObject): HubFailure {
  const message = `the API server does not serve ${nameOfKind(object)}, which --topology-kind allows: install the kind, or change the topology`;
  return { reason: 'KindNotFound', message };
}

/** Whether the CustomResourceDefinition on the hub does not have a field of the object. The API server responds 500 and names it. */
function lacksField({ message }: ApiError): boolean {
  return message.includes('field not declared in schema');
}
