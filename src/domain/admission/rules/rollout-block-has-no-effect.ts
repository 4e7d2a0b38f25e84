import { isJsonObject, type JsonObject } from '../../../api/object.ts';
import { child, topologyOf } from '../../json/fields.ts';
import { newFindings, type Finding, type Rule } from '../rule.ts';

/** The block of a rollout strategy that OCM reads, by type. */
const blocks = { All: 'all', Progressive: 'progressive', ProgressivePerGroup: 'progressivePerGroup' } as const;

/** A block of a rollout strategy that OCM does not read, because `type` is another one or is missing. */
export const rolloutBlockHasNoEffect: Rule = {
  code: 'RolloutBlockHasNoEffect',
  summary: 'A block of `rolloutStrategy` that OCM ignores, because `type` is missing or names another block.',
  remedy: 'Set `type` to the name of the block, or remove the block. Without `type` it is `All`.',
  kinds: ['Environment'],
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  severity: 'warn',
  reason: 'Invalid',
  needsLiveRead: false,
  enforcedAt: ['admission'],
  overridable: true,
  find: ({ request }) => newFindings(request, (object) => strategiesOf(topologyOf(object)).flatMap(findingsIn)),
};

interface Strategy {
  path: string;
  strategy: JsonObject;
}

function strategiesOf({ type, properties }: JsonObject): Strategy[] {
  const path = 'spec.topology.properties';
  if (type === 'topology-ocm') {
    const strategy = child(child(properties, 'manifestWorkReplicaSet'), 'rolloutStrategy');
    return [{ path: `${path}.manifestWorkReplicaSet.rolloutStrategy`, strategy }];
  }
  const refs = isJsonObject(properties) && type === 'topology-ocm-byop' ? properties['placementRefs'] : [];
  return (Array.isArray(refs) ? refs : []).map((ref, index) => ({
    path: `${path}.placementRefs[${index}].rolloutStrategy`,
    strategy: child(ref, 'rolloutStrategy'),
  }));
}

function findingsIn({ path, strategy }: Strategy): Finding[] {
  const type = strategy['type'] ?? undefined;
  return Object.entries(blocks).flatMap(([name, block]): Finding[] => {
    if (name === (type ?? 'All') || Object.keys(child(strategy, block)).length === 0) return [];
    const why =
      type === undefined
        ? 'without a type, which is All by default'
        : `with type: ${typeof type === 'string' ? type : JSON.stringify(type)}`;
    return [{ path: `${path}.${block}`, message: `has no effect ${why}; set type: ${name}, or remove it` }];
  });
}
