import { isJsonObject, type JsonValue } from '../../../api/object.ts';
import type { UncheckedObject } from '../../../api/unchecked-object.ts';
import { child, topologyOf } from '../../json/fields.ts';
import { losesNamespaces } from '../../spoke/declared-lifecycle.ts';
import { newFindings, type Finding, type Rule } from '../rule.ts';

const path = 'spec.topology.properties.placement.prioritizerPolicy';

/** Workloads that OCM moves whenever a score changes, and namespaces that are deleted with each move. */
export const scoresMoveWorkloads: Rule = {
  code: 'ScoresMoveWorkloads',
  summary:
    'A Placement in mode `Exact` selects by scores that change, without the prioritizer `Steady`: each move deletes a namespace.',
  remedy: 'Add the prioritizer `Steady` with a weight, or keep namespaces with `spokeNamespace.orphan: true`.',
  kinds: ['Environment'],
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  severity: 'warn',
  reason: 'Forbidden',
  needsLiveRead: false,
  enforcedAt: ['admission'],
  overridable: true,
  find: ({ request }) => newFindings(request, findingsIn),
};

function findingsIn(object: UncheckedObject): Finding[] {
  const topology = topologyOf(object);
  const placement = child(child(topology, 'properties'), 'placement');
  const { mode, configurations } = child(placement, 'prioritizerPolicy');
  // Without a number, OCM selects all clusters that match, whatever their scores.
  if (topology['type'] !== 'topology-ocm' || typeof placement['numberOfClusters'] !== 'number') return [];
  if (mode !== 'Exact' || !Array.isArray(configurations) || !losesNamespaces(object)) return [];
  const weights = configurations.map(readWeight);
  const isSteady = weights.some(({ name, weight }) => name === 'Steady' && weight > 0);
  const changing = weights.find(({ changes, weight }) => changes && weight !== 0);
  if (changing === undefined || isSteady) return [];
  const message = `OCM moves Workloads whenever ${changing.name} changes, and each move deletes the Namespace with everything in it; add the prioritizer Steady, or set spokeNamespace.orphan: true`;
  return [{ path, message }];
}

/** A prioritizer with its weight, which is 1 by default, and whether its scores change by themselves. */
function readWeight(configuration: JsonValue): { name: string; weight: number; changes: boolean } {
  const weight = isJsonObject(configuration) ? configuration['weight'] : undefined;
  const coordinate = child(configuration, 'scoreCoordinate');
  const { resourceName = null, scoreName = null } = child(coordinate, 'addOn');
  const builtIn = typeof coordinate['builtIn'] === 'string' ? coordinate['builtIn'] : '';
  const isAddOn = coordinate['type'] === 'AddOn';
  return {
    name: isAddOn ? `the score ${textOf(resourceName)}/${textOf(scoreName)}` : builtIn,
    weight: typeof weight === 'number' ? weight : 1,
    changes: isAddOn || builtIn.startsWith('ResourceAllocatable'),
  };
}

function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
