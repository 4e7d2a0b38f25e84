import { isJsonObject, type JsonObject, type JsonValue } from '../../api/object.ts';
import { group } from '../../api/kinds.ts';
import type { EffectiveLifecycle } from '../../api/workload-deployment.ts';
import { child } from '../json/fields.ts';
import { effectiveLifecycle } from './effective-lifecycle.ts';

/** The Workloads in the manifests of a ManifestWork or ManifestWorkReplicaSet. */
export function workloadsIn(work: object): { namespace: string; name: string }[] {
  return manifestsOf(work).flatMap(({ apiVersion, kind, metadata }) => {
    if (kind !== 'Workload' || typeof apiVersion !== 'string' || !apiVersion.startsWith(`${group}/`)) return [];
    const { namespace, name } = isJsonObject(metadata) ? metadata : {};
    return typeof namespace === 'string' && typeof name === 'string' ? [{ namespace, name }] : [];
  });
}

/** The spoke namespaces of which a work contains the Namespace or a Workload. */
export function namespacesIn(work: object): string[] {
  const contained = manifestsOf(work).flatMap(({ kind, metadata }) => {
    const name = isJsonObject(metadata) ? metadata['name'] : undefined;
    return kind === 'Namespace' && typeof name === 'string' ? [name] : [];
  });
  return [...new Set([...contained, ...workloadsIn(work).map(({ namespace }) => namespace)])];
}

/** The works that contain a Namespace, or a Workload in it. */
export function containing<T extends object>(works: readonly T[], namespace: string): T[] {
  return works.filter((work) => namespacesIn(work).includes(namespace));
}

/** What one work does with a namespace: whether it contains the Namespace, and whether it orphans it. */
export function namespaceIn(work: object, namespace: string): EffectiveLifecycle['spokeNamespace'] {
  return effectiveLifecycle([work], { namespace, name: '' }).spokeNamespace;
}

/** The Namespaces that a work owns: it contains them, and its deleteOption does not orphan them. */
export function ownedNamespaces(work: object): string[] {
  return namespacesIn(work).filter((namespace) => {
    const { create, orphan } = namespaceIn(work, namespace);
    return create && !orphan;
  });
}

function manifestsOf(work: object): JsonObject[] {
  const spec = child(work, 'spec');
  const workload = child(child(spec, 'manifestWorkTemplate'), 'workload');
  const manifests: JsonValue | undefined = workload['manifests'];
  return Array.isArray(manifests) ? manifests.filter(isJsonObject) : [];
}
