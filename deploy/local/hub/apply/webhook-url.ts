import type { JsonValue, KubeObject } from '../../../../src/api/object.ts';

/**
 * The webhook configuration with a URL on this machine instead of the Service. It does not contain `caBundle`, because the
 * controller owns that field and server-side apply does not change fields that are not in the applied object.
 */
export function withLocalUrl(configuration: KubeObject, port: number): KubeObject {
  if (!('webhooks' in configuration) || !Array.isArray(configuration.webhooks)) return configuration;
  const webhooks: unknown[] = configuration.webhooks;
  const local = webhooks.map((webhook) => {
    if (typeof webhook !== 'object' || webhook === null || !('clientConfig' in webhook)) return webhook;
    return { ...webhook, clientConfig: { url: `https://127.0.0.1:${port}${servicePathOf(webhook.clientConfig)}` } };
  });
  return Object.assign({}, configuration, { webhooks: local });
}

function servicePathOf(clientConfig: unknown): string {
  const service = field(clientConfig, 'service');
  const path = field(service, 'path');
  return typeof path === 'string' ? path : '/';
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
