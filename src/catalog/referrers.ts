import { environments, workloadDeployments } from '../api/kinds.ts';
import { type KubeObject, type Resource } from '../api/object.ts';
import type { WorkloadDeployment } from '../api/workload-deployment.ts';
import { readDeploymentStatus } from '../domain/spoke/from-status.ts';
import { writtenRef } from '../domain/refs/read-ref.ts';
import type { ReferenceField } from '../domain/refs/reference-fields.ts';
import { parseRef } from '../domain/refs/version-ref.ts';
import type { Client } from '../kube/client/client.ts';
import { isNotFound } from '../kube/client/errors.ts';
import { Informer } from '../kube/cache/informer.ts';
import type { Log } from '../log.ts';
import { byTopology, topologyName, type DefinitionCaches } from './stores/cached.ts';
import { knownRevision, recordedKey, recordedTopology } from './revision-records.ts';
import type { UncheckedObject } from '../api/unchecked-object.ts';
import { workloadNames } from '../domain/spoke/workload-names.ts';

/** A revision of an Environment. */
export interface EnvironmentRevision {
  namespace: string;
  name: string;
  revision: number;
}

/** Which of those that are found are meant: nobody else is read live. */
type Meant = (user: UncheckedObject) => boolean;
const anybody: Meant = () => true;

/** Where is looked up who uses what: caches, an API server, or files. */
export interface ReferrerIndex {
  /** Deployments whose Workload is to be in a namespace on the spokes. */
  inSpokeNamespace(namespace: string): Promise<UncheckedObject[]>;
  /** Deployments with a ref to an Environment or a profile of this name, in whatever namespace. */
  byReference(
    field: 'environmentRef' | 'workloadProfileRef',
    name: string,
    isMeant?: Meant,
  ): Promise<UncheckedObject[]>;
  /** Environments whose topology is of this name, at whatever revision. */
  byTopology(name: string, isMeant?: Meant): Promise<UncheckedObject[]>;
  /** Recorded revisions of Environments whose topology is of this name. */
  recordedByTopology(name: string): Promise<EnvironmentRevision[]>;
}

/** Names of the indexes of deployments. */
export const byReferencedName = { environmentRef: 'environment', workloadProfileRef: 'workloadProfile' } as const;
export const bySpokeNamespace = 'spokeNamespace';

/** A cache of deployments, by what they refer to and where they go; it is not running yet. */
export function deploymentCache(
  client: Client,
  log: Log,
  more: Record<string, (deployment: WorkloadDeployment) => string[]> = {},
): Informer<WorkloadDeployment> {
  return new Informer<WorkloadDeployment>({
    client,
    log,
    resource: workloadDeployments,
    indexes: {
      // By name alone: a profile that is missing in one namespace may be found in another.
      [byReferencedName.environmentRef]: (deployment) => referencedName(deployment, 'environmentRef'),
      [byReferencedName.workloadProfileRef]: (deployment) => referencedName(deployment, 'workloadProfileRef'),
      [bySpokeNamespace]: (deployment) => spokeNamespacesOf(deployment),
      ...more,
    },
  });
}

/** The name in a ref, whatever revision it asks for; empty where it cannot be read. */
function referencedName(object: KubeObject, field: ReferenceField['field']): string[] {
  const written = writtenRef(plain(object).spec, field);
  const parsed = written === undefined ? undefined : parseRef(written.text);
  return parsed?.ok === true ? [parsed.ref.name] : [];
}

function refersTo(object: UncheckedObject, field: ReferenceField['field'], name: string): boolean {
  return referencedName(object, field).includes(name);
}

/** The namespaces on the spokes where a deployment is to be, and where it is applied still. */
export function spokeNamespacesOf(deployment: KubeObject): string[] {
  const wanted = workloadNames(plain(deployment))?.namespace;
  const applied = readDeploymentStatus(plain(deployment)).workload?.namespace;
  return [...new Set([wanted, applied].filter((namespace) => namespace !== undefined))];
}

/** An object of a cache as rules read it. */
function plain(object: KubeObject): UncheckedObject {
  return object;
}

/** Looks up in caches. */
export function cachedReferrers(
  deployments: Pick<Informer<WorkloadDeployment>, 'byIndex'>,
  definitions: DefinitionCaches,
): ReferrerIndex {
  return {
    inSpokeNamespace: (namespace) => Promise.resolve(deployments.byIndex(bySpokeNamespace, namespace).map(plain)),
    byReference: (field, name, isMeant = anybody) =>
      Promise.resolve(deployments.byIndex(byReferencedName[field], name).map(plain).filter(isMeant)),
    byTopology: (name, isMeant = anybody) =>
      Promise.resolve(definitions.Environment.byIndex(byTopology, name).map(plain).filter(isMeant)),
    recordedByTopology: (name) => Promise.resolve(definitions.revisions.byIndex(byTopology, name).flatMap(recordedOf)),
  };
}

