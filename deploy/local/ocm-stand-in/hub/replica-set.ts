/** OCM stand-in (local runs only): computes the ManifestWorks of a ManifestWorkReplicaSet. */

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

/** A placementRef with the decisions of the scheduler. `clusters` is undefined if the Placement does not exist. */
export interface DecidedPlacement {
  name: string;
  clusters: readonly string[] | undefined;
}

export interface ReplicaSetInput {
  replicaSet: ManifestWorkReplicaSet;
  /** In the order of `spec.placementRefs`. */
  placements: readonly DecidedPlacement[];
  /** All ManifestWorks with the label of this ManifestWorkReplicaSet. */
  works: readonly ManifestWork[];
}

/** The name of a ManifestWork to create. */
export type NameOfWork = (cluster: string, placement: string) => string;

export interface ReplicaSetPlan {
  remove: ManifestWork[];
  create: ManifestWork[];
  /** The new content, with the resourceVersion of the ManifestWork to replace. */
  replace: ManifestWork[];
  /** The first Placement that does not exist. As in OCM, nothing is planned for this one and the ones after it. */
  missing?: string;
}

/** The value of `replicaSetLabel` on its ManifestWorks. */
export function replicaSetKey({ metadata }: ManifestWorkReplicaSet): string {
  return `${metadata.namespace ?? ''}.${metadata.name}`;
}

/**
 * The ManifestWorks to remove, create and replace. As in OCM since 1.3, each cluster gets one for every Placement that
 * selects it. Of OCM's rollout strategies only `All` is implemented.
 */
export function planManifestWorks({
  replicaSet,
  placements,
  works,
  nameOf,
}: ReplicaSetInput & { nameOf: NameOfWork }): ReplicaSetPlan {
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
      if (work === undefined) plan.create.push(buildWork(replicaSet, { cluster, placement: name, nameOf }));
      // A terminating ManifestWork is created again when its deletion ends, which enqueues the replica set.
      else if (work.metadata.deletionTimestamp === undefined && !plan.remove.includes(work)) {
        const wanted = updateWork(replicaSet, work, name);
        if (!isDeepStrictEqual(wanted, work)) plan.replace.push(wanted);
      }
    }
  }
  return plan;
}

/** Whether the ManifestWork has the present template. */
export function isCurrent(replicaSet: ManifestWorkReplicaSet, work: ManifestWork): boolean {
  return isDeepStrictEqual(work.spec, specOf(replicaSet));
}

/** The name of the Placement that selected the cluster of a ManifestWork. */
export function placementOf({ metadata }: ManifestWork): string | undefined {
  return metadata.labels?.[placementNameLabel];
}

/** The namespace of a ManifestWork has the name of its cluster. */
export function clusterOf({ metadata }: ManifestWork): string {
  return metadata.namespace ?? '';
}

/** The spec of its ManifestWorks. Empty fields of orphaning rules are present, because OCM marshals them that way. */
function specOf({ spec: { manifestWorkTemplate: template = {} } }: ManifestWorkReplicaSet): ManifestWorkSpec {
  const { deleteOption } = template;
  const rules = deleteOption?.selectivelyOrphans?.orphaningRules;
  if (deleteOption === undefined || rules === undefined) return template;
  const orphaningRules = rules.map((rule) => ({ ...rule, group: rule.group ?? '', namespace: rule.namespace ?? '' }));
  return { ...template, deleteOption: { ...deleteOption, selectivelyOrphans: { orphaningRules } } };
}

function buildWork(
  replicaSet: ManifestWorkReplicaSet,
  { cluster, placement, nameOf }: { cluster: string; placement: string; nameOf: NameOfWork },
): ManifestWork {
  return {
    apiVersion: apiVersionOf(manifestWorks),
    kind: manifestWorks.kind,
    metadata: {
      name: nameOf(cluster, placement),
      namespace: cluster,
      labels: labelsOf(replicaSet, placement),
    },
    spec: specOf(replicaSet),
  };
}

function updateWork(replicaSet: ManifestWorkReplicaSet, work: ManifestWork, placement: string): ManifestWork {
  return {
    ...work,
    metadata: { ...work.metadata, labels: labelsOf(replicaSet, placement) },
    spec: specOf(replicaSet),
  };
}

/** OCM copies the labels of the ManifestWorkReplicaSet, but not its annotations. */
function labelsOf(replicaSet: ManifestWorkReplicaSet, placement: string): Record<string, string> {
  return {
    ...replicaSet.metadata.labels,
    [replicaSetLabel]: replicaSetKey(replicaSet),
    [placementNameLabel]: placement,
  };
}
