import { isJsonObject, type KubeObject, type Resource } from '../api/object.ts';
import type { HubPlan } from '../domain/render/hub-plan.ts';
import type { Client } from '../kube/client/client.ts';
import { ApiError } from '../kube/client/errors.ts';
import type { BlockedReason } from '../domain/applied-reasons.ts';
import { fieldManager } from './field-manager.ts';
import type { AppliedSnapshots } from './applied-snapshots.ts';

/** Why an object could not be applied on the hub, as a condition reports it. */
export interface ApplyFailure {
  reason: BlockedReason;
  message: string;
}

export interface ApplyResult {
  failure?: ApplyFailure;
  /** Whether any object on the hub has changed, so that a watch event follows. */
  changed: boolean;
}

/** The resource of a rendered object, with the regular plural. */
export function resourceOf({ apiVersion, kind }: { apiVersion: string; kind: string }): Resource {
  const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  return { group, version, kind, plural: `${kind.toLowerCase()}s`, namespaced: true };
}

/**
 * Applies the objects of a plan, unless there is a name conflict. Returns a failure that a user can fix: a missing namespace, a
 * name conflict, an object that the API server rejects. Throws any other error, so that the reconcile is repeated.
 */
export async function applyToHub(
  client: Client,
  plan: HubPlan,
  snapshots: Pick<AppliedSnapshots, 'remember'>,
  onWritten: (written: KubeObject) => void = () => {},
): Promise<ApplyResult> {
  const [conflict] = plan.conflicts;
  if (conflict !== undefined) {
    const { namespace = '', name } = conflict.metadata;
    const message = `${conflict.kind} ${namespace}/${name} exists and is not managed by mooring, so it is not overwritten: rename or delete it`;
    return { failure: { reason: 'NameTaken', message }, changed: false };
  }
  let changed = false;
  for (const object of plan.apply) {
    try {
      const stored = await client.apply<KubeObject>(resourceOf(object), object, { fieldManager });
      snapshots.remember(object, stored);
      onWritten(stored);
      changed ||= stored.metadata.resourceVersion !== object.metadata.resourceVersion;
    } catch (error) {
      const failure = failureOf(error, object.metadata.namespace);
      if (failure === undefined) throw error;
      return { failure, changed };
    }
  }
  return { changed };
}

function failureOf(error: unknown, namespace: string): ApplyFailure | undefined {
  if (!(error instanceof ApiError)) return undefined;
  if (error.code === 404) {
    if (missingKind(error) === 'namespaces') {
      const message = `namespace ${namespace} does not exist on the hub: create it, with a ManagedClusterSetBinding`;
      return { reason: 'HubNamespaceNotFound', message };
    }
    return { reason: 'KindNotFound', message: `${error.message}: is Open Cluster Management installed?` };
  }
  // An API server responds 500 to a field that is not in its schema; the caller retries in any case.
  return [400, 403, 422, 500].includes(error.code) ? { reason: 'RefusedByHub', message: error.message } : undefined;
}

/** The plural of the kind that was not found: `namespaces` if the namespace of the object does not exist. */
function missingKind({ body }: ApiError): unknown {
  const details = isJsonObject(body) ? body['details'] : undefined;
  return isJsonObject(details) ? details['kind'] : undefined;
}