/** The Environment and the revision that a DefinitionRevision records. */
function recordedOf(object: KubeObject): EnvironmentRevision[] {
  const known = knownRevision(object);
  return recordedKey(object).flatMap((key) => {
    const [kind, namespace = '', name = ''] = key.split('/');
    return kind !== environments.kind || known === undefined ? [] : [{ namespace, name, revision: known.revision }];
  });
}

/** More objects than these are not read one by one, but all of their kind at once. */
const singly = 50;

/**
 * Looks up in caches, and reads live what is found there: whoever is gone or uses it no longer is left out. For one
 * request: what was read in bulk is not read again, and an aborted signal ends what is being read.
 */
export function liveReferrers(cached: ReferrerIndex, client: Client, signal?: AbortSignal): ReferrerIndex {
  let readSingly = 0;
  const inBulk = new Map<string, Promise<UncheckedObject[]>>();
  let bySpoke: Promise<Map<string, UncheckedObject[]>> | undefined;
  /** What is found, read live: one by one while that is little, then all of the kind, once. */
  const reread = async (resource: Resource, found: readonly UncheckedObject[]): Promise<UncheckedObject[]> => {
    const known = inBulk.get(resource.plural);
    if (known !== undefined || found.length === 0) return known ?? [];
    if (readSingly + found.length > singly) {
      const all = client.list<UncheckedObject>(resource, { signal }).then(({ items }) => items);
      inBulk.set(resource.plural, all);
      return all;
    }
    readSingly += found.length;
    const live = await Promise.all(found.map((object) => read(client, resource, object, signal)));
    return live.filter((object) => object !== undefined);
  };
  return {
    async inSpokeNamespace(namespace) {
      const live = await reread(workloadDeployments, await cached.inSpokeNamespace(namespace));
      const bulk = inBulk.get(workloadDeployments.plural);
      if (bulk === undefined) return live.filter((object) => spokeNamespacesOf(object).includes(namespace));
      bySpoke ??= bulk.then(bySpokeNamespaces);
      return (await bySpoke).get(namespace) ?? [];
    },
    async byReference(field, name, isMeant = anybody) {
      const live = await reread(workloadDeployments, await cached.byReference(field, name, isMeant));
      return live.filter((object) => refersTo(object, field, name) && isMeant(object));
    },
    async byTopology(name, isMeant = anybody) {
      const live = await reread(environments, await cached.byTopology(name, isMeant));
      return live.filter((object) => topologyName(object).includes(name) && isMeant(object));
    },
    recordedByTopology: (name) => cached.recordedByTopology(name),
  };
}

function bySpokeNamespaces(deployments: readonly UncheckedObject[]): Map<string, UncheckedObject[]> {
  const found = new Map<string, UncheckedObject[]>();
  for (const deployment of deployments) {
    for (const namespace of spokeNamespacesOf(deployment)) {
      const known = found.get(namespace);
      if (known === undefined) found.set(namespace, [deployment]);
      else known.push(deployment);
    }
  }
  return found;
}

async function read(
  client: Client,
  resource: Resource,
  { metadata: { namespace, name } }: UncheckedObject,
  signal: AbortSignal | undefined,
): Promise<UncheckedObject | undefined> {
  try {
    return await client.get<UncheckedObject>(resource, { namespace, name }, { signal });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Looks up in objects out of files, which do not change meanwhile. */
export function fileReferrers(objects: () => readonly UncheckedObject[]): ReferrerIndex {
  const ofKind = (kind: string) => objects().filter((object) => object.kind === kind);
  const deployments = () => ofKind(workloadDeployments.kind);
  let bySpoke: Map<string, UncheckedObject[]> | undefined;
  return {
    inSpokeNamespace(namespace) {
      bySpoke ??= bySpokeNamespaces(deployments());
      return Promise.resolve(bySpoke.get(namespace) ?? []);
    },
    byReference: (field, name, isMeant = anybody) =>
      Promise.resolve(deployments().filter((object) => refersTo(object, field, name) && isMeant(object))),
    byTopology: (name, isMeant = anybody) =>
      Promise.resolve(
        ofKind(environments.kind).filter((object) => topologyName(object).includes(name) && isMeant(object)),
      ),
    recordedByTopology: (name) =>
      Promise.resolve(
        ofKind('DefinitionRevision')
          .filter((object) => recordedTopology(object).includes(name))
          .flatMap(recordedOf),
      ),
  };
}
