import { isJsonObject, type JsonObject } from '../../../api/object.ts';
import type { UncheckedObject } from '../../../api/unchecked-object.ts';
import { child, topologyOf } from '../../json/fields.ts';
import { losesNamespaces } from '../../spoke/declared-lifecycle.ts';
import { newFindings, type Finding, type Rule } from '../rule.ts';

/** The taints that OCM adds to a cluster that does not report. They have no value. */
const unreachable = [
  'cluster.open-cluster-management.io/unreachable',
  'cluster.open-cluster-management.io/unavailable',
] as const;

/** A toleration that covers less than it seems to. */
export const tolerationIsLimited: Rule = {
  code: 'TolerationIsLimited',
  summary:
    'A toleration ends after some seconds although the cluster is only unreachable, or it matches only taints without a value.',
  remedy:
    'Remove `tolerationSeconds`, so that workloads stay on a cluster that does not report. Use `operator: Exists` to tolerate every value of a taint.',
  kinds: ['Environment'],
  operations: ['CREATE', 'UPDATE'],
  phases: ['validate'],
  severity: 'warn',
  reason: 'Invalid',
  needsLiveRead: false,
  enforcedAt: ['admission'],
  overridable: true,
  find: ({ request }) => newFindings(request, findingsIn),
};

function findingsIn(object: UncheckedObject): Finding[] {
  const topology = topologyOf(object);
  const { tolerations } = child(child(topology, 'properties'), 'placement');
  if (topology['type'] !== 'topology-ocm' || !Array.isArray(tolerations)) return [];
  return tolerations.flatMap((toleration, index) =>
    isJsonObject(toleration)
      ? findingsOf(toleration, `spec.topology.properties.placement.tolerations[${index}]`, object)
      : [],
  );
}

function findingsOf(toleration: JsonObject, path: string, object: UncheckedObject): Finding[] {
  const { key, operator, value, tolerationSeconds: seconds } = toleration;
  const findings: Finding[] = [];
  const matchesUnreachable = key === undefined || unreachable.some((taint) => taint === key);
  if (typeof seconds === 'number' && matchesUnreachable) {
    const lost = losesNamespaces(object)
      ? ', and the Namespace is deleted with everything in it once the cluster is back'
      : '';
    const message = `${seconds} s after a cluster stopped reporting, OCM removes the Workload from it${lost}; remove tolerationSeconds to keep it there`;
    findings.push({ path: `${path}.tolerationSeconds`, message });
  }
  const isEqual = operator === undefined || operator === null || operator === '' || operator === 'Equal';
  if (isEqual && typeof key === 'string' && (value === undefined || value === null || value === '')) {
    const message =
      'tolerates only taints without a value; set operator: Exists to tolerate every value, or add the value';
    findings.push({ path, message });
  }
  return findings;
}
