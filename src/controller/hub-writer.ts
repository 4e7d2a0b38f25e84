import { isJsonObject, type KubeObject, type Resource } from '../api/object.ts';
import type { HubPlan } from '../domain/render/hub-plan.ts';
import type { Client } from '../kube/client/client.ts';
import { ApiError } from '../kube/client/errors.ts';
import type { BlockedReason } from '../domain/applied-reasons.ts';
import { fieldManager } from './field-manager.ts';
import type { AppliedSnapshots } from './applied-snapshots.ts';

/** Why something could not be applied on the hub, in the words of a condition. */
export interface ApplyFailure {
  reason: BlockedReason;
  message: string;
}

export interface Applied {
  failure?: ApplyFailure;
  /** Whether anything on the hub is other than it was read: then a watch event follows. */
  changed: boolean;
}

/** The resource of a rendered object, with the usual plural. */
export function resourceOf({ apiVersion, kind }: { apiVersion: string; kind: string }): Resource {
  const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  return { group, version, kind, plural: `${kind.toLowerCase()}s`, namespaced: true };
}

/**
 * Applies what a plan wants, unless a name is taken. What the user can mend (a missing namespace, a name that is taken,
 * a refusal of the object) is told; a conflict and everything else throws, which means: again.
 */
export async function applyToHub(
  client: Client,
  plan: HubPlan,
  answers: Pick<AppliedSnapshots, 'remember'>,
  onWritten: (written: KubeObject) => void = () => {},
): Promise<Applied> {
  const [taken] = plan.conflicts;
  if (taken !== undefined) {
    const { namespace = '', name } = taken.metadata;
    const message = `${taken.kind} ${namespace}/${name} exists and is not mooring's; it is not applied over: rename or remove it`;
    return { failure: { reason: 'NameTaken', message }, changed: false };
  }
  let changed = false;
  for (const object of plan.apply) {
    try {
      const answer = await client.apply<KubeObject>(resourceOf(object), object, { fieldManager });
      answers.remember(object, answer);
      onWritten({ ...answer, kind: object.kind });
      changed ||= answer.metadata.resourceVersion !== object.metadata.resourceVersion;
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
  // 500 is how an API server answers a field that its schema lacks; the caller tries again, whatever it was.
  return [400, 403, 422, 500].includes(error.code) ? { reason: 'RefusedByHub', message: error.message } : undefined;
}

/** The plural of what was not found: `namespaces` where it is the namespace of the object. */
function missingKind({ body }: ApiError): unknown {
  const details = isJsonObject(body) ? body['details'] : undefined;
  return isJsonObject(details) ? details['kind'] : undefined;
}
