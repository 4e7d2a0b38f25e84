import type { JsonObject, KubeObject, Resource } from '../../src/api/object.ts';
import { webhookConfigurationName } from '../../src/api/names.ts';
import { webhookConfigurations } from '../../src/tls/ca-bundle.ts';

export interface Configuration extends KubeObject {
  webhooks: (JsonObject & { clientConfig: JsonObject })[];
}

/** Both webhook configurations as they are installed: two webhooks each, without a bundle. */
export function installedConfigurations(): [Resource, Configuration][] {
  return webhookConfigurations.map((resource) => [
    resource,
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: resource.kind,
      metadata: { name: webhookConfigurationName, labels: { from: 'the chart' } },
      webhooks: ['one', 'two'].map((name) => ({
        name: `${name}.mooring.test`,
        failurePolicy: 'Fail',
        clientConfig: { service: { namespace: 'mooring-system', name: 'mooring-webhook' } },
        newerField: { of: 'a later Kubernetes' },
      })),
    },
  ]);
}
