import { formatPath } from '../../../api/field-path.ts';
import { kindNamed } from '../../../api/kinds.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../api/object.ts';
import { schemaErrors } from '../../../api/validate.ts';
import {
  acknowledgementIn,
  setsAcknowledgement,
  maxAcknowledgementLength,
  readAcknowledgement,
} from '../acknowledgement.ts';
import { acknowledgeAnnotation } from '../../annotations.ts';
import { addedMetadataFindings } from '../../spoke/added-metadata.ts';
import type { Facts } from '../facts.ts';
import { didYouMean } from '../../text/did-you-mean.ts';
import { checkOverridePolicy } from '../../overrides/override-policy.ts';
import { maxPairs, pairsOf } from '../../overrides/override-work.ts';
import { sameSpec } from '../../spoke/admission-defaults.ts';
import { hubKinds, type Finding, type Rule } from '../rule.ts';
import { topologyType } from '../../refs/topology-type.ts';
import { parseRef } from '../../refs/version-ref.ts';

/** All violations of the schema, of topology parameters, of the ref grammar and of policy types at once. */
export const invalidSpec: Rule = {
  code: 'InvalidSpec',
  summary:
    'The spec violates the schema, the parameters of its topology, the grammar of refs, or the shape of a policy.',
  remedy: 'Correct the fields that the message lists; all errors are reported at once.',
  kinds: hubKinds,
  operations: ['CREATE', 'UPDATE'],
  phases: ['mutate', 'validate'],
  severity: 'deny',
  reason: 'Invalid',
  needsLiveRead: false,
  enforcedAt: ['admission'],
  overridable: false,
  find(facts) {
    const { object, oldObject, kind: name } = facts.request;
    const kind = kindNamed(name);
    if (object === undefined || kind === undefined) return [];
    const acknowledged = acknowledgementFindings(facts);
    if (oldObject !== undefined && sameSpec(name, object, oldObject)) return acknowledged;
    const json = object as JsonObject & typeof object;
    const specificFindings = findingsOfKind(name, object.spec ?? {}, facts);
    // If both report the same field, the specific finding is clearer than the error of the schema.
    const paths = new Set(specificFindings.map(({ path }) => path));
    const schemaFindings = schemaErrors(kind, json).filter(({ path }) => !paths.has(path));
    return withoutRepetition([...schemaFindings, ...specificFindings, ...acknowledged]);
  },
};

/** Codes in an acknowledgement that do not exist or cannot be acknowledged. */
function acknowledgementFindings({ request, acknowledgeableCodes }: Facts): Finding[] {
  if (!setsAcknowledgement(request)) return [];
  const path = `metadata.annotations[${acknowledgeAnnotation}]`;
  const acknowledgement = acknowledgementIn(request.object) ?? '';
  const { length } = acknowledgement;
  if (length > maxAcknowledgementLength) {
    return [{ path, message: `has ${length} characters; at most ${maxAcknowledgementLength} are allowed` }];
  }
  const unknown = readAcknowledgement(acknowledgement).filter((code) => !acknowledgeableCodes.has(code));
  if (unknown.length === 0) return [];
  const known = [...acknowledgeableCodes];
  const hints = unknown.map((code) => didYouMean(code, known));
  const problems = unknown.map(
    (code, index) => `${quote(code)} is not a rule that can be acknowledged${hints[index] ?? ''}`,
  );
  // The list is long. It is added once, and only if there is a code for which there is no suggestion.
  const list = hints.includes('') ? `; these rules can be acknowledged: ${known.join(', ')}` : '';
  const message = problems.join(' ') + list;
  return [{ path, message }];
}

function findingsOfKind(kind: string, spec: JsonObject, facts: Facts): Finding[] {
  const { object, oldObject } = facts.request;
  switch (kind) {
    case 'Environment':
      return [...topologyFindings(spec['topology'], facts), ...policyFindings(spec['policies'])];
    case 'WorkloadDeployment':
      return [
        ...refFindings(spec, 'environmentRef'),
        ...refFindings(spec, 'workloadProfileRef'),
        ...(object === undefined ? [] : addedMetadataFindings(object, oldObject)),
      ];
    case 'WorkloadProfile':
      return duplicateNames(isJsonObject(spec['workload']) ? spec['workload']['components'] : undefined);
    case 'PolicyDefinition':
      return (facts.templateProblems ?? []).map((message) => ({ path: 'spec.schematic.cue.template', message }));
    default:
      return [];
  }
}

