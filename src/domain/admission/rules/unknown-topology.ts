import { isJsonObject } from '../../../api/object.ts';
import { nearestCandidate } from '../../text/did-you-mean.ts';
import type { Rule } from '../rule.ts';
import { joinNames } from '../wording.ts';
import { builtinTopologyNames } from '../../refs/topology-type.ts';

/** An Environment names a topology that does not exist: a typo of a built-in is denied, any other may still be created. */
export const unknownTopology: Rule = {
  code: 'UnknownTopology',
  summary: 'The topology does not exist: denied if a built-in has a similar name, else a warning.',
  remedy: 'Use a built-in, or create the PolicyDefinition in the system namespace.',
  kinds: ['Environment'],
  operations: ['CREATE', 'UPDATE'],
  phases: ['mutate', 'validate'],
  severity: 'warn',
  reason: 'Invalid',
  needsLiveRead: true,
  enforcedAt: ['admission'],
  overridable: true,
  find({ request, topology, systemNamespace }) {
    if (topology?.state !== 'unknown') return [];
    const given = request.object?.spec?.['topology'];
    const type = isJsonObject(given) && typeof given['type'] === 'string' ? given['type'] : '';
    const near = nearestCandidate(type, builtinTopologyNames, 1);
    const path = 'spec.topology.type';
    if (near !== undefined) {
      return [{ path, message: `unknown topology ${JSON.stringify(type)}; did you mean ${near}?`, severity: 'deny' }];
    }
    if (topology.impossible) return [{ path, message: topology.message, severity: 'deny' }];
    return [
      {
        path,
        message: `${topology.message}${alternatives(topology.others)}; the Environment is checked again when the topology is created in ${systemNamespace}`,
      },
    ];
  },
};

function alternatives(others: readonly string[] = []): string {
  return others.length === 0 ? '' : `; PolicyDefinitions: ${joinNames(others)}`;
}
