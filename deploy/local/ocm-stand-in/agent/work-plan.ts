/** OCM stand-in (local runs only): what a work wants done on its spoke, pure. */

import type { KubeObject, OwnerReference, Resource } from '../../../../src/api/object.ts';
import { isOwned, isSame } from './orphaning.ts';
import { releaseOf, type Release } from './ownership.ts';
import { strategyFor } from './update-strategy.ts';
import type {
  AppliedResource,
  ManifestWorkSpec,
  ResourceIdentifier,
  ResourceMeta,
  UpdateStrategy,
} from '../work-kinds.ts';

/** A manifest with the spoke's own name for its kind, or why there is none. */
export type ResolvedManifest = { manifest: KubeObject; meta: ResourceMeta } & (
  { resource: Resource } | { resource?: undefined; problem: string }
);

export interface WorkInput {
  /** Undefined when the work is being deleted. */
  spec: ManifestWorkSpec | undefined;
  /** `spec`'s manifests in their order. */
  manifests: readonly ResolvedManifest[];
  /** What the AppliedManifestWork records. */
  recorded: readonly AppliedResource[];
  /** What of that is on the spoke now. */
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
  /** In the order to apply. */
  apply: ManifestToApply[];
  unresolved: { meta: ResourceMeta; problem: string }[];
  release: { resource: AppliedResource; action: Release; live: Pick<KubeObject, 'metadata'> | undefined }[];
}

/** Applies what the work has, lets go of what was recorded and is in it no longer; of nothing while a kind is unknown. */
export function planWork({ spec = {}, manifests, recorded, live, owner }: WorkInput): WorkPlan {
  const apply: ManifestToApply[] = [];
  const unresolved: WorkPlan['unresolved'] = [];
  for (const resolved of manifests) {
    const { manifest, meta } = resolved;
    if (resolved.resource === undefined) unresolved.push({ meta, problem: resolved.problem });
    else {
      const owned = isOwned(meta, spec.deleteOption);
      const strategy = strategyFor(meta, spec.manifestConfigs ?? []);
      apply.push({ manifest, meta, resource: resolved.resource, owned, strategy });
    }
  }
  const gone =
    unresolved.length > 0 ? [] : recorded.filter((each) => !manifests.some(({ meta }) => isSame(meta, each)));
  return {
    apply: apply.toSorted((left, right) => rank(left.meta.kind) - rank(right.meta.kind)),
    unresolved,
    release: gone.map((resource) => {
      const found = live(resource);
      return { resource, action: releaseOf(resource.uid, found, owner), live: found };
    }),
  };
}

/** What others stand in or depend on goes first, as in OCM; anything not named here goes last, in its own order. */
const order = [
  ['PriorityClass', 'Namespace', 'CustomResourceDefinition', 'StorageClass', 'PersistentVolume'],
  ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'],
  ['NetworkPolicy', 'ResourceQuota', 'LimitRange', 'PodDisruptionBudget', 'ServiceAccount'],
  ['Secret', 'ConfigMap', 'PersistentVolumeClaim'],
  ['Service'],
];

function rank(kind: string): number {
  const found = order.findIndex((kinds) => kinds.includes(kind));
  return found < 0 ? order.length : found;
}