function topologyFindings(topology: JsonValue | undefined, { topology: facts }: Facts): Finding[] {
  if (!isJsonObject(topology)) return [];
  const { type } = topology;
  if (typeof type === 'string' && type !== '') {
    const read = topologyType(type);
    if (read.kind === 'invalid') return [{ path: 'spec.topology.type', message: `${quote(type)}: ${read.problem}` }];
  }
  if (facts?.state !== 'checked') return [];
  return facts.problems.map(({ path, message }) => ({
    path: formatPath(['spec', 'topology', 'properties', ...indexed(path)]),
    message,
  }));
}

function indexed(path: string[]): (string | number)[] {
  return path.map((segment) => (/^\d+$/.test(segment) ? Number(segment) : segment));
}

const policyTypes = ['override'];

function policyFindings(policies: JsonValue | undefined): Finding[] {
  if (!Array.isArray(policies)) return [];
  const names = new Set<JsonValue>();
  // A profile has at least one component.
  const pairs = pairsOf(policies.filter(isJsonObject), 1);
  const count = `has ${pairs} patches and selector entries in total; at most ${maxPairs} can be evaluated`;
  const excess: Finding[] = pairs > maxPairs ? [{ path: 'spec.policies', message: count }] : [];
  const found = policies.flatMap((policy, index): Finding[] => {
    if (!isJsonObject(policy)) return [];
    const path = formatPath(['spec', 'policies', index]);
    const { name, type, properties } = policy;
    const findings: Finding[] = [];
    if (typeof name === 'string') {
      if (names.has(name))
        findings.push({ path: `${path}.name`, message: `${quote(name)} is the name of another policy` });
      names.add(name);
    }
    if (type === 'override') return [...findings, ...checkOverridePolicy(properties ?? {}, `${path}.properties`)];
    if (typeof type === 'string') findings.push({ path: `${path}.type`, message: unknownPolicy(type) });
    return findings;
  });
  return [...excess, ...found];
}

/** Where the policies of KubeVela belong that are not overrides. */
const elsewhere: ReadonlyMap<string, string> = new Map([
  [
    'topology',
    'clusters are not selected by a policy of KubeVela here: set spec.topology.type and spec.topology.properties.placement',
  ],
]);

function unknownPolicy(type: string): string {
  const advice = elsewhere.get(type);
  if (advice !== undefined) return `${quote(type)} does not belong in spec.policies; ${advice}`;
  return `unknown policy type ${quote(type)}${didYouMean(type, policyTypes)}; known: ${policyTypes.join(', ')}`;
}

function refFindings(spec: JsonObject, field: string): Finding[] {
  const ref = spec[field];
  const name = isJsonObject(ref) ? ref['name'] : undefined;
  if (typeof name !== 'string') return [];
  const parsed = parseRef(name);
  return parsed.ok ? [] : [{ path: `spec.${field}.name`, message: `${quote(name)}: ${parsed.problem}` }];
}

function duplicateNames(components: JsonValue | undefined): Finding[] {
  if (!Array.isArray(components)) return [];
  const names = new Set<string>();
  return components.flatMap((component, index): Finding[] => {
    const name = isJsonObject(component) ? component['name'] : undefined;
    if (typeof name !== 'string') return [];
    if (!names.has(name)) {
      names.add(name);
      return [];
    }
    const path = `spec.workload.components[${index}].name`;
    return [{ path, message: `${quote(name)} is the name of another component` }];
  });
}

/** One finding per path and message. */
function withoutRepetition(findings: Finding[]): Finding[] {
  const byLine = new Map(findings.map(({ path, message }) => [`${path}: ${message}`, { path, message }]));
  return [...byLine.values()];
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
