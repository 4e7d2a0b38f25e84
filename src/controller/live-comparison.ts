import { workloadDeployments } from '../api/kinds.ts';
import { keyOf, type KubeObject } from '../api/object.ts';
import { manifestWorkReplicaSets, manifestWorks, replicaSetLabel, type ManifestWorkReplicaSet } from '../api/ocm.ts';
import { spokeNamespaceLabel } from '../domain/annotations.ts';
import { provenOwner } from '../domain/render/ownership.ts';
import { deploymentOf } from '../domain/render/render-identity.ts';
import { spokeNamespaceSelector, unlabelledSelector } from '../domain/render/spoke-namespace-label.ts';
import { namespacesIn } from '../domain/spoke/work-namespaces.ts';
import type { Client } from '../kube/client/client.ts';
import { getIfPresent } from '../kube/client/get-if-present.ts';
import type { CachedWork } from './cached-works.ts';
import { manifestWorkIndexes, type ControllerCaches } from './caches.ts';
import type { AppliedReplicaSets } from './deployments/applied-replica-sets.ts';

export interface LiveComparisonOptions {
  client: Client;
  caches: {
    deployments: Pick<ControllerCaches['deployments'], 'get'>;
    replicaSets: Pick<ControllerCaches['replicaSets'], 'isNotServed'>;
    manifestWorks: Pick<ControllerCaches['manifestWorks'], 'byIndex'>;
  };
  appliedReplicaSets: Pick<AppliedReplicaSets, 'of' | 'deploymentsIn' | 'get'>;
}

export interface ComparedNamespaces {
  /** On the spokes. The caller holds their locks, so that nothing is applied there meanwhile. */
  namespaces: readonly string[];
  /** The deployment of the write. */
  deployment: string;
  /**
   * Also compares ManifestWorkReplicaSets without the label, and the ManifestWorks if other deployments are in the namespaces: two
   * further lists. It is for writes that delete.
   */
  thorough: boolean;
}

/** How many label values one selector names, so that the URL does not become too long. */
const maxSelected = 50;

/**
 * Whether the caches show everything that is applied in some spoke namespaces, and whose it is. A watch may be silent for minutes
 * before it is replaced, and a new leader may have such a watch from the beginning: then nothing tells that a cache lacks a deployment
 * that another leader has applied. So this lists the metadata live, once, and compares. What a cache lacks is not used for a
 * decision: the caller tries again until the cache has it.
 */
export async function isShownByCaches(compared: ComparedNamespaces, options: LiveComparisonOptions): Promise<boolean> {
  const { namespaces, deployment, thorough } = compared;
  if (namespaces.length === 0) return true;
  const live = await listReplicaSets(compared, options);
  if (live === 'not served') return true;
  const cached = live.flatMap((item) => shownReplicaSet(item, options) ?? []);
  if (cached.length < live.length || !areAllLive(live, compared, options)) return false;
  const present = cached.filter((replicaSet) => isIn(replicaSet, namespaces));
  const others = present.filter(
    (replicaSet) => deploymentOf(replicaSet) !== deployment && !isOwnerTerminating(replicaSet, options),
  );
  if (thorough && others.length > 0 && !(await areWorksShown(present, options))) return false;
  return areOwnersShown(others, options);
}

async function listReplicaSets(
  { namespaces, thorough }: ComparedNamespaces,
  { client, caches }: LiveComparisonOptions,
): Promise<KubeObject[] | 'not served'> {
  const selectors = [spokeNamespaceSelector(namespaces), ...(thorough ? [unlabelledSelector] : [])];
  try {
    const lists = selectors.map((labelSelector) =>
      client.list(manifestWorkReplicaSets, { labelSelector, metadataOnly: true }),
    );
    return (await Promise.all(lists)).flatMap(({ items }) => items);
  } catch (error) {
    // If the kinds of OCM are not installed, nothing is applied.
    if (await caches.replicaSets.isNotServed(error)) return 'not served';
    throw error;
  }
}

