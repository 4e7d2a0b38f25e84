/** OCM stand-in (local runs only): what a ManifestWorkReplicaSet asks for, pure. */

import { isDeepStrictEqual } from 'node:util';
import { apiVersionOf } from '../../../../src/api/object.ts';
import {
  manifestWorks,
  placementNameLabel,
  replicaSetLabel,
  type ManifestWork,
  type ManifestWorkReplicaSet,
  type ManifestWorkSpec,
} from '../work-kinds.ts';

/** A placementRef with what the scheduler decided; `clusters` is undefined where the Placement does not exist. */
export interface DecidedPlacement {
  name: string;
  clusters: readonly string[] | undefined;
}

export interface ReplicaSetInput {
  replicaSet: ManifestWorkReplicaSet;
  /** In the order of `spec.placementRefs`. */
  placements: readonly DecidedPlacement[];
  /** All works that bear the label of this ManifestWorkReplicaSet. */
  works: readonly ManifestWork[];
}

export interface ReplicaSetPlan {
  remove: ManifestWork[];
  create: ManifestWork[];
  /** As they should be; the resourceVersion is that of the work to replace. */
  replace: ManifestWork[];
  /** The first Placement that does not exist: nothing is done for it and those after it, as in OCM. */
  missing?: string;
}

/** The value of `replicaSetLabel` on its works. */
export function replicaSetKey({ metadata }: ManifestWorkReplicaSet): string {
  return `${metadata.namespace ?? ''}.${metadata.name}`;
}

/**
 * Works to remove, create and replace so that each cluster has one for every Placement that selects it, as since OCM 1.3.
 * All clusters at once: of OCM's rollout strategies only `All` is here.
 */
export function planWorks({ replicaSet, placements, works }: ReplicaSetInput): ReplicaSetPlan {
  const refs = new Set(placements.map(({ name }) => name));
  const plan: ReplicaSetPlan = {
    remove: works.filter((work) => !refs.has(placementOf(work) ?? '')),
    create: [],
    replace: [],
  };
  for (const { name, clusters } of placements) {
    if (clusters === undefined) return { ...plan, missing: name };
    const own = works.filter((work) => placementOf(work) === name);
    plan.remove.push(...own.filter((work) => !clusters.includes(clusterOf(work))));
    for (const cluster of clusters) {
      const work = own.find((each) => clusterOf(each) === cluster);
      if (work === undefined) plan.create.push(newWork(replicaSet, cluster, name));
      // A work on its way out is left to go; its deletion brings us back here.
      else if (work.metadata.deletionTimestamp === undefined && !plan.remove.includes(work)) {
        const wanted = updatedWork(replicaSet, work, name);
        if (!isDeepStrictEqual(wanted, work)) plan.replace.push(wanted);
      }
    }
  }
  return plan;
}

/** Whether the work has the newest template. */
export function isCurrent(replicaSet: ManifestWorkReplicaSet, work: ManifestWork): boolean {
  return isDeepStrictEqual(work.spec, specOf(replicaSet));
}

/** The Placement that brought a work to its cluster. */
export function placementOf({ metadata }: ManifestWork): string | undefined {
  return metadata.labels?.[placementNameLabel];
}

/** A work's namespace on the hub is its cluster's name. */
export function clusterOf({ metadata }: ManifestWork): string {
  return metadata.namespace ?? '';
}

/** The spec of its works: what is empty in an orphaning rule is written out, as Go does for OCM. */
function specOf({ spec: { manifestWorkTemplate: template = {} } }: ManifestWorkReplicaSet): ManifestWorkSpec {
  const { deleteOption } = template;
  const rules = deleteOption?.selectivelyOrphans?.orphaningRules;
  if (deleteOption === undefined || rules === undefined) return template;
  const orphaningRules = rules.map((rule) => ({ ...rule, group: rule.group ?? '', namespace: rule.namespace ?? '' }));
  return { ...template, deleteOption: { ...deleteOption, selectivelyOrphans: { orphaningRules } } };
}

function newWork(replicaSet: ManifestWorkReplicaSet, cluster: string, placement: string): ManifestWork {
  return {
    apiVersion: apiVersionOf(manifestWorks),
    kind: manifestWorks.kind,
    // OCM adds five characters by chance: nothing may rest on the name.
    metadata: {
      name: `${replicaSet.metadata.name}-${placement}`,
      namespace: cluster,
      labels: labelsOf(replicaSet, placement),
    },
    spec: specOf(replicaSet),
  };
}

function updatedWork(replicaSet: ManifestWorkReplicaSet, work: ManifestWork, placement: string): ManifestWork {
  return {
    ...work,
    metadata: { ...work.metadata, labels: labelsOf(replicaSet, placement) },
    spec: specOf(replicaSet),
  };
}

/** OCM copies the labels of the ManifestWorkReplicaSet, and no annotations. */
function labelsOf(replicaSet: ManifestWorkReplicaSet, placement: string): Record<string, string> {
  return {
    ...replicaSet.metadata.labels,
    [replicaSetLabel]: replicaSetKey(replicaSet),
    [placementNameLabel]: placement,
  };
}
