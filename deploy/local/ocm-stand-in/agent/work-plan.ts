/** OCM stand-in (local runs only): plans what a ManifestWork changes on the spoke. */

import type { KubeObject, OwnerReference, Resource } from '../../../../src/api/object.ts';
import { isOwned, isSameResource } from './orphaning.ts';
import { decideRelease, type Release } from './ownership.ts';
import { findStrategy } from './update-strategy.ts';
import type {
  AppliedResource,
  ManifestWorkSpec,
  ResourceIdentifier,
  ResourceMeta,
  UpdateStrategy,
} from '../work-kinds.ts';

/** A manifest with the resource of its kind on the spoke, or with the reason why that is unknown. */
export type ResolvedManifest = { manifest: KubeObject; meta: ResourceMeta } & (
  { resource: Resource } | { resource?: undefined; problem: string }
);

export interface WorkInput {
  /** Undefined if the ManifestWork is being deleted. */
  spec: ManifestWorkSpec | undefined;
  /** The manifests of `spec` in their order. */
  manifests: readonly ResolvedManifest[];
  /** The resources in the status of the AppliedManifestWork. */
  recorded: readonly AppliedResource[];
  /** Returns a recorded resource as it is on the spoke now. */
  live: (resource: ResourceIdentifier) => Pick<KubeObject, 'metadata'> | undefined;
  owner: OwnerReference;
}

export interface ManifestToApply {
  manifest: KubeObject;
  meta: ResourceMeta;
  resource: Resource;
  owned: boolean;
  strategy: UpdateStrategy;
}

export interface WorkPlan {
  /** In the order in which they are applied. */
  apply: ManifestToApply[];
  unresolved: { meta: ResourceMeta; problem: string }[];
  release: { resource: AppliedResource; action: Release; live: Pick<KubeObject, 'metadata'> | undefined }[];
}

/** Applies all manifests and releases recorded resources that have no manifest. Releases nothing while a kind is unknown. */
export function planWork({ spec = {}, manifests, recorded, live, owner }: WorkInput): WorkPlan {
  const apply: ManifestToApply[] = [];
  const unresolved: WorkPlan['unresolved'] = [];
  for (const resolved of manifests) {
    const { manifest, meta } = resolved;
    if (resolved.resource === undefined) unresolved.push({ meta, problem: resolved.problem });
    else {
      const owned = isOwned(meta, spec.deleteOption);
      const strategy = findStrategy(meta, spec.manifestConfigs ?? []);
      apply.push({ manifest, meta, resource: resolved.resource, owned, strategy });
    }
  }
  const removed =
    unresolved.length > 0 ? [] : recorded.filter((each) => !manifests.some(({ meta }) => isSameResource(meta, each)));
  return {
    apply: apply.toSorted((left, right) => rankOf(left.meta.kind) - rankOf(right.meta.kind)),
    unresolved,
    release: removed.map((resource) => {
      const found = live(resource);
      return { resource, action: decideRelease(resource.uid, found, owner), live: found };
    }),
  };
}

/** As in OCM: objects that others depend on are applied first, and kinds that are not listed here last. */
const kindOrder = [
  ['PriorityClass', 'Namespace', 'CustomResourceDefinition', 'StorageClass', 'PersistentVolume'],
  ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'],
  ['NetworkPolicy', 'ResourceQuota', 'LimitRange', 'PodDisruptionBudget', 'ServiceAccount'],
  ['Secret', 'ConfigMap', 'PersistentVolumeClaim'],
  ['Service'],
];

function rankOf(kind: string): number {
  const found = kindOrder.findIndex((kinds) => kinds.includes(kind));
  return found < 0 ? kindOrder.length : found;
}
