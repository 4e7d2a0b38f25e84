import { accountOf, installNamespace } from '../../../../src/api/names.ts';
import type { JsonValue, KubeObject } from '../../../../src/api/object.ts';

/** The name under which the API server calls the webhook. The certificate contains it. */
export const webhookServiceHost = `${accountOf('webhook')}.${installNamespace}.svc`;

/** The Service of the webhook. The API server resolves it to this machine, because no network routes to a cluster IP. */
export function buildWebhookService(): KubeObject {
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: accountOf('webhook'), namespace: installNamespace },
    spec: { type: 'ExternalName', externalName: 'localhost' },
  };
  return service;
}

/**
 * The webhook configuration with the port of the webhook on this machine. It contains neither `caBundle` nor `path`, because the
 * controller owns these fields, and server-side apply does not change fields that are not in the applied object.
 */
export function withLocalPort(configuration: KubeObject, port: number): KubeObject {
  if (!('webhooks' in configuration) || !Array.isArray(configuration.webhooks)) return configuration;
  const webhooks: unknown[] = configuration.webhooks;
  const service = { namespace: installNamespace, name: accountOf('webhook'), port };
  const local = webhooks.map((webhook) => {
    if (typeof webhook !== 'object' || webhook === null || !('clientConfig' in webhook)) return webhook;
    return { ...webhook, clientConfig: { service } };
  });
  return Object.assign({}, configuration, { webhooks: local });
}

/** Whether every webhook of the configuration has a `caBundle`. Without it the API server cannot call the webhook. */
export function hasCaBundles(configuration: KubeObject & { webhooks?: JsonValue }): boolean {
  const { webhooks } = configuration;
  if (!Array.isArray(webhooks) || webhooks.length === 0) return false;
  return webhooks.every((webhook) => {
    const bundle = field(field(webhook, 'clientConfig'), 'caBundle');
    return typeof bundle === 'string' && bundle !== '';
  });
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}
