/** OCM stand-in (local runs only): how selected clusters are laid out in PlacementDecisions. */

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

/** OCM's limit of decisions in one object. */
const maxDecisions = 100;

export interface DecisionLayout {
  /** As they should be, with status; one without decisions if no cluster is selected. */
  decisions: PlacementDecision[];
  groups: DecisionGroupStatus[];
}

/** Lays out by decision group, at most 100 to an object, named `<placement>-decision-<n>` from 1. */
export function layOutDecisions(placement: Placement, clusters: readonly ManagedCluster[]): DecisionLayout {
  const decisions: PlacementDecision[] = [];
  const groups = decisionGroups(placement, clusters).map(({ name, members }, index): DecisionGroupStatus => {
    const parts = chunk(members, maxDecisions).map((part, offset) =>
      decision(placement, { number: decisions.length + offset + 1, index, name }, part),
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

function decisionGroups(
  placement: Placement,
  clusters: readonly ManagedCluster[],
): { name: string; members: string[] }[] {
  const { clustersPerDecisionGroup, decisionGroups: named = [] } = placement.spec.decisionStrategy?.groupStrategy ?? {};
  const size = groupSize(clustersPerDecisionGroup, clusters.length);
  const rest = new Set(clusters);
  const groups = named.flatMap(({ groupName, groupClusterSelector }) => {
    const members = [...rest].filter((cluster) => selects(groupClusterSelector, cluster));
    for (const member of members) rest.delete(member);
    return split(groupName, members, size);
  });
  groups.push(...split('', [...rest], size));
  return groups.length > 0 ? groups : [{ name: '', members: [] }];
}

function split(name: string, clusters: ManagedCluster[], size: number): { name: string; members: string[] }[] {
  if (clusters.length === 0) return [];
  return chunk(clusters.map((cluster) => cluster.metadata.name).toSorted(), size).map((members) => ({ name, members }));
}

/** A number or a percentage (rounded up); anything out of range means all in one group. */
function groupSize(asked: number | string | undefined, total: number): number {
  const size =
    typeof asked === 'string' && asked.endsWith('%')
      ? Math.ceil((Number.parseFloat(asked) / 100) * total)
      : Number(asked ?? total);
  return size > 0 && size <= total ? size : Math.max(total, 1);
}

/** Always at least one part, so that an empty group still has its object. */
function chunk(names: string[], size: number): string[][] {
  const parts = [names.slice(0, size)];
  for (let start = size; start < names.length; start += size) parts.push(names.slice(start, start + size));
  return parts;
}

function decision(
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
