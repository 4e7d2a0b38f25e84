import { child, topologyOf } from '../../json/fields.ts';
import { sameTopology } from '../../spoke/admission-defaults.ts';
import type { Rule } from '../rule.ts';

const templatePath = 'spec.topology.properties.manifestWorkReplicaSet.manifestWorkTemplate';

/** Each built-in topology supports only one of the two fields that determine which objects are kept on the spokes. */
const unsupported: ReadonlyMap<string, { field: string; message: string }> = new Map(
  Object.entries({
    'topology-ocm': {
      field: 'deleteOption',
      message: 'topology-ocm does not support deleteOption; use `lifecycle` to keep objects on the spokes',
    },
    'topology-ocm-byop': {
      field: 'lifecycle',
      message: "topology-ocm-byop does not support lifecycle; use OCM's `deleteOption` to keep objects on the spokes",
    },
  }),
);

/** `lifecycle` on topology-ocm-byop, or `deleteOption` on topology-ocm. */
export const lifecycleNotSupported: Rule = {
  code: 'LifecycleNotSupported',
  summary: '`lifecycle` on topology-ocm-byop, or `deleteOption` on topology-ocm.',
  remedy: 'To keep objects on the spokes, use `lifecycle` with topology-ocm and `deleteOption` with topology-ocm-byop.',
  kinds: ['Environment'],
  operations: ['CREATE', 'UPDATE'],
  phases: ['mutate', 'validate'],
  severity: 'deny',
  reason: 'Invalid',
  needsLiveRead: false,
  enforcedAt: ['admission'],
  overridable: true,
  find({ request: { object, oldObject } }) {
    if (object !== undefined && oldObject !== undefined && sameTopology(object, oldObject)) return [];
    const topology = topologyOf(object);
    const { type } = topology;
    const found = typeof type === 'string' ? unsupported.get(type) : undefined;
    if (found === undefined) return [];
    const { field, message } = found;
    const template = child(child(child(topology, 'properties'), 'manifestWorkReplicaSet'), 'manifestWorkTemplate');
    return (template[field] ?? null) === null ? [] : [{ path: `${templatePath}.${field}`, message }];
  },
};
