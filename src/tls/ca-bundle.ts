import { webhookConfigurationName } from '../api/names.ts';
import type { JsonObject, KubeObject, Resource } from '../api/object.ts';
import type { Client } from '../kube/client/client.ts';
import { getIfPresent } from '../kube/client/get-if-present.ts';
import { base64 } from './secret.ts';
import { isSegment } from './webhook-path.ts';

const admissionregistration = { group: 'admissionregistration.k8s.io', version: 'v1', namespaced: false } as const;

const mutating = { ...admissionregistration, kind: 'MutatingWebhookConfiguration' };
const validating = { ...admissionregistration, kind: 'ValidatingWebhookConfiguration' };

/** The two kinds of webhook configurations. mooring has one object of each. */
export const webhookConfigurations: readonly Resource[] = [
  { ...mutating, plural: 'mutatingwebhookconfigurations' },
  { ...validating, plural: 'validatingwebhookconfigurations' },
];

/** One webhook; only its `clientConfig` is used here. */
type Webhook = JsonObject & { clientConfig: ClientConfig };
type ClientConfig = JsonObject & { service?: JsonObject };

interface WebhookConfiguration extends KubeObject {
  webhooks?: Webhook[];
}

/** What the controller writes into every webhook. */
export interface PublishedAccess {
  /** PEM. */
  bundle: string;
  /** The random segment of the path. Without it the path stays unchanged. */
  segment?: string;
}

/** Writes the bundle and the path into every webhook of the configurations; returns the kinds that were changed. */
export async function publishAccess(client: Client, access: PublishedAccess): Promise<string[]> {
  const changed: string[] = [];
  for (const resource of webhookConfigurations) {
    const configuration = await getConfiguration(client, resource);
    const present = configuration?.webhooks ?? [];
    const webhooks = present.map((webhook) => withAccess(webhook, resource, access));
    if (webhooks.every((webhook, index) => webhook === present[index])) continue;
    // A merge patch replaces whole lists; the resourceVersion ensures that it replaces the list that was read.
    const metadata = { resourceVersion: configuration?.metadata.resourceVersion ?? '' };
    await client.patch(resource, { name: webhookConfigurationName }, { metadata, webhooks });
    changed.push(resource.kind);
  }
  return changed;
}

/** The segment of the path in the webhook configurations, which API servers use now; `undefined` if there is none. */
export async function publishedSegment(client: Client): Promise<string | undefined> {
  for (const resource of webhookConfigurations) {
    const configuration = await getConfiguration(client, resource);
    for (const { clientConfig } of configuration?.webhooks ?? []) {
      const path = clientConfig.service?.['path'];
      const segment = typeof path === 'string' ? path.split('/').at(-1) : undefined;
      if (segment !== undefined && isSegment(segment)) return segment;
    }
  }
  return undefined;
}

function getConfiguration(client: Client, resource: Resource): Promise<WebhookConfiguration | undefined> {
  return getIfPresent<WebhookConfiguration>(client, resource, { name: webhookConfigurationName });
}

/** The webhook with this bundle and path, otherwise unchanged; the same object if it has both already. */
function withAccess(webhook: Webhook, resource: Resource, { bundle, segment }: PublishedAccess): Webhook {
  const { clientConfig } = webhook;
  const caBundle = base64(bundle);
  const path = segment === undefined ? undefined : `/${actionOf(resource)}/${segment}`;
  const { service } = clientConfig;
  const isPathPublished = path === undefined || service === undefined || service['path'] === path;
  if (clientConfig['caBundle'] === caBundle && isPathPublished) return webhook;
  return {
    ...webhook,
    clientConfig: { ...clientConfig, caBundle, ...(isPathPublished ? {} : { service: { ...service, path } }) },
  };
}

function actionOf({ kind }: Resource): 'mutate' | 'validate' {
  return kind === mutating.kind ? 'mutate' : 'validate';
}
