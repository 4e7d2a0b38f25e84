import type { KubeObject } from '../../api/object.ts';
import { canonicalJson, type Hash } from '../json/canonical-json.ts';
import type { HubObject } from './hub-objects.ts';
import { isContained } from '../json/json-subset.ts';

/** Remembers on the object what was applied, so that a field that a render no longer has is noticed. */
const renderHashAnnotation = 'spectrocloud.com/render-hash';

/** What has to be done on the hub for one render. */
export interface HubPlan {
  /** In the order in which they are applied: Placements before the works that name them. */
  apply: HubObject[];
  /** Objects of others that bear one of our names. */
  conflicts: KubeObject[];
  /** Ours, and in the new render no more: removed once everything new is applied on the spokes. */
  prune: KubeObject[];
  /** Ours and wanted, but on their way out already: to be made anew when they are gone, and until then nothing is done. */
  terminating: KubeObject[];
}

/** What is on the hub already. */
export interface HubPresent {
  /** All that bears our identity. */
  ours: readonly KubeObject[];
  /** Whatever else bears a wanted name. */
  others: readonly KubeObject[];
  /** Whether an object of ours is what the hub makes of a wanted one that it does not contain. */
  matchesSnapshot?: (wanted: HubObject, present: KubeObject) => boolean;
}

/** Compares what a render wants with what is there. Objects that are as they should be are in none of the lists. */
export function planHub(
  wanted: readonly HubObject[],
  { ours, others, matchesSnapshot }: HubPresent,
  hash: Hash,
): HubPlan {
  const byKey = new Map(ours.map((object) => [keyOfHub(object), object]));
  const wantedKeys = new Set(wanted.map(keyOfHub));
  const leaving = ours.filter((object) => wantedKeys.has(keyOfHub(object)) && isTerminating(object));
  const apply = wanted.flatMap((object): HubObject[] => {
    const existing = byKey.get(keyOfHub(object));
    const marked = withRenderHash(object, hash);
    if (existing === undefined) return [marked];
    // Written over, it would look like what is wanted, and go.
    if (isTerminating(existing)) return [];
    if (isContained(marked, existing) || matchesSnapshot?.(marked, existing) === true) return [];
    const { resourceVersion = '' } = existing.metadata;
    return [{ ...marked, metadata: { ...marked.metadata, resourceVersion } }];
  });
  return {
    apply: apply.toSorted((left, right) => rank(left.kind) - rank(right.kind)),
    conflicts: others.filter((object) => wantedKeys.has(keyOfHub(object))),
    prune: ours.filter((object) => !wantedKeys.has(keyOfHub(object))),
    terminating: leaving,
  };
}

function isTerminating({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined;
}

/** Tells objects on the hub apart. */
export function keyOfHub({ kind, metadata }: { kind: string; metadata: { namespace?: string; name: string } }): string {
  return `${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
}

/** Works come last, because OCM stops at a work whose Placement is missing. */
function rank(kind: string): number {
  return kind === 'ManifestWorkReplicaSet' ? 1 : 0;
}

function withRenderHash(object: HubObject, hash: Hash): HubObject {
  const annotations = { ...object.metadata.annotations, [renderHashAnnotation]: hash(canonicalJson(object)) };
  return { ...object, metadata: { ...object.metadata, annotations } };
}
