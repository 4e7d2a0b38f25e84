import type { Resource } from '../api/object.ts';
import { renderedKinds } from '../api/ocm.ts';
import type { HubRefusalReason } from '../domain/applied-reasons.ts';
import type { Client } from '../kube/client/client.ts';
import { ApiError } from '../kube/client/errors.ts';
import { isSelfAllowed } from '../kube/objects/access-review.ts';
import { readNamespaceState } from '../kube/objects/namespaces.ts';

/** Why an object could not be written on the hub, as a condition reports it. */
export interface HubFailure {
  reason: HubRefusalReason;
  message: string;
}

/** A write that the API server has refused. */
export interface RefusedWrite {
  resource: Resource;
  namespace: string;
  /** The verbs that the write needs. */
  verbs: readonly string[];
}

/**
 * Why the API server did not authorise a write. In a namespace that does not exist the controller has no right either, so the
 * namespace is read. `undefined` if something else than a missing right has refused the write, such as a policy or a quota.
 */
export async function refusalOf(
  client: Client,
  error: unknown,
  { resource: { group, plural }, namespace, verbs }: RefusedWrite,
): Promise<HubFailure | undefined> {
  if (!(error instanceof ApiError) || error.code !== 403) return undefined;
  const state = await readNamespaceState(client, namespace);
  if (state === undefined) return namespaceNotFound(namespace);
  if (state.terminating) return { reason: 'RefusedByHub', message: `namespace ${namespace} on the hub is terminating` };
  const access = verbs.map((verb) => isSelfAllowed(client, { verb, group, resource: plural, namespace }));
  if ((await Promise.all(access)).every((isAllowed) => isAllowed)) return undefined;
  if (!renderedKinds.some((known) => known.group === group && known.plural === plural)) {
    return {
      reason: 'HubNamespaceNotOpen',
      message: `mooring has no right to write ${plural} in hub namespace ${namespace}: an administrator opens the namespace with \`mooring hub-namespace open ${namespace} --apply\`, and the kind with a ClusterRole as in deploy/topology-kinds`,
    };
  }
  return {
    reason: 'HubNamespaceNotOpen',
    message: `hub namespace ${namespace} is not open: mooring has no right to write ${plural} there; an administrator opens it with \`mooring hub-namespace open ${namespace} --apply\``,
  };
}

/** The failure of a write in a namespace that does not exist. */
export function namespaceNotFound(namespace: string): HubFailure {
  const message = `namespace ${namespace} does not exist on the hub: create it, with a ManagedClusterSetBinding, and open it with \`mooring hub-namespace open ${namespace} --apply\``;
  return { reason: 'HubNamespaceNotFound', message };
}
