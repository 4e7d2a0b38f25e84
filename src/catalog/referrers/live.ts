import { environments, workloadDeployments } from '../../api/kinds.ts';
import { keyOf, type KubeObject, type Resource } from '../../api/object.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import { definitionKeyOf } from '../../domain/refs/uses.ts';
import type { Hash } from '../../domain/json/canonical-json.ts';
import type { Client } from '../../kube/client/client.ts';
import { getIfPresent } from '../../kube/client/get-if-present.ts';
import { acceptAll, type ReferrerFilter, type ReferrerIndex } from '../referrers.ts';
import { topologyName } from '../stores/cached.ts';
import { appliedFrom, appliedIn } from './applied.ts';
import { spokeNamespacesOf, usedDefinitions } from './keys.ts';

/** If a namespace has more candidates than this, they are compared with its metadata. Those of one with fewer are read one by one. */
const maxReadsPerNamespace = 20;
/** If a request needs more reads than this, the other candidates are compared with the metadata of all objects of their kind. */
const maxReads = 200;
/** How many objects are read at the same time. */
const concurrentReads = 16;

type CachedKind = 'Environment' | 'WorkloadDeployment';

export interface LiveReferrersOptions {
  /** Where the objects to read are found. */
  cached: ReferrerIndex;
  /** An object of the same caches. */
  cachedObject: (kind: CachedKind, namespace: string, name: string) => KubeObject | undefined;
  client: Client;
  systemNamespace: string;
  /** The hash that is part of the labels of rendered objects. */
  hash: Hash;
  /** Aborts the requests. */
  signal?: AbortSignal | undefined;
  /**
   * Whether it also finds objects that the caches lack; in a spoke namespace, those that are applied there. It is for deletions, which
   * cannot be undone. An index that does not find them confirms what the caches have, which is enough if a decision depends on a found object.
   */
  findsMissed?: boolean;
}

/**
 * Finds objects in caches and reads them live. Objects that no longer exist, or no longer have the ref, are left out. It is used
 * for one request: what was read is not read again. It lists metadata only, because everybody may send requests, and content may
 * be large.
 */
export function liveReferrers(options: LiveReferrersOptions): ReferrerIndex {
  const { cached, cachedObject, client, hash, signal, systemNamespace, findsMissed = false } = options;
  const isCached = (namespace: string, name: string) =>
    cachedObject('WorkloadDeployment', namespace, name) !== undefined;
  const reader = new LiveReader(options);
  const keep = (objects: readonly UncheckedObject[], isFound: ReferrerFilter, matches: ReferrerFilter) =>
    objects.filter((object) => isFound(object) && matches(object));
  return {
    async inSpokeNamespace(namespace) {
      const [found, applied] = await Promise.all([
        cached.inSpokeNamespace(namespace),
        findsMissed ? appliedIn(namespace, { client, isCached, signal }) : [],
      ]);
      const live = await reader.read(workloadDeployments, withMissed(found, applied));
      return live.filter((object) => spokeNamespacesOf(object).includes(namespace));
    },
    async byReference(target, matches = acceptAll) {
      const { kind, namespace, name } = target;
      const [cachedOnes, applied] = await Promise.all([
        cached.byReference(target, matches),
        findsMissed && kind === 'Environment' && namespace !== systemNamespace
          ? appliedFrom(target, { client, hash, signal })
          : [],
      ]);
      const found = withMissed(cachedOnes, applied);
      const key = definitionKeyOf(kind, namespace, name);
      // Objects in the system namespace are used from every other namespace. Those of other namespaces are mostly used from their
      // own one; from other ones, what is applied is found.
      const live = !findsMissed
        ? await reader.read(workloadDeployments, found)
        : namespace === systemNamespace
          ? await reader.readAll(workloadDeployments, found)
          : await reader.read(workloadDeployments, found, namespace);
      return keep(live, (object) => usedDefinitions(object, systemNamespace).includes(key), matches);
    },
    async byTopology(name, matches = acceptAll) {
      const found = await cached.byTopology(name, matches);
      const live = findsMissed ? await reader.readAll(environments, found) : await reader.read(environments, found);
      return keep(live, (object) => topologyName(object).includes(name), matches);
    },
    recordedByTopology: (name) => cached.recordedByTopology(name),
  };
}

function withMissed(found: readonly UncheckedObject[], others: readonly KubeObject[]): UncheckedObject[] {
  const known = new Set(found.map(keyOf));
  return [...found, ...others.filter((object) => !known.has(keyOf(object)))];
}

