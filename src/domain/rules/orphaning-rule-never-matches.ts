import { group } from '../../api/kinds.ts';
import { isJsonObject, type JsonObject } from '../../api/object.ts';
import { sameJson } from '../canonical-json.ts';
import { child, topologyOf } from '../declared-lifecycle.ts';
import { sameTopology } from '../object-defaults.ts';
import type { Finding, Rule } from '../rule.ts';

const templatePath = 'spec.topology.properties.manifestWorkReplicaSet.manifestWorkTemplate';
const rulesPath = 'deleteOption.selectivelyOrphans.orphaningRules';

/** An orphaning rule that OCM passes over without a word: nothing is kept. */
export const orphaningRuleNeverMatches: Rule = {
  code: 'OrphaningRuleNeverMatches',
  summary:
    'An orphaning rule of `deleteOption` can match nothing: a kind in place of a resource, or a namespace on a cluster-scoped one.',
  remedy:
    'Write the resource (`namespaces`, `workloads`), give Workloads their group and namespace, and namespaces neither.',
  kinds: ['Environment'],
  operations: ['CREATE', 'UPDATE'],
  phases: ['mutate', 'validate'],
  severity: 'deny',
  reason: 'Invalid',
  // What a topology of one's own renders rests on its PolicyDefinition.
  restsOnOthers: true,
  find({ request: { object, oldObject }, shape }) {
    if (object === undefined || (oldObject !== undefined && sameTopology(object, oldObject))) return [];
    const topology = topologyOf(object);
    if (topology['type'] === 'topology-ocm-byop') {
      const known = byopRules(topologyOf(oldObject));
      return byopRules(topology).flatMap((rule, index) => {
        // What was there before is none of this edit's doing.
        if (known.some((other) => sameJson(other, rule))) return [];
        const problem = problemOf(rule) ?? strayOf(rule);
        if (problem === undefined) return [];
        return [{ path: `${templatePath}.${rulesPath}[${index}].${problem.field}`, message: problem.message }];
      });
    }
    // What another topology makes of its properties shows in its render only.
    return (shape?.works ?? []).flatMap((work) =>
      rulesIn(child(child(work, 'spec'), 'manifestWorkTemplate')).flatMap((rule, index): Finding[] => {
        const problem = problemOf(rule);
        if (problem === undefined) return [];
        const where = `orphaningRules[${index}].${problem.field} of the rendered ManifestWorkReplicaSet`;
        return [{ path: 'spec.topology', message: `${where} ${problem.message}` }];
      }),
    );
  },
};

function byopRules(topology: JsonObject): JsonObject[] {
  if (topology['type'] !== 'topology-ocm-byop') return [];
  return rulesIn(child(child(child(topology, 'properties'), 'manifestWorkReplicaSet'), 'manifestWorkTemplate'));
}

/** What users write for a kind when the resource is meant. */
const plurals: ReadonlyMap<string, string> = new Map([
  ['namespace', 'namespaces'],
  ['workload', 'workloads'],
]);

interface Problem {
  field: 'resource' | 'group' | 'namespace';
  message: string;
}

/** What is wrong with a rule whatever the work holds. */
function problemOf({ group: ofGroup, resource, namespace }: JsonObject): Problem | undefined {
  if (typeof resource !== 'string') return undefined;
  const lower = resource.toLowerCase();
  const plural = plurals.get(lower) ?? lower;
  if (plural !== resource) {
    // The plural of any other kind is not ours to guess: `Deployment` is not `deployment`.
    const known = [...plurals.values()].includes(plural)
      ? plural
      : 'in lower case and plural, as `kubectl api-resources` has it';
    return { field: 'resource', message: `${JSON.stringify(resource)} never matches: it takes the resource, ${known}` };
  }
  if (resource !== 'namespaces') return undefined;
  if (isGiven(ofGroup))
    return { field: 'group', message: 'never matches: namespaces are of the core group; leave it out' };
  if (!isGiven(namespace)) return undefined;
  return { field: 'namespace', message: 'never matches: a Namespace is in no namespace; leave it out' };
}

/** What is wrong with a rule where the work holds a Namespace and a Workload. */
function strayOf({ group: ofGroup, resource, namespace }: JsonObject): Problem | undefined {
  if (typeof resource !== 'string' || resource === 'namespaces') return undefined;
  if (resource !== 'workloads') {
    const message = `${JSON.stringify(resource)} never matches: the work holds namespaces and workloads only`;
    return { field: 'resource', message };
  }
  if (ofGroup !== group) return { field: 'group', message: `never matches: workloads are of the group ${group}` };
  if (isGiven(namespace)) return undefined;
  return { field: 'namespace', message: 'is required: without the namespace of the Workload the rule never matches' };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== '';
}

function rulesIn(template: JsonObject): JsonObject[] {
  const rules = child(child(template, 'deleteOption'), 'selectivelyOrphans')['orphaningRules'];
  return Array.isArray(rules) ? rules.map((rule) => (isJsonObject(rule) ? rule : {})) : [];
}
