import { group } from '../../../api/kinds.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../api/object.ts';
import { sameJson } from '../../json/canonical-json.ts';
import { sameTopology } from '../../spoke/admission-defaults.ts';
import type { Finding, Rule } from '../rule.ts';
import { topologyOf, child } from '../../json/fields.ts';

const optionPath = 'spec.topology.properties.manifestWorkReplicaSet.manifestWorkTemplate.deleteOption';
const rulesPath = `${optionPath}.selectivelyOrphans.orphaningRules`;

/** An orphaning rule that OCM ignores silently: nothing is kept (H6). */
export const orphaningRuleNeverMatches: Rule = {
  code: 'OrphaningRuleNeverMatches',
  summary:
    'An orphaning rule of `deleteOption` can match nothing: a kind in place of a resource, a namespace for a cluster-scoped resource, or a propagation policy that ignores the rules.',
  remedy:
    'Use the resource name (`namespaces`, `workloads`), set group and namespace for `workloads` and neither for `namespaces`; set `propagationPolicy: SelectivelyOrphan`.',
  kinds: ['Environment'],
  operations: ['CREATE', 'UPDATE'],
  phases: ['mutate', 'validate'],
  severity: 'deny',
  reason: 'Invalid',
  // What a custom topology renders depends on its PolicyDefinition.
  needsLiveRead: true,
  enforcedAt: ['admission'],
  overridable: true,
  find({ request: { object, oldObject }, shape }) {
    if (object === undefined || (oldObject !== undefined && sameTopology(object, oldObject))) return [];
    const topology = topologyOf(object);
    if (topology['type'] === 'topology-ocm-byop')
      return byopFindings(byopOption(topology), byopOption(topologyOf(oldObject)));
    // Only the render shows what another topology does with its properties.
    return (shape?.replicaSets ?? []).flatMap((work) =>
      rulesOf(child(child(child(work, 'spec'), 'manifestWorkTemplate'), 'deleteOption')).flatMap(
        (rule, index): Finding[] => {
          const problem = problemOf(rule);
          if (problem === undefined) return [];
          const field = `orphaningRules[${index}].${problem.field} of the rendered ManifestWorkReplicaSet`;
          return [{ path: 'spec.topology', message: `${field} ${problem.message}` }];
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
  // Rules that existed before are not reported, unless the edit changes whether OCM reads them.
  const known = policyOf(before) === policyOf(option) ? rulesOf(before) : [];
  const added = rulesOf(option).flatMap((rule, index) =>
    known.some((other) => sameJson(other, rule)) ? [] : [{ rule, index }],
  );
  const problems = added.flatMap(({ rule, index }): Finding[] => {
    const problem = problemOf(rule) ?? mismatchOf(rule);
    if (problem === undefined) return [];
    return [{ path: `${rulesPath}[${index}].${problem.field}`, message: problem.message }];
  });
  return added.length === 0 ? [] : [...policyFindings(option), ...problems];
}

/** The policy that OCM and the schema of the topology use if none is set. */
const defaultPolicy = 'Foreground';

function policyOf({ propagationPolicy = defaultPolicy }: JsonObject): JsonValue {
  return propagationPolicy;
}

/** A policy with which OCM reads no rules. CUE rejects a policy that does not exist. */
function policyFindings(option: JsonObject): Finding[] {
  if (policyOf(option) !== defaultPolicy) return [];
  const what = option['propagationPolicy'] === undefined ? `defaults to ${defaultPolicy}` : `is ${defaultPolicy}`;
  const message = `${what}, which ignores orphaning rules and keeps nothing; set SelectivelyOrphan, or remove the rules`;
  return [{ path: `${optionPath}.propagationPolicy`, message }];
}

/** The resources of kinds that users write by mistake, by the kind in lower case. */
const plurals: ReadonlyMap<string, string> = new Map([
  ['namespace', 'namespaces'],
  ['workload', 'workloads'],
]);

interface Problem {
  field: 'resource' | 'group' | 'namespace';
  message: string;
}

/** The problem of a rule that can match no object of any ManifestWork. */
function problemOf({ group: ofGroup, resource, namespace }: JsonObject): Problem | undefined {
  if (typeof resource !== 'string') return undefined;
  const lower = resource.toLowerCase();
  const plural = plurals.get(lower) ?? lower;
  if (plural !== resource) {
    // The plural of any other kind cannot be derived.
    const known = [...plurals.values()].includes(plural)
      ? plural
      : 'in lower case and plural, as `kubectl api-resources` lists it';
    return {
      field: 'resource',
      message: `${JSON.stringify(resource)} never matches: use the name of the resource, ${known}`,
    };
  }
  if (resource !== 'namespaces') return undefined;
  if (isGiven(ofGroup))
    return { field: 'group', message: 'never matches: namespaces are in the core group; remove it' };
  if (!isGiven(namespace)) return undefined;
  return { field: 'namespace', message: 'never matches: a Namespace is cluster-scoped; remove it' };
}

/** The problem of a rule that can match neither a Namespace nor a Workload, which are the objects in the ManifestWork. */
function mismatchOf({ group: ofGroup, resource, namespace }: JsonObject): Problem | undefined {
  if (typeof resource !== 'string' || resource === 'namespaces') return undefined;
  if (resource !== 'workloads') {
    const message = `${JSON.stringify(resource)} never matches: the ManifestWork contains only namespaces and workloads`;
    return { field: 'resource', message };
  }
  if (ofGroup !== group) return { field: 'group', message: `never matches: workloads are in group ${group}` };
  if (isGiven(namespace)) return undefined;
  return { field: 'namespace', message: 'is required: without the namespace of the Workload the rule never matches' };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== '';
}

/** The rules to check. With `Orphan` there are none, because everything is kept without rules. */
function rulesOf(option: JsonObject): JsonObject[] {
  if (policyOf(option) === 'Orphan') return [];
  const rules = child(option, 'selectivelyOrphans')['orphaningRules'];
  return Array.isArray(rules) ? rules.map((rule) => (isJsonObject(rule) ? rule : {})) : [];
}
