import type { KubeObject } from '../../api/object.ts';
import type { SpokeNamespaceFacts } from '../../domain/admission/facts.ts';
import type { Peer } from '../../domain/spoke/change.ts';
import {
  forbiddenSharing,
  listedSpokeNamespaces,
  mayUseSpokeNamespace,
  stampedSpokeNamespaces,
  type SpokeNamespaceUse,
  type SpokeNamespaceUser,
} from '../../domain/spoke/spoke-namespaces.ts';
import { isPresent } from '../../domain/spoke/spoke-state.ts';
import type { ControllerCaches } from '../caches.ts';
import type { NamespaceChange } from './changes.ts';

/** Spoke namespaces that a write adds to those that the deployment is applied in. */
export function enteredNamespaces(changes: readonly NamespaceChange[]): string[] {
  const before = new Set(changes.flatMap(({ observed }) => (observed === undefined ? [] : [observed.namespace])));
  const after = changes.flatMap(({ desired }) =>
    desired !== undefined && isPresent(desired) ? [desired.namespace] : [],
  );
  return [...new Set(after)].filter((namespace) => !before.has(namespace)).toSorted();
}

/**
 * Whether a deployment may use the spoke namespaces that a write enters, and share them with its peers. Admission asked for the
 * rights of the requester; the controller knows only the stamp that admission left, and what the Namespaces on the hub list.
 */
export function enteredNamespaceFacts(
  deployment: KubeObject,
  { entered, peers }: { entered: readonly string[]; peers: readonly Peer[] },
  caches: Pick<ControllerCaches, 'deployments' | 'namespaces'>,
): SpokeNamespaceFacts {
  const own = useOf(deployment, caches);
  const missing = entered.filter((name) => !mayUseSpokeNamespace(own, name));
  const shared = entered.flatMap((spokeNamespace) => {
    if (missing.includes(spokeNamespace)) return [];
    const users = usersOf(spokeNamespace, peers, caches);
    return forbiddenSharing(spokeNamespace, own, users).map(({ deployment: other, unlisted }) => ({
      spokeNamespace,
      // Users who may read the status of this deployment may have no access to other hub namespaces.
      deployment: { ...other, visible: false },
      unlisted,
    }));
  });
  return { entered, missing, stamped: own.stamped, shared };
}

/** The peers in a spoke namespace that exist as deployments. */
function usersOf(
  spokeNamespace: string,
  peers: readonly Peer[],
  caches: Pick<ControllerCaches, 'deployments' | 'namespaces'>,
): SpokeNamespaceUser[] {
  return peers.flatMap(({ state, namespace, name }): SpokeNamespaceUser[] => {
    const peer = state.namespace === spokeNamespace ? caches.deployments.get(namespace, name) : undefined;
    return peer === undefined ? [] : [{ name, ...useOf(peer, caches) }];
  });
}

function useOf({ metadata }: KubeObject, { namespaces }: Pick<ControllerCaches, 'namespaces'>): SpokeNamespaceUse {
  const hubNamespace = metadata.namespace ?? '';
  const listed = listedSpokeNamespaces(namespaces.get(undefined, hubNamespace)?.metadata.annotations);
  return { hubNamespace, listed, stamped: stampedSpokeNamespaces(metadata) };
}
