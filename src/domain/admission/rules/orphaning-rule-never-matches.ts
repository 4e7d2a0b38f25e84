import { group } from '../../../api/kinds.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../api/object.ts';
import { sameJson } from '../../json/canonical-json.ts';
import { sameTopology } from '../../spoke/admission-defaults.ts';
import type { Finding, Rule } from '../rule.ts';
import { topologyOf, child } from '../../json/fields.ts';

const optionPath = 'spec.topology.properties.manifestWorkReplicaSet.manifestWorkTemplate.deleteOption';
const rulesPath = `${optionPath}.selectivelyOrphans.orphaningRules`;

/** An orphaning rule that OCM passes over without a word: nothing is kept. */
export const orphaningRuleNeverMatches: Rule = {
  code: 'OrphaningRuleNeverMatches',
  summary:
    'An orphaning rule of `deleteOption` can match nothing: a kind in place of a resource, a namespace on a cluster-scoped one, or a propagation policy that heeds no rules.',
  remedy:
    'Write the resource (`namespaces`, `workloads`), give Workloads their group and namespace, and namespaces neither; set `propagationPolicy: SelectivelyOrphan`.',
  kinds: ['Environment'],
  operations: ['CREATE', 'UPDATE'],
  phases: ['mutate', 'validate'],
  severity: 'deny',
  reason: 'Invalid',
  // What a topology of one's own renders rests on its PolicyDefinition.
  needsLiveRead: true,
  find({ request: { object, oldObject }, shape }) {
    if (object === undefined || (oldObject !== undefined && sameTopology(object, oldObject))) return [];
    const topology = topologyOf(object);
    if (topology['type'] === 'topology-ocm-byop')
      return byopFindings(byopOption(topology), byopOption(topologyOf(oldObject)));
    // What another topology makes of its properties shows in its render only.
    return (shape?.replicaSets ?? []).flatMap((work) =>
      rulesOf(child(child(child(work, 'spec'), 'manifestWorkTemplate'), 'deleteOption')).flatMap(
        (rule, index): Finding[] => {
          const problem = problemOf(rule);
          if (problem === undefined) return [];
          const where = `orphaningRules[${index}].${problem.field} of the rendered ManifestWorkReplicaSet`;
          return [{ path: 'spec.topology', message: `${where} ${problem.message}` }];
        },
      ),
    );
  },
};

function byopOption(topology: JsonObject): JsonObject {
  if (topology['type'] !== 'topology-ocm-byop') return {};
  const template = child(child(child(topology, 'properties'), 'manifestWorkReplicaSet'), 'manifestWorkTemplate');
  return child(template, 'deleteOption');
}

function byopFindings(option: JsonObject, before: JsonObject): Finding[] {
  // What was there before is none of this edit's doing, as long as it is heeded as before.
  const known = policyOf(before) === policyOf(option) ? rulesOf(before) : [];
  const made = rulesOf(option).flatMap((rule, index) =>
    known.some((other) => sameJson(other, rule)) ? [] : [{ rule, index }],
  );
  const problems = made.flatMap(({ rule, index }): Finding[] => {
    const problem = problemOf(rule) ?? strayOf(rule);
    if (problem === undefined) return [];
    return [{ path: `${rulesPath}[${index}].${problem.field}`, message: problem.message }];
  });
  return made.length === 0 ? [] : [...unheededIn(option), ...problems];
}

/** What OCM and the schema of the topology take for the policy where there is none. */
const defaultPolicy = 'Foreground';

function policyOf({ propagationPolicy = defaultPolicy }: JsonObject): JsonValue {
  return propagationPolicy;
}

/** What is wrong with all rules together: a policy that no rule is read for. One that does not exist is for CUE to refuse. */
function unheededIn(option: JsonObject): Finding[] {
  if (policyOf(option) !== defaultPolicy) return [];
  const what =
    option['propagationPolicy'] === undefined ? `is ${defaultPolicy} where it is left out` : `is ${defaultPolicy}`;
  const message = `${what}, which heeds no orphaning rules and keeps nothing; set SelectivelyOrphan, or leave the rules out`;
  return [{ path: `${optionPath}.propagationPolicy`, message }];
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

/** The rules that something may be expected of: `Orphan` keeps everything, whatever they say. */
function rulesOf(option: JsonObject): JsonObject[] {
  if (policyOf(option) === 'Orphan') return [];
  const rules = child(option, 'selectivelyOrphans')['orphaningRules'];
  return Array.isArray(rules) ? rules.map((rule) => (isJsonObject(rule) ? rule : {})) : [];
}
