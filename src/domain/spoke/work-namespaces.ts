import { isJsonObject, type JsonObject, type JsonValue } from '../../api/object.ts';
import { group } from '../../api/kinds.ts';
import type { EffectiveLifecycle } from '../../api/workload-deployment.ts';
import { child } from '../json/fields.ts';
import { effectiveLifecycle } from './effective-lifecycle.ts';

/** The Workloads in the manifests of a ManifestWorkReplicaSet. */
export function workloadsIn(replicaSet: object): { namespace: string; name: string }[] {
  return manifestsOf(replicaSet).flatMap(({ apiVersion, kind, metadata }) => {
    if (kind !== 'Workload' || typeof apiVersion !== 'string' || !apiVersion.startsWith(`${group}/`)) return [];
    const { namespace, name } = isJsonObject(metadata) ? metadata : {};
    return typeof namespace === 'string' && typeof name === 'string' ? [{ namespace, name }] : [];
  });
}

/** The spoke namespaces of which a ManifestWorkReplicaSet contains the Namespace or a Workload. */
export function namespacesIn(replicaSet: object): string[] {
  const contained = manifestsOf(replicaSet).flatMap(({ kind, metadata }) => {
    const name = isJsonObject(metadata) ? metadata['name'] : undefined;
    return kind === 'Namespace' && typeof name === 'string' ? [name] : [];
  });
  return [...new Set([...contained, ...workloadsIn(replicaSet).map(({ namespace }) => namespace)])];
}

/** The ManifestWorkReplicaSets that contain a Namespace, or a Workload in it. */
export function containing<T extends object>(replicaSets: readonly T[], namespace: string): T[] {
  return replicaSets.filter((replicaSet) => namespacesIn(replicaSet).includes(namespace));
}

/** The lifecycle of a namespace in one ManifestWorkReplicaSet: whether it contains the Namespace, and whether it orphans it. */
export function namespaceIn(replicaSet: object, namespace: string): EffectiveLifecycle['spokeNamespace'] {
  return effectiveLifecycle([replicaSet], { namespace, name: '' }).spokeNamespace;
}

/** The Namespaces that a ManifestWorkReplicaSet owns: it contains them, and its deleteOption does not orphan them. */
export function ownedNamespaces(replicaSet: object): string[] {
  return namespacesIn(replicaSet).filter((namespace) => {
    const { create, orphan } = namespaceIn(replicaSet, namespace);
    return create && !orphan;
  });
}

/** The manifests for the spokes in a ManifestWorkReplicaSet. */
export function manifestsOf(replicaSet: object): JsonObject[] {
  const spec = child(replicaSet, 'spec');
  const workload = child(child(spec, 'manifestWorkTemplate'), 'workload');
  const manifests: JsonValue | undefined = workload['manifests'];
  return Array.isArray(manifests) ? manifests.filter(isJsonObject) : [];
}
