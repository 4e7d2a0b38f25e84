import { group } from '../../api/kinds.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../api/object.ts';
import type { EffectiveLifecycle } from '../../api/workload-deployment.ts';
import { child } from '../json/fields.ts';

/** A Workload on the spokes. */
export interface WorkloadKey {
  namespace: string;
  name: string;
}

/**
 * The effect of the deletion of ManifestWorkReplicaSets on a Workload and its Namespace. Their specs are read as OCM reads
 * them: an orphaning rule keeps an object only if group, resource, namespace and name all match.
 */
export function effectiveLifecycle(replicaSets: readonly unknown[], workload: WorkloadKey): EffectiveLifecycle {
  const templates = replicaSets.filter(isJsonObject).map((set) => child(child(set, 'spec'), 'manifestWorkTemplate'));
  const creating = templates.filter((template) => containsNamespace(template, workload.namespace));
  const namespaceKey = { group: '', resource: 'namespaces', namespace: '', name: workload.namespace };
  const workloadKey = { group, resource: 'workloads', ...workload };
  return {
    spokeNamespace: {
      create: creating.length > 0,
      orphan: creating.length > 0 && creating.every((template) => isOrphaned(template, namespaceKey)),
    },
    workload: { orphan: templates.length > 0 && templates.every((template) => isOrphaned(template, workloadKey)) },
  };
}

function containsNamespace(template: JsonObject, name: string): boolean {
  const manifests = list(child(template, 'workload')['manifests']);
  return manifests.some((manifest) => manifest['kind'] === 'Namespace' && child(manifest, 'metadata')['name'] === name);
}

interface ResourceKey {
  group: string;
  resource: string;
  namespace: string;
  name: string;
}

function isOrphaned(template: JsonObject, key: ResourceKey): boolean {
  const option = child(template, 'deleteOption');
  if (option['propagationPolicy'] === 'Orphan') return true;
  if (option['propagationPolicy'] !== 'SelectivelyOrphan') return false;
  // OCM spells the field this way.
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
