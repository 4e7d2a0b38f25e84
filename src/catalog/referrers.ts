import type { UncheckedObject } from '../api/unchecked-object.ts';
import { environmentRevisionAnnotation, topologyRevisionAnnotation } from '../domain/annotations.ts';
import { readRef } from '../domain/refs/read-ref.ts';
import type { ReferenceField } from '../domain/refs/reference-fields.ts';
import { readReferenceStamp } from '../domain/refs/reference-stamp.ts';
import { resolve } from '../domain/refs/resolution.ts';
import { refToTarget, usesByTopology, type RefTarget, type RefToTarget } from '../domain/refs/uses.ts';
import type { VersionRef } from '../domain/refs/version-ref.ts';
import { readDeploymentStatus } from '../domain/spoke/from-status.ts';
import type { Catalog } from './catalog.ts';

/** A recorded revision of an Environment. */
export interface EnvironmentRevision {
  namespace: string;
  name: string;
  revision: number;
  /** `spec.topology.type` at this revision. */
  topology: string;
  /** The text of the stamp of this revision, which says what a pinned topology means. */
  topologyStamp?: string;
}

/**
 * Selects objects. The live index applies it to the cached object, so that others are not read, and again to the live one.
 */
export type ReferrerFilter = (object: UncheckedObject) => boolean;
export const acceptAll: ReferrerFilter = () => true;

/** An Environment or a WorkloadProfile, which refs of deployments may mean. */
export interface ReferenceTarget {
  kind: ReferenceField['kind'];
  namespace: string;
  name: string;
}

/** Finds objects by what they refer to: in caches, on the API server, or in a list. */
export interface ReferrerIndex {
  /** Deployments whose spec names a namespace on the spokes, or that are applied in it. */
  inSpokeNamespace(namespace: string): Promise<UncheckedObject[]>;
  /**
   * Deployments of any namespace that use an Environment or a profile at any revision: a ref may mean it, or it is applied although
   * the ref has changed since. A ref may mean a profile of this name in another namespace, too: `refToTarget` tells.
   */
  byReference(target: ReferenceTarget, matches?: ReferrerFilter): Promise<UncheckedObject[]>;
  /** Environments whose topology has this name, at any revision. */
  byTopology(name: string, matches?: ReferrerFilter): Promise<UncheckedObject[]>;
  /** Recorded revisions of Environments whose topology has this name. */
  recordedByTopology(name: string): Promise<EnvironmentRevision[]>;
}

/** An object with a ref to a definition, and the ref. */
export interface Referrer extends RefToTarget {
  kind: 'WorkloadDeployment' | 'Environment';
  object: UncheckedObject;
}

/** A recorded revision of an Environment whose topology is a PolicyDefinition, and the ref to the PolicyDefinition. */
export interface RecordedReferrer extends EnvironmentRevision {
  ref: VersionRef;
  /** What the stamp of the revision says that the ref means. */
  stamped?: { namespace: string; revision: number };
}

/** All objects that refer to a definition, terminating ones included. */
export interface Referrers {
  current: Referrer[];
  /** Empty unless the definition is a PolicyDefinition. Deployments may still use these revisions: `deploymentsAt` finds them. */
  recorded: RecordedReferrer[];
}

/**
 * Finds the objects that refer to a definition. A ref to a profile that has no stamp yet counts for both namespaces that the
 * profile may be in. A PolicyDefinition outside the system namespace has no referrers, because it is never looked up.
 */
export async function referrersOf(
  target: RefTarget,
  { index, systemNamespace }: { index: ReferrerIndex; systemNamespace: string },
): Promise<Referrers> {
  const { kind, namespace, name } = target;
  if (kind !== 'PolicyDefinition') {
    const deployments = await index.byReference({ kind, namespace, name });
    const current = deployments.flatMap((object): Referrer[] => {
      const ref = refToTarget(object, target, systemNamespace);
      return ref === undefined ? [] : [{ kind: 'WorkloadDeployment', object, ...ref }];
    });
    return { current, recorded: [] };
  }
  if (namespace !== systemNamespace) return { current: [], recorded: [] };
  const environments = await index.byTopology(name);
  const current = environments.flatMap((object): Referrer[] => {
    return usesByTopology(object, name, systemNamespace).map((ref) => ({ kind: 'Environment', object, ...ref }));
  });
  const revisions = await index.recordedByTopology(name);
  const recorded = revisions.flatMap((revision): RecordedReferrer[] => {
    const { topology, topologyStamp } = revision;
    const annotations = topologyStamp === undefined ? {} : { [topologyRevisionAnnotation]: topologyStamp };
    const environment = { metadata: { name: revision.name, annotations }, spec: { topology: { type: topology } } };
    return usesByTopology(environment, name, systemNamespace).map(({ ref, stamped }) => ({
      ...revision,
      ref,
      ...(stamped === undefined ? {} : { stamped }),
    }));
  });
  return { current, recorded };
}

