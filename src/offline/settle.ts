import { environments, policyDefinitions, workloadDeployments } from '../api/kinds.ts';
import { isJsonObject } from '../api/object.ts';
import type { UncheckedObject } from '../api/unchecked-object.ts';
import { referrersOf, type Referrer } from '../catalog/referrers.ts';
import { listedReferrers } from '../catalog/referrers/listed.ts';
import { sameJson } from '../domain/json/canonical-json.ts';
import { readRef } from '../domain/refs/read-ref.ts';
import { resolve } from '../domain/refs/resolution.ts';
import { workloadNames } from '../domain/spoke/workload-names.ts';
import type { ObjectStore } from './object-store.ts';
import { offlineCatalog, type OfflineCatalogOptions } from './offline-catalog.ts';
import { recordRevision } from './record-revision.ts';

/** Stores an admitted object, and changes the statuses in the store as the controller and the aggregator would. */
export async function settle(
  object: UncheckedObject,
  oldObject: UncheckedObject | undefined,
  store: ObjectStore,
  options: OfflineCatalogOptions,
): Promise<void> {
  if (sameJson(object.spec, oldObject?.spec)) {
    store.put(object);
    recordRevision(object, store, options.hash);
    return;
  }
  const generation = (oldObject?.metadata.generation ?? 0) + 1;
  const edited = { ...object, metadata: { ...object.metadata, generation } };
  if (object.kind === workloadDeployments.kind) {
    store.put(oldObject === undefined ? edited : await settledDeployment(edited, oldObject, store, options));
    return;
  }
  const stored = object.kind === environments.kind && oldObject !== undefined ? withoutReadiness(edited) : edited;
  store.put(stored);
  recordRevision(stored, store, options.hash);
  if (oldObject === undefined) return;
  for (const deployment of await affectedDeployments(object, oldObject, store, options)) {
    store.put(asNotApplied(deployment, { moves: false }));
  }
}

/** A deployment after an edit of its spec. It keeps its status if the refs resolve to the same Environment and the names are the same. */
async function settledDeployment(
  edited: UncheckedObject,
  oldObject: UncheckedObject,
  store: ObjectStore,
  options: OfflineCatalogOptions,
): Promise<UncheckedObject> {
  const [used, usedBefore] = [
    await environmentUsedBy(edited, store, options),
    await environmentUsedBy(oldObject, store, options),
  ];
  const isSame = sameJson(used, usedBefore) && sameJson(workloadNames(edited), workloadNames(oldObject));
  return isSame ? edited : asNotApplied(edited, { moves: used?.name !== usedBefore?.name });
}

/** The Environment and the revision that the ref of a deployment resolves to; `undefined` if the ref cannot be parsed. */
async function environmentUsedBy(
  deployment: UncheckedObject,
  store: ObjectStore,
  options: OfflineCatalogOptions,
): Promise<{ name: string; revision?: number } | undefined> {
  const read = readRef(deployment, 'environmentRef', options.systemNamespace);
  if (read === undefined) return undefined;
  const name = `${read.namespaces[0] ?? ''}/${read.ref.name}`;
  const found = await offlineCatalog(store, options).environmentOf(deployment);
  return found?.state === 'found' ? { name, revision: found.revision } : { name };
}

/** Deployments that use the new content of an edited Environment, or an Environment with an edited topology. */
async function affectedDeployments(
  object: UncheckedObject,
  oldObject: UncheckedObject,
  store: ObjectStore,
  options: OfflineCatalogOptions,
): Promise<UncheckedObject[]> {
  const objects = store.list();
  const { systemNamespace } = options;
  const index = listedReferrers(systemNamespace, () => objects);
  const { namespace = '', name } = object.metadata;
  const deploymentsOf = async (environment: { namespace: string; name: string }): Promise<Referrer[]> => {
    const { current } = await referrersOf({ kind: 'Environment', ...environment }, { index, systemNamespace });
    return current.filter((referrer) => referrer.object.metadata.deletionTimestamp === undefined);
  };
  if (object.kind === policyDefinitions.kind) {
    const { current } = await referrersOf({ kind: 'PolicyDefinition', namespace, name }, { index, systemNamespace });
    const lists = await Promise.all(
      current.map(({ object: { metadata } }) =>
        deploymentsOf({ namespace: metadata.namespace ?? '', name: metadata.name }),
      ),
    );
    return lists.flat().map((referrer) => referrer.object);
  }
  if (object.kind !== environments.kind || sameJson(object.spec?.['topology'], oldObject.spec?.['topology'])) return [];
  const history = await offlineCatalog(store, options).history('Environment', object);
  if (history === undefined) return [];
  const referrers = await deploymentsOf({ namespace, name });
  return referrers
    .filter(({ ref }) => {
      const resolution = resolve(ref.selector, history);
      return resolution.state === 'resolved' && resolution.revision === history.newest.revision;
    })
    .map((referrer) => referrer.object);
}

/** A deployment whose new render is not applied on any cluster yet. Its clusters stay selected unless it moves to another Environment. */
function asNotApplied({ status, ...deployment }: UncheckedObject, { moves }: { moves: boolean }): UncheckedObject {
  if (status === undefined) return deployment;
  const {
    effectiveLifecycle: _lifecycle,
    environment: _environment,
    selectedClusters,
    pendingClusters: _pending,
    ...rest
  } = status;
  const clusters =
    moves || selectedClusters === undefined ? {} : { selectedClusters, pendingClusters: selectedClusters };
  return { ...deployment, status: { ...rest, ...clusters } };
}

/** An Environment without readiness, because the aggregator has not evaluated the edit yet. */
function withoutReadiness({ status, ...environment }: UncheckedObject): UncheckedObject {
  if (status === undefined) return environment;
  const { conditions } = status;
  const others = Array.isArray(conditions)
    ? conditions.filter((item) => !isJsonObject(item) || item['type'] !== 'EnvironmentReady')
    : [];
  return { ...environment, status: { ...status, conditions: others } };
}
