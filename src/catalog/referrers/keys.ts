import { environments } from '../../api/kinds.ts';
import type { KubeObject } from '../../api/object.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import { topologyAnnotation } from '../../domain/annotations.ts';
import { child } from '../../domain/json/fields.ts';
import { referenceFields } from '../../domain/refs/reference-fields.ts';
import { definitionKeyOf, targetsOf } from '../../domain/refs/uses.ts';
import { readDeploymentStatus } from '../../domain/spoke/from-status.ts';
import { workloadNames } from '../../domain/spoke/workload-names.ts';
import type { EnvironmentRevision } from '../referrers.ts';
import { knownRevision, recordedKey } from '../revision-records.ts';

/**
 * `Kind/namespace/name` of the definitions that a deployment uses: those that its refs may mean, and those that are applied, even
 * if the refs have changed since.
 */
export function usedDefinitions(deployment: UncheckedObject, systemNamespace: string): string[] {
  const applied = referenceFields.flatMap(({ kind, fact }) => {
    const { namespace, name } = child(deployment.status, fact);
    return typeof namespace === 'string' && typeof name === 'string' ? [definitionKeyOf(kind, namespace, name)] : [];
  });
  return [...new Set([...targetsOf(deployment, systemNamespace), ...applied])];
}

/** The spoke namespaces of a deployment: the one in its spec, and the one that it is still applied in. */
export function spokeNamespacesOf(deployment: UncheckedObject): string[] {
  const desired = workloadNames(deployment)?.namespace;
  const applied = readDeploymentStatus(deployment).workload?.namespace;
  return [...new Set([desired, applied].filter((namespace) => namespace !== undefined))];
}

/** The revision of an Environment that a DefinitionRevision records; empty for revisions of other kinds and for terminating ones. */
export function recordedEnvironment(object: KubeObject): EnvironmentRevision[] {
  const known = knownRevision(object);
  const topology = object.metadata.annotations?.[topologyAnnotation];
  const stamp = known?.topologyStamp === undefined ? {} : { topologyStamp: known.topologyStamp };
  return recordedKey(object).flatMap((key) => {
    const [kind, namespace = '', name = ''] = key.split('/');
    if (kind !== environments.kind || known === undefined || topology === undefined) return [];
    return [{ namespace, name, revision: known.revision, topology, ...stamp }];
  });
}

/** Groups deployments by their spoke namespaces. */
export function groupBySpokeNamespace(deployments: readonly UncheckedObject[]): Map<string, UncheckedObject[]> {
  const groups = new Map<string, UncheckedObject[]>();
  for (const deployment of deployments) {
    for (const namespace of spokeNamespacesOf(deployment)) {
      const group = groups.get(namespace);
      if (group === undefined) groups.set(namespace, [deployment]);
      else group.push(deployment);
    }
  }
  return groups;
}
