import { group } from '../../api/kinds.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../api/object.ts';
import type { EffectiveLifecycle } from '../../api/workload-deployment.ts';
import { child } from '../json/fields.ts';

/** The Workload whose fate is asked for. */
export interface WorkloadKey {
  namespace: string;
  name: string;
}

/**
 * What ManifestWorkReplicaSets really do with a Workload and its Namespace when they go, read from their render as
 * OCM reads it: a rule keeps an object only if group, resource, namespace and name all fit.
 */
export function effectiveLifecycle(works: readonly unknown[], workload: WorkloadKey): EffectiveLifecycle {
  const templates = works.filter(isJsonObject).map((work) => child(child(work, 'spec'), 'manifestWorkTemplate'));
  const holding = templates.filter((template) => holdsNamespace(template, workload.namespace));
  const namespaceKey = { group: '', resource: 'namespaces', namespace: '', name: workload.namespace };
  const workloadKey = { group, resource: 'workloads', ...workload };
  return {
    spokeNamespace: {
      create: holding.length > 0,
      orphan: holding.length > 0 && holding.every((template) => keeps(template, namespaceKey)),
    },
    workload: { orphan: templates.length > 0 && templates.every((template) => keeps(template, workloadKey)) },
  };
}

function holdsNamespace(template: JsonObject, name: string): boolean {
  const manifests = list(child(template, 'workload')['manifests']);
  return manifests.some((manifest) => manifest['kind'] === 'Namespace' && child(manifest, 'metadata')['name'] === name);
}

interface ResourceKey {
  group: string;
  resource: string;
  namespace: string;
  name: string;
}

function keeps(template: JsonObject, key: ResourceKey): boolean {
  const option = child(template, 'deleteOption');
  if (option['propagationPolicy'] === 'Orphan') return true;
  if (option['propagationPolicy'] !== 'SelectivelyOrphan') return false;
  // OCM's own spelling of the field.
  return list(child(option, 'selectivelyOrphans')['orphaningRules']).some(
    (rule) =>
      (rule['group'] ?? '') === key.group &&
      rule['resource'] === key.resource &&
      (rule['namespace'] ?? '') === key.namespace &&
      rule['name'] === key.name,
  );
}

function list(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
