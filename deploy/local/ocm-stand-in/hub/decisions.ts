/** OCM stand-in (local runs only): distributes the selected clusters over PlacementDecisions. */

import { apiVersionOf } from '../../../../src/api/object.ts';
import {
  decisionGroupIndexLabel,
  decisionGroupNameLabel,
  placementDecisions,
  placementLabel,
  placements,
  type DecisionGroupStatus,
  type ManagedCluster,
  type Placement,
  type PlacementDecision,
} from './cluster-kinds.ts';
import { selects } from './placement.ts';

/** OCM's limit for the decisions in one object. */
const maxDecisions = 100;

export interface GroupedDecisions {
  /** The desired objects with status. If no cluster is selected, there is one object without decisions. */
  decisions: PlacementDecision[];
  groups: DecisionGroupStatus[];
}

/** Each object has at most 100 decisions of one decision group. Its name is `<placement>-decision-<n>`, counted from 1. */
export function groupDecisions(placement: Placement, clusters: readonly ManagedCluster[]): GroupedDecisions {
  const decisions: PlacementDecision[] = [];
  const groups = formGroups(placement, clusters).map(({ name, members }, index): DecisionGroupStatus => {
    const parts = splitIntoChunks(members, maxDecisions).map((part, offset) =>
      buildDecision(placement, { number: decisions.length + offset + 1, index, name }, part),
    );
    decisions.push(...parts);
    return {
      decisionGroupIndex: index,
      decisionGroupName: name,
      decisions: parts.map((part) => part.metadata.name),
      clusterCount: members.length,
    };
  });
  return { decisions, groups };
}

function formGroups(placement: Placement, clusters: readonly ManagedCluster[]): { name: string; members: string[] }[] {
  const { clustersPerDecisionGroup, decisionGroups: named = [] } = placement.spec.decisionStrategy?.groupStrategy ?? {};
  const size = computeGroupSize(clustersPerDecisionGroup, clusters.length);
  const rest = new Set(clusters);
  const groups = named.flatMap(({ groupName, groupClusterSelector }) => {
    const members = [...rest].filter((cluster) => selects(groupClusterSelector, cluster));
    for (const member of members) rest.delete(member);
    return splitGroup(groupName, members, size);
  });
  groups.push(...splitGroup('', [...rest], size));
  return groups.length > 0 ? groups : [{ name: '', members: [] }];
}

function splitGroup(name: string, clusters: ManagedCluster[], size: number): { name: string; members: string[] }[] {
  if (clusters.length === 0) return [];
  return splitIntoChunks(clusters.map((cluster) => cluster.metadata.name).toSorted(), size).map((members) => ({
    name,
    members,
  }));
}

/** The size is a number or a percentage (rounded up). A value out of range means that all clusters are in one group. */
function computeGroupSize(requested: number | string | undefined, total: number): number {
  const size =
    typeof requested === 'string' && requested.endsWith('%')
      ? Math.ceil((Number.parseFloat(requested) / 100) * total)
      : Number(requested ?? total);
  return size > 0 && size <= total ? size : Math.max(total, 1);
}

/** Returns at least one chunk, so that an empty group has an object, too. */
function splitIntoChunks(names: string[], size: number): string[][] {
  const parts = [names.slice(0, size)];
  for (let start = size; start < names.length; start += size) parts.push(names.slice(start, start + size));
  return parts;
}

function buildDecision(
  placement: Placement,
  group: { number: number; index: number; name: string },
  clusterNames: string[],
): PlacementDecision {
  const { name, namespace, uid } = placement.metadata;
  return {
    apiVersion: apiVersionOf(placementDecisions),
    kind: placementDecisions.kind,
    metadata: {
      name: `${name}-decision-${group.number}`,
      ...(namespace === undefined ? {} : { namespace }),
      labels: {
        [placementLabel]: name,
        [decisionGroupNameLabel]: group.name,
        [decisionGroupIndexLabel]: String(group.index),
      },
      ownerReferences: [
        {
          apiVersion: apiVersionOf(placements),
          kind: placements.kind,
          name,
          uid: uid ?? '',
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    status: { decisions: clusterNames.map((clusterName) => ({ clusterName, reason: '' })) },
  };
}
