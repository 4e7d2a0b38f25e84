import type { KubeObject } from '../../api/object.ts';
import { manifestWorkReplicaSets, type ManifestWorkReplicaSet } from '../../api/ocm.ts';
import { deploymentHashLabel } from '../../domain/annotations.ts';
import { containing } from '../../domain/spoke/work-namespaces.ts';
import type { Client } from '../../kube/client/client.ts';
import { isNotFound } from '../../kube/client/errors.ts';
import { deploymentOf } from '../../domain/render/render-identity.ts';
import { bySpokeNamespaceOfReplicaSet, type ControllerCaches } from '../caches.ts';

/**
 * The ManifestWorkReplicaSets of deployments as they are on the hub: the cache, and over it what this process wrote and
 * the cache has not brought back yet. Without that, of two deployments that are applied right after each other the second
 * would not see the first.
 */
export interface AppliedReplicaSets {
  of(deploymentKey: string): ManifestWorkReplicaSet[];
  /** Keys of deployments with works in a namespace on the spokes. */
  deploymentsIn(namespace: string): string[];
  get(namespace: string, name: string): ManifestWorkReplicaSet | undefined;
  remember(written: KubeObject): void;
  /** Remembers that one was just deleted: it keeps nothing any more, though the cache still shows it as it was. */
  markDeleted(deleted: KubeObject): void;
  /** Reads once what is on the hub: the cache of a new leader may lack what the one before it wrote last. */
  prime(client: Client): Promise<void>;
}

/** Begins to follow the cache at once. */
export function createAppliedReplicaSets({ replicaSets }: Pick<ControllerCaches, 'replicaSets'>): AppliedReplicaSets {
  const written = new Map<string, ManifestWorkReplicaSet>();
  const keyOf = ({ metadata }: KubeObject) => `${metadata.namespace ?? ''}/${metadata.name}`;
  /** What was deleted while the hub is being read: an answer that is older than that must not bring it back. */
  let goneMeanwhile: Set<string | undefined> | undefined;
  replicaSets.subscribe(({ type, object }) => {
    const key = keyOf(object);
    if (type === 'deleted') goneMeanwhile?.add(object.metadata.uid);
    const known = written.get(key);
    if (known === undefined) return;
    const isGone = type === 'deleted';
    // Events come in order: an older one of the same object says nothing about what was written since, and the end of
    // its namesake before it says nothing either.
    if (isSame(object, known) ? isGone || isShown(known, object) : !isGone) written.delete(key);
  });
  let reading: Promise<void> | undefined;
  const remember = (object: KubeObject) => {
    if (object.kind !== manifestWorkReplicaSets.kind) return;
    const cached = replicaSets.get(object.metadata.namespace, object.metadata.name);
    // The event may be here before the answer to the write that caused it.
    if (cached !== undefined && isSame(cached, object) && isShown(object, cached)) written.delete(keyOf(object));
    else written.set(keyOf(object), object as ManifestWorkReplicaSet);
  };
  const recent = (deploymentKey: string) =>
    [...written.values()].filter((work) => deploymentOf(work) === deploymentKey);
  return {
    of(deploymentKey) {
      const works = new Map(replicaSets.byIndex('deployment', deploymentKey).map((work) => [keyOf(work), work]));
      for (const work of recent(deploymentKey)) works.set(keyOf(work), work);
      return [...works.values()].map((work) => ({ ...work, kind: manifestWorkReplicaSets.kind }));
    },
    deploymentsIn(namespace) {
      const cached = replicaSets.byIndex(bySpokeNamespaceOfReplicaSet, namespace);
      const fresh = containing([...written.values()], namespace);
      return [...new Set([...cached, ...fresh].map(deploymentOf).filter((key) => key !== undefined))];
    },
    get: (namespace, name) => written.get(`${namespace}/${name}`) ?? replicaSets.get(namespace, name),
    remember,
    markDeleted({ metadata }) {
      const { namespace = '', name, uid } = metadata;
      const present = written.get(`${namespace}/${name}`) ?? replicaSets.get(namespace, name);
      if (present === undefined || present.metadata.uid !== uid) return;
      const going = { ...present.metadata, deletionTimestamp: present.metadata.deletionTimestamp ?? unknownTime };
      written.set(keyOf(present), { ...present, metadata: going });
    },
    prime(client) {
      const read = async () => {
        goneMeanwhile = new Set();
        try {
          const found = await ownOnHub(client);
          for (const object of found) if (!goneMeanwhile.has(object.metadata.uid)) remember(object);
        } catch (error) {
          reading = undefined;
          throw error;
        } finally {
          goneMeanwhile = undefined;
        }
      };
      reading ??= read();
      return reading;
    },
  };
}

async function ownOnHub(client: Client): Promise<KubeObject[]> {
  try {
    const { items } = await client.list(manifestWorkReplicaSets, { labelSelector: deploymentHashLabel });
    return items.map((item) => ({ ...item, kind: manifestWorkReplicaSets.kind }));
  } catch (error) {
    // Without OCM's kinds there is nothing of ours either.
    if (isNotFound(error)) return [];
    throw error;
  }
}

function isSame(one: KubeObject, other: KubeObject): boolean {
  return one.metadata.uid === other.metadata.uid;
}

/** Whether what the cache has is as new as what was written, or deleted. */
function isShown(written: KubeObject, cached: KubeObject): boolean {
  const isGoing = written.metadata.deletionTimestamp === undefined || cached.metadata.deletionTimestamp !== undefined;
  return isGoing && generation(cached) >= generation(written);
}

/** Stands for the time of a deletion that only the API server knows. */
const unknownTime = '1970-01-01T00:00:00Z';

function generation({ metadata }: KubeObject): number {
  return metadata.generation ?? 0;
}