/** The known ManifestWorkReplicaSet, if it is at least as new as the live one. */
function shownReplicaSet(
  { metadata }: KubeObject,
  { appliedReplicaSets }: LiveComparisonOptions,
): ManifestWorkReplicaSet | undefined {
  const known = appliedReplicaSets.get(metadata.namespace ?? '', metadata.name);
  const isShown =
    known !== undefined &&
    known.metadata.uid === metadata.uid &&
    (known.metadata.generation ?? 0) >= (metadata.generation ?? 0) &&
    (metadata.deletionTimestamp === undefined || known.metadata.deletionTimestamp !== undefined);
  return isShown ? known : undefined;
}

/**
 * Whether what is known in the namespaces still exists: a peer whose objects are gone protects no namespace. Terminating ones
 * protect none anyway, and the event of their end may still be on its way.
 */
function areAllLive(
  live: readonly KubeObject[],
  { namespaces, thorough }: ComparedNamespaces,
  { appliedReplicaSets }: LiveComparisonOptions,
): boolean {
  const found = new Set(live.map(keyOf));
  const keys = new Set(namespaces.flatMap((namespace) => appliedReplicaSets.deploymentsIn(namespace)));
  return [...keys]
    .flatMap((key) => appliedReplicaSets.of(key))
    .filter((replicaSet) => isIn(replicaSet, namespaces))
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .filter(({ metadata }) => thorough || metadata.labels?.[spokeNamespaceLabel] !== undefined)
    .every((replicaSet) => found.has(keyOf(replicaSet)));
}

/** Whether the cache has the same ManifestWorks of these ManifestWorkReplicaSets: they tell on which clusters something is applied. */
async function areWorksShown(
  replicaSets: readonly KubeObject[],
  { client, caches }: LiveComparisonOptions,
): Promise<boolean> {
  const values = replicaSets.map(({ metadata }) => `${metadata.namespace ?? ''}.${metadata.name}`);
  for (let start = 0; start < values.length; start += maxSelected) {
    const selected = values.slice(start, start + maxSelected);
    const labelSelector = `${replicaSetLabel} in (${selected.join(',')})`;
    const { items } = await client.list(manifestWorks, { labelSelector, metadataOnly: true });
    const cached = selected.flatMap((value) => caches.manifestWorks.byIndex(manifestWorkIndexes.replicaSet, value));
    if (identities(items) !== identities(cached)) return false;
  }
  return true;
}

/** Whether the cache shows that the deployment of a ManifestWorkReplicaSet is being deleted: then it loses nothing, and protects nothing. */
function isOwnerTerminating(replicaSet: KubeObject, { caches }: LiveComparisonOptions): boolean {
  const [namespace = '', name = ''] = (deploymentOf(replicaSet) ?? '').split('/');
  const owner = caches.deployments.get(namespace, name)?.metadata;
  return owner?.deletionTimestamp !== undefined && provenOwner(replicaSet)?.uid === owner.uid;
}

/** Which objects exist, and which of them are terminating. */
function identities(objects: readonly Pick<CachedWork, 'metadata'>[]): string {
  const each = objects.map(({ metadata }) => `${metadata.uid} ${metadata.deletionTimestamp === undefined}`);
  return each.toSorted().join();
}

/** Whether the cache shows the deployments of these ManifestWorkReplicaSets. Those whose state may be outdated are read. */
async function areOwnersShown(
  replicaSets: readonly KubeObject[],
  { client, caches }: LiveComparisonOptions,
): Promise<boolean> {
  const byDeployment = new Map(replicaSets.map((replicaSet) => [deploymentOf(replicaSet) ?? '', replicaSet]));
  for (const [key, replicaSet] of byDeployment) {
    const [namespace = '', name = ''] = key.split('/');
    const cached = caches.deployments.get(namespace, name);
    const isKnownOwner = cached !== undefined && provenOwner(replicaSet)?.uid === cached.metadata.uid;
    if (isKnownOwner && cached.metadata.deletionTimestamp === undefined) continue;
    const live = await getIfPresent(client, workloadDeployments, { namespace, name }, { metadataOnly: true });
    if (live?.metadata.uid !== cached?.metadata.uid) return false;
  }
  return true;
}

function isIn(replicaSet: ManifestWorkReplicaSet, namespaces: readonly string[]): boolean {
  return namespacesIn(replicaSet).some((namespace) => namespaces.includes(namespace));
}