/** Reads objects live. Each object, and the metadata of each namespace and of each kind, is read once. */
class LiveReader {
  readonly #options: LiveReferrersOptions;
  readonly #objects = new Map<string, Promise<UncheckedObject | undefined>>();
  readonly #metadata = new Map<string, Promise<ReadonlyMap<string, KubeObject>>>();

  constructor(options: LiveReferrersOptions) {
    this.#options = options;
  }

  /** The live state of candidates, and of the objects of the namespace `complete` that a cache lacks or has in another version. */
  async read(
    resource: Resource,
    candidates: readonly UncheckedObject[],
    complete?: string,
  ): Promise<UncheckedObject[]> {
    const byNamespace = Map.groupBy(candidates, ({ metadata }) => metadata.namespace ?? '');
    const lists: Promise<UncheckedObject[]>[] = [];
    const single: UncheckedObject[] = [];
    if (complete !== undefined) lists.push(this.readAll(resource, byNamespace.get(complete) ?? [], complete));
    for (const [namespace, found] of byNamespace) {
      if (namespace === complete) continue;
      if (found.length > maxReadsPerNamespace) lists.push(this.#compare(resource, found, namespace));
      else single.push(...found);
    }
    const isTooMany = this.#objects.size + single.length > maxReads;
    const read = isTooMany ? this.#compare(resource, single) : this.#getEach(resource, single);
    return (await Promise.all([read, ...lists])).flat();
  }

  /** The live state of candidates, and of every object, or every one of a namespace, that a cache lacks or has in another version. */
  async readAll(
    resource: Resource,
    candidates: readonly UncheckedObject[],
    namespace?: string,
  ): Promise<UncheckedObject[]> {
    const metadata = await this.#metadataOf(resource, namespace);
    const known = new Set(candidates.map(keyOf));
    const missed = [...metadata.values()].filter((object) => !known.has(keyOf(object)) && !this.#isCurrent(object));
    return [...(await this.#compare(resource, candidates, namespace)), ...(await this.#getEach(resource, missed))];
  }

  /** Compares cached objects with the metadata of all live ones, or of those of their namespace, and reads those that differ. */
  async #compare(
    resource: Resource,
    candidates: readonly UncheckedObject[],
    namespace?: string,
  ): Promise<UncheckedObject[]> {
    const metadata = await this.#metadataOf(resource, namespace);
    const existing = candidates.filter((object) => metadata.has(keyOf(object)));
    const [current, changed] = partition(existing, (object) => isSameVersion(metadata.get(keyOf(object)), object));
    return [...current, ...(await this.#getEach(resource, changed))];
  }

  #isCurrent(live: KubeObject): boolean {
    const { namespace = '', name } = live.metadata;
    const kind = live.kind === environments.kind ? 'Environment' : 'WorkloadDeployment';
    return isSameVersion(live, this.#options.cachedObject(kind, namespace, name));
  }

  async #getEach(resource: Resource, objects: readonly KubeObject[]): Promise<UncheckedObject[]> {
    const waiting = [...objects];
    const found: UncheckedObject[] = [];
    const next = async (): Promise<void> => {
      for (let object = waiting.shift(); object !== undefined; object = waiting.shift()) {
        const live = await this.#get(resource, object);
        if (live !== undefined) found.push(live);
      }
    };
    await Promise.all(Array.from({ length: Math.min(concurrentReads, objects.length) }, next));
    return found;
  }

  #get(resource: Resource, { metadata: { namespace, name } }: KubeObject): Promise<UncheckedObject | undefined> {
    const { client, signal } = this.#options;
    const read = () => getIfPresent<UncheckedObject>(client, resource, { namespace, name }, { signal });
    return once(this.#objects, `${resource.plural}/${namespace ?? ''}/${name}`, read);
  }

  #metadataOf(resource: Resource, namespace?: string): Promise<ReadonlyMap<string, KubeObject>> {
    const { client, signal } = this.#options;
    return once(this.#metadata, `${resource.plural}/${namespace ?? ''}`, async () => {
      const { items } = await client.list(resource, { namespace, metadataOnly: true, signal });
      return new Map(items.map((item) => [keyOf(item), item]));
    });
  }
}

function once<T>(known: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> {
  const found = known.get(key) ?? read();
  known.set(key, found);
  return found;
}

function isSameVersion(live: KubeObject | undefined, cached: KubeObject | undefined): boolean {
  const version = live?.metadata.resourceVersion;
  return (
    version !== undefined && version === cached?.metadata.resourceVersion && live?.metadata.uid === cached.metadata.uid
  );
}

function partition<T>(items: readonly T[], matches: (item: T) => boolean): [T[], T[]] {
  return [items.filter(matches), items.filter((item) => !matches(item))];
}
