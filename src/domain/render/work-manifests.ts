import { group, version } from '../../api/kinds.ts';
import type { JsonObject } from '../../api/object.ts';
import type { WorkloadDeployment } from '../../api/workload-deployment.ts';
import type { Component } from '../../api/workload.ts';

/** The namespace of the Workload on the spokes. */
export function spokeNamespace(deployment: WorkloadDeployment): string {
  return deployment.spec.workload.namespace ?? deployment.metadata.namespace ?? '';
}

/** What goes to the spokes, in the order in which it is applied: the Namespace, then the Workload in it. */
export function workManifests(deployment: WorkloadDeployment, components: Component[]): JsonObject[] {
  const { workload } = deployment.spec;
  const namespace = spokeNamespace(deployment);
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, ...added(workload.namespaceMetadata) },
    },
    {
      apiVersion: `${group}/${version}`,
      kind: 'Workload',
      metadata: { name: workload.name, namespace, ...added(workload.metadata) },
      spec: { components: components.map((component) => ({ ...component })) },
    },
  ] as JsonObject[];
}

type Added = WorkloadDeployment['spec']['workload']['metadata'];

function added(metadata: Added): JsonObject {
  const { labels, annotations } = metadata ?? {};
  return { ...(labels === undefined ? {} : { labels }), ...(annotations === undefined ? {} : { annotations }) };
}
