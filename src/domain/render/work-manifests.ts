import { group, version } from '../../api/kinds.ts';
import type { JsonObject } from '../../api/object.ts';
import type { WorkloadDeployment } from '../../api/workload-deployment.ts';
import type { Component } from '../../api/workload.ts';

/** The namespace of the Workload on the spokes; the namespace of the deployment by default. */
export function spokeNamespace(deployment: WorkloadDeployment): string {
  return deployment.spec.workload.namespace ?? deployment.metadata.namespace ?? '';
}

/** The manifests for the spokes, in the order in which they are applied: the Namespace, then the Workload. */
export function workManifests(deployment: WorkloadDeployment, components: Component[]): JsonObject[] {
  const { workload } = deployment.spec;
  const namespace = spokeNamespace(deployment);
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, ...labelsAndAnnotations(workload.namespaceMetadata) },
    },
    {
      apiVersion: `${group}/${version}`,
      kind: 'Workload',
      metadata: { name: workload.name, namespace, ...labelsAndAnnotations(withRendering(deployment)) },
      spec: { components: components.map((component) => ({ ...component })) },
    },
  ] as JsonObject[];
}

/**
 * The text of a manifest, which is JSON and YAML. YAML does not allow some characters that JSON allows, and folds its line separators:
 * they are escaped.
 */
export function manifestText(manifest: JsonObject): string {
  return JSON.stringify(manifest).replaceAll(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

/** What renders workloads on spokes reads its instructions from annotations with this prefix. */
const renderingPrefix = 'rendering.spectrocloud.com/';

/** The metadata of the Workload: what the spec adds, and the instructions for rendering from the annotations of the deployment. */
function withRendering({ metadata, spec }: WorkloadDeployment): AddedMetadata {
  // The work agent reads `key-` as an order to remove `key`.
  const copied = Object.entries(metadata.annotations ?? {}).filter(
    ([key]) => key.startsWith(renderingPrefix) && !key.endsWith('-'),
  );
  const added = spec.workload.metadata;
  return copied.length === 0
    ? added
    : { ...added, annotations: { ...Object.fromEntries(copied), ...added?.annotations } };
}

type AddedMetadata = WorkloadDeployment['spec']['workload']['metadata'];

function labelsAndAnnotations(metadata: AddedMetadata): JsonObject {
  const { labels, annotations } = metadata ?? {};
  return { ...(labels === undefined ? {} : { labels }), ...(annotations === undefined ? {} : { annotations }) };
}