/** A deployment and the recorded revision of an Environment that it uses. */
export interface DeploymentAtRevision {
  deployment: UncheckedObject;
  revision: RecordedReferrer;
}

/** The deployments that use one of these revisions: it is applied, or the ref is pinned to it, or the ref resolves to it now. */
export async function deploymentsAt(
  revisions: readonly RecordedReferrer[],
  { index, catalog }: { index: ReferrerIndex; catalog: Catalog },
): Promise<DeploymentAtRevision[]> {
  const byEnvironment = Map.groupBy(revisions, ({ namespace, name }) => `${namespace}/${name}`);
  const found = await Promise.all(
    [...byEnvironment.values()].map(async (ofOne) => {
      const [first] = ofOne;
      if (first === undefined) return [];
      const { namespace, name } = first;
      const deployments = await index.byReference({ kind: 'Environment', namespace, name });
      return Promise.all(deployments.map((deployment) => atRevision(deployment, ofOne, catalog)));
    }),
  );
  return found.flat(2);
}

interface UsedRevision {
  namespace: string;
  name: string;
  revision: number;
}

async function atRevision(
  deployment: UncheckedObject,
  revisions: readonly RecordedReferrer[],
  catalog: Catalog,
): Promise<DeploymentAtRevision[]> {
  const find = (used: UsedRevision | undefined) =>
    used === undefined ? undefined : revisions.find((revision) => isSameRevision(revision, used));
  const known = readDeploymentStatus(deployment).environment ?? pinnedRevision(deployment, catalog.systemNamespace);
  // Resolving a ref may read from the API server, so it comes last.
  const revision = find(known) ?? find(await resolvedRevision(deployment, catalog));
  return revision === undefined ? [] : [{ deployment, revision }];
}

function isSameRevision(left: UsedRevision, right: UsedRevision): boolean {
  return left.namespace === right.namespace && left.name === right.name && left.revision === right.revision;
}

/** The revision of its Environment that the ref of a deployment resolves to now, which need not be applied. */
async function resolvedRevision(deployment: UncheckedObject, catalog: Catalog): Promise<UsedRevision | undefined> {
  const read = readRef(deployment, 'environmentRef', catalog.systemNamespace);
  if (read === undefined) return undefined;
  const { namespace, history } = await catalog.find('Environment', read);
  const resolution = history === undefined ? undefined : resolve(read.ref.selector, history);
  if (resolution?.state !== 'resolved') return undefined;
  return { namespace, name: read.ref.name, revision: resolution.revision };
}

/** The revision in the stamp of a pinned ref. It is known before the deployment is applied. */
function pinnedRevision(deployment: UncheckedObject, systemNamespace: string): UsedRevision | undefined {
  const selector = readRef(deployment, 'environmentRef', systemNamespace)?.ref.selector;
  const isPinned = selector?.kind === 'number' || selector?.kind === 'version';
  return isPinned ? readReferenceStamp(deployment.metadata.annotations?.[environmentRevisionAnnotation]) : undefined;
}

/** An object that uses a definition. */
export type DefinitionUser = Pick<Referrer, 'kind' | 'object'>;

/**
 * The objects that use a definition, terminating ones included: those with a ref to it, and the deployments at recorded revisions of
 * Environments with this topology.
 */
export async function usersOf(
  target: RefTarget,
  { index, catalog }: { index: ReferrerIndex; catalog: Catalog },
): Promise<DefinitionUser[]> {
  const { systemNamespace } = catalog;
  const { current, recorded } = await referrersOf(target, { index, systemNamespace });
  const deployments = await deploymentsAt(recorded, { index, catalog });
  return [
    ...current.map(({ kind, object }): DefinitionUser => ({ kind, object })),
    ...deployments.map(({ deployment }): DefinitionUser => ({ kind: 'WorkloadDeployment', object: deployment })),
  ];
}
