import { child, topologyOf } from '../../json/fields.ts';
import { sameTopology } from '../../spoke/admission-defaults.ts';
import type { Rule } from '../rule.ts';

const template = 'spec.topology.properties.manifestWorkReplicaSet.manifestWorkTemplate';

/** Each built-in topology knows one of the two ways to say what stays behind. */
const elsewhere: ReadonlyMap<string, { field: string; instead: string }> = new Map(
  Object.entries({
    'topology-ocm': {
      field: 'deleteOption',
      instead: 'topology-ocm says what stays behind by `lifecycle`; deleteOption is for topology-ocm-byop',
    },
    'topology-ocm-byop': {
      field: 'lifecycle',
      instead: "topology-ocm-byop says what stays behind by OCM's own `deleteOption`; lifecycle is for topology-ocm",
    },
  }),
);

/** `lifecycle` on byop, or `deleteOption` on topology-ocm. */
export const lifecycleNotSupported: Rule = {
  code: 'LifecycleNotSupported',
  summary: '`lifecycle` on topology-ocm-byop, or `deleteOption` on topology-ocm.',
  remedy: 'Say what stays behind by `lifecycle` with topology-ocm, by `deleteOption` with topology-ocm-byop.',
  kinds: ['Environment'],
  operations: ['CREATE', 'UPDATE'],
  phases: ['mutate', 'validate'],
  severity: 'deny',
  reason: 'Invalid',
  needsLiveRead: false,
  find({ request: { object, oldObject } }) {
    if (object !== undefined && oldObject !== undefined && sameTopology(object, oldObject)) return [];
    const topology = topologyOf(object);
    const { type } = topology;
    const wrong = typeof type === 'string' ? elsewhere.get(type) : undefined;
    if (wrong === undefined) return [];
    const work = child(child(child(topology, 'properties'), 'manifestWorkReplicaSet'), 'manifestWorkTemplate');
    return Object.hasOwn(work, wrong.field) ? [{ path: `${template}.${wrong.field}`, message: wrong.instead }] : [];
  },
};
