import type { KubeObject } from '../../api/object.ts';
import { manifestWorkReplicaSets } from '../../api/ocm.ts';
import { canonicalJson, type Hash } from '../json/canonical-json.ts';
import type { HubObject } from './hub-objects.ts';
import { isContained } from '../json/json-subset.ts';
import type { OwnershipProof } from './ownership.ts';
import { spokeNamespaceLabels } from './spoke-namespace-label.ts';

/** The hash of the rendered object that was applied last. It also differs if the new render only drops a field. */
const renderHashAnnotation = 'spectrocloud.com/render-hash';

/** The writes that one render needs on the hub. */
export interface HubPlan {
  /** In the order in which they are applied: Placements before the ManifestWorkReplicaSets that refer to them. */
  apply: HubObject[];
  /** Objects that another owner has created under a name of the render. */
  conflicts: KubeObject[];
  /** Owned objects that the render no longer contains. They are removed once the new objects are applied on the spokes. */
  prune: KubeObject[];
  /** Owned objects of the render that are being deleted. They are created again once they are gone. */
  terminating: KubeObject[];
}

/** The objects that exist on the hub. */
export interface HubPresent {
  /** Objects with the identity of the render. */
  owned: readonly KubeObject[];
  /** Other objects with a name of the render. */
  others: readonly KubeObject[];
  /**
   * Whether `present` is what the API server stored when `wanted` was applied. Defaulting and admission may change fields,
   * so that `present` does not contain `wanted`.
   */
  matchesSnapshot?: (wanted: HubObject, present: KubeObject) => boolean;
}

/** What `planHub` adds to the rendered objects. */
export interface PlanMarks {
  hash: Hash;
  /** Annotations that prove the owner. An object with another proof is applied again: the owner adopts it. */
  proof: OwnershipProof;
}

/** Compares a render with the objects on the hub. Objects that are up to date are in none of the lists. */
export function planHub(
  wanted: readonly HubObject[],
  { owned, others, matchesSnapshot }: HubPresent,
  marks: PlanMarks,
): HubPlan {
  const byKey = new Map(owned.map((object) => [keyOfHub(object), object]));
  const wantedKeys = new Set(wanted.map(keyOfHub));
  const terminating = owned.filter((object) => wantedKeys.has(keyOfHub(object)) && isTerminating(object));
  const apply = wanted.flatMap((object): HubObject[] => {
    const existing = byKey.get(keyOfHub(object));
    const marked = withMarks(object, marks);
    if (existing === undefined) return [marked];
    // A write would succeed, but the object would still be deleted.
    if (isTerminating(existing)) return [];
    if (isContained(marked, existing) || matchesSnapshot?.(marked, existing) === true) return [];
    const { resourceVersion = '' } = existing.metadata;
    return [{ ...marked, metadata: { ...marked.metadata, resourceVersion } }];
  });
  return {
    apply: apply.toSorted((left, right) => rank(left.kind) - rank(right.kind)),
    conflicts: others.filter((object) => wantedKeys.has(keyOfHub(object))),
    prune: owned.filter((object) => !wantedKeys.has(keyOfHub(object))),
    terminating,
  };
}

function isTerminating({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined;
}

/** The key of an object on the hub: `kind/namespace/name`. */
export function keyOfHub({ kind, metadata }: { kind: string; metadata: { namespace?: string; name: string } }): string {
  return `${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
}

/** ManifestWorkReplicaSets come last: OCM stops reconciling one whose Placement does not exist. */
function rank(kind: string): number {
  return isReplicaSet({ kind }) ? 1 : 0;
}

function isReplicaSet({ kind }: { kind: string }): boolean {
  return kind === manifestWorkReplicaSets.kind;
}

function withMarks(object: HubObject, { hash, proof }: PlanMarks): HubObject {
  const annotations = { ...object.metadata.annotations, ...proof, [renderHashAnnotation]: hash(canonicalJson(object)) };
  const labels = isReplicaSet(object)
    ? { ...object.metadata.labels, ...spokeNamespaceLabels(object) }
    : object.metadata.labels;
  return { ...object, metadata: { ...object.metadata, labels, annotations } };
}
