import { isJsonObject, type JsonObject, type ObjectMeta } from '../api/object.ts';
import { replicaSetLabel, type ManifestWork, type ManifestWorkReplicaSet, type ManifestWorkSpec } from '../api/ocm.ts';
import type { Hash } from '../domain/json/canonical-json.ts';
import { isContained } from '../domain/json/json-subset.ts';
import { withoutManifestContents, type AppliedWork } from '../domain/spoke/work-progress.ts';
import { packField, packText, unpackJson } from '../kube/cache/packed-field.ts';

/** A ManifestWork without its manifests. */
export interface CachedWork extends Omit<AppliedWork, 'containsWorkload'> {
  /** Of the JSON text of `spec.workload`. */
  workloadHash: string;
  /** The compressed text of `spec.workload`, unless it was that of the ManifestWorkReplicaSet. */
  packedWorkload?: Uint8Array;
}

/** Finds a cached ManifestWorkReplicaSet. */
export type FindReplicaSet = (namespace: string, name: string) => ManifestWorkReplicaSet | undefined;

/** `namespace` and `name` of the ManifestWorkReplicaSet that a ManifestWork belongs to, from its label `<namespace>.<name>`. */
export function replicaSetOf({ labels }: Pick<ObjectMeta, 'labels'>): { namespace: string; name: string } {
  // The name of a namespace contains no dots.
  const [namespace = '', ...name] = (labels?.[replicaSetLabel] ?? '').split('.');
  return { namespace, name: name.join('.') };
}

/**
 * Reduces ManifestWorks to what is cached. OCM copies the manifests of a ManifestWorkReplicaSet unchanged, so nearly always a hash is
 * enough to know that a ManifestWork has them. If it has others than the known ManifestWorkReplicaSet, because it is outdated or because something on the hub
 * adds fields, its manifests are kept as compressed text until the next event.
 */
export class WorkReducer {
  readonly #hash: Hash;
  /** The hashes of the templates of cached ManifestWorkReplicaSets. */
  readonly #hashes = new WeakMap<ManifestWorkReplicaSet, string>();

  constructor(hash: Hash) {
    this.#hash = hash;
  }

  /** Reduces a ManifestWorkReplicaSet to what is cached: its spec becomes compressed text, and its hash is known. */
  reduceReplicaSet(replicaSet: ManifestWorkReplicaSet): ManifestWorkReplicaSet {
    this.#hashOf(replicaSet);
    return packField(replicaSet, 'spec');
  }

  reduce(work: ManifestWork, find: FindReplicaSet): CachedWork {
    const text = JSON.stringify(work.spec.workload);
    const workloadHash = this.#hash(text);
    const { namespace, name } = replicaSetOf(work.metadata);
    const replicaSet = find(namespace, name);
    const isKnown = replicaSet === undefined || this.#hashOf(replicaSet) === workloadHash;
    return {
      ...withoutManifestContents(work),
      workloadHash,
      ...(isKnown ? {} : { packedWorkload: packText(text) }),
    };
  }

  /** A cached ManifestWork for decisions about the ManifestWorkReplicaSet that it belongs to. */
  applied(work: CachedWork, replicaSet: ManifestWorkReplicaSet): AppliedWork {
    const { metadata, spec, status, workloadHash, packedWorkload } = work;
    const containsWorkload = (template: ManifestWorkSpec['workload']): boolean => {
      if (this.#hashOf(replicaSet) === workloadHash) return true;
      return packedWorkload !== undefined && isContained(template, unpacked(packedWorkload));
    };
    return { metadata, spec, ...(status === undefined ? {} : { status }), containsWorkload };
  }

  #hashOf(replicaSet: ManifestWorkReplicaSet): string {
    const known = this.#hashes.get(replicaSet);
    if (known !== undefined) return known;
    const hash = this.#hash(JSON.stringify(replicaSet.spec.manifestWorkTemplate.workload));
    this.#hashes.set(replicaSet, hash);
    return hash;
  }
}

function unpacked(packed: Uint8Array): JsonObject {
  const value = unpackJson(packed);
  return isJsonObject(value) ? value : {};
}
