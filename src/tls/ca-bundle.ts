import { webhookConfigurationName } from '../api/names.ts';
import type { JsonObject, KubeObject, Resource } from '../api/object.ts';
import type { Client } from '../kube/client/client.ts';
import { getIfPresent } from '../kube/client/get-if-present.ts';
import { base64 } from './secret.ts';

const admissionregistration = { group: 'admissionregistration.k8s.io', version: 'v1', namespaced: false } as const;

/** The two kinds of webhook configurations. mooring has one object of each. */
export const webhookConfigurations: readonly Resource[] = [
  { ...admissionregistration, kind: 'MutatingWebhookConfiguration', plural: 'mutatingwebhookconfigurations' },
  { ...admissionregistration, kind: 'ValidatingWebhookConfiguration', plural: 'validatingwebhookconfigurations' },
];

/** One webhook; only `caBundle` (base64 of PEM) is used here. */
type Webhook = JsonObject & { clientConfig: JsonObject };

interface WebhookConfiguration extends KubeObject {
  webhooks?: Webhook[];
}

/** Writes `bundle` (PEM) into every webhook of the configurations; returns the kinds that were changed. */
export async function publishBundle(client: Client, bundle: string): Promise<string[]> {
  const changed: string[] = [];
  for (const resource of webhookConfigurations) {
    const configuration = await getIfPresent<WebhookConfiguration>(client, resource, {
      name: webhookConfigurationName,
    });
    const webhooks = withBundle(configuration?.webhooks ?? [], base64(bundle));
    if (webhooks === undefined) continue;
    // A merge patch replaces whole lists; the resourceVersion ensures that it replaces the list that was read.
    const metadata = { resourceVersion: configuration?.metadata.resourceVersion ?? '' };
    await client.patch(resource, { name: webhookConfigurationName }, { metadata, webhooks });
    changed.push(resource.kind);
  }
  return changed;
}

/** The webhooks with this `caBundle`, otherwise unchanged; undefined if all of them have it already. */
function withBundle(webhooks: Webhook[], caBundle: string): Webhook[] | undefined {
  if (webhooks.every(({ clientConfig }) => clientConfig.caBundle === caBundle)) return undefined;
  return webhooks.map((webhook) => ({ ...webhook, clientConfig: { ...webhook.clientConfig, caBundle } }));
}
