import type { JsonValue, ObjectMeta } from '../api/object.ts';
import { replicaSetLabel, type ManifestWork, type ManifestWorkReplicaSet, type ManifestWorkSpec } from '../api/ocm.ts';
import type { Hash } from '../domain/json/canonical-json.ts';
import { isContained } from '../domain/json/json-subset.ts';
import { cutValueBelow, isDeeperThan } from '../domain/json/nesting.ts';
import { namespacesIn } from '../domain/spoke/work-namespaces.ts';
import { withoutManifestContents, type AppliedWork } from '../domain/spoke/work-progress.ts';
import { PackedJson, withPackedField } from '../kube/cache/packed-field.ts';

/** A ManifestWork whose manifests are packed. */
export interface CachedWork extends Omit<AppliedWork, 'containsWorkload'> {
  /** `spec.workload`. The same object as that of the ManifestWorkReplicaSet if the manifests are equal. */
  workload: PackedJson;
}

/** `namespace` and `name` of the ManifestWorkReplicaSet that a ManifestWork belongs to, from its label `<namespace>.<name>`. */
export function replicaSetOf({ labels }: Pick<ObjectMeta, 'labels'>): { namespace: string; name: string } {
  // The name of a namespace contains no dots.
  const [namespace = '', ...name] = (labels?.[replicaSetLabel] ?? '').split('.');
  return { namespace, name: name.join('.') };
}

/** Deeper levels become null: `JSON.stringify` overflows the stack with some thousands. Admission permits 200. */
const maxLevels = 1000;

/**
 * Reduces ManifestWorks and ManifestWorkReplicaSets to what is cached. OCM copies the manifests of a ManifestWorkReplicaSet unchanged, so
 * nearly always they are in memory once for all clusters. A ManifestWork keeps the manifests that it has also when those of its
 * ManifestWorkReplicaSet change: nothing tells whether another event of the ManifestWork follows.
 */
export class WorkReducer {
  readonly #hash: Hash;
  /** The manifests of cached ManifestWorkReplicaSets, by their templates. */
  readonly #workloads = new WeakMap<ManifestWorkSpec, PackedJson>();
  readonly #namespaces = new WeakMap<PackedJson, string[]>();

  constructor(hash: Hash) {
    this.#hash = hash;
  }

  /** Packs the manifests of a ManifestWorkReplicaSet. `previous` is its cached state; equal manifests are not packed again. */
  reduceReplicaSet(replicaSet: ManifestWorkReplicaSet, previous?: ManifestWorkReplicaSet): ManifestWorkReplicaSet {
    const workload = templateOf(replicaSet)?.workload;
    if (workload === undefined) return replicaSet;
    const packed = this.#pack(workload, [this.#workloadOf(previous)]);
    if (!this.#namespaces.has(packed)) this.#namespaces.set(packed, namespacesIn(replicaSet));
    const reduced = withPackedField(replicaSet, ['spec', 'manifestWorkTemplate', 'workload'], packed);
    this.#workloads.set(reduced.spec.manifestWorkTemplate, packed);
    return reduced;
  }

  /** `namespacesIn` of a ManifestWorkReplicaSet, which parses nothing for a cached one. */
  namespacesIn(replicaSet: ManifestWorkReplicaSet): string[] {
    const packed = this.#workloadOf(replicaSet);
    return (packed === undefined ? undefined : this.#namespaces.get(packed)) ?? namespacesIn(replicaSet);
  }

  /** `replicaSet` is the cached one that the ManifestWork belongs to, and `previous` the cached state of the ManifestWork. */
  reduce(work: ManifestWork, replicaSet: ManifestWorkReplicaSet | undefined, previous?: CachedWork): CachedWork {
    const workload = this.#pack(work.spec.workload, [this.#workloadOf(replicaSet), previous?.workload]);
    return { ...withoutManifestContents(work), workload };
  }

  /** A cached ManifestWork for decisions. */
  applied(work: CachedWork): AppliedWork {
    const { metadata, spec, status, workload } = work;
    const containsWorkload = (template: ManifestWorkSpec): boolean =>
      this.#workloads.get(template)?.hash === workload.hash || isContained(template.workload, workload.value);
    return { metadata, spec, ...(status === undefined ? {} : { status }), containsWorkload };
  }

  #workloadOf(replicaSet: ManifestWorkReplicaSet | undefined): PackedJson | undefined {
    const template = replicaSet === undefined ? undefined : templateOf(replicaSet);
    return template === undefined ? undefined : this.#workloads.get(template);
  }

  #pack(workload: ManifestWorkSpec['workload'] | undefined, known: readonly (PackedJson | undefined)[]): PackedJson {
    const text = textOf(workload);
    const hash = this.#hash(text);
    return known.find((each) => each?.hash === hash) ?? new PackedJson(text, hash);
  }
}

/** The template of a ManifestWorkReplicaSet. The API server stores those without a spec. */
function templateOf({ spec }: { spec?: Partial<ManifestWorkReplicaSet['spec']> }): ManifestWorkSpec | undefined {
  return spec?.manifestWorkTemplate;
}

function textOf(workload: ManifestWorkSpec['workload'] | undefined): string {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it was parsed from JSON
  const value = (workload ?? null) as JsonValue;
  return JSON.stringify(isDeeperThan(value, maxLevels) ? cutValueBelow(value, maxLevels) : value);
}
