import type { Resource } from '../api/object.ts';
import type { Client } from '../kube/client/client.ts';
import { Informer } from '../kube/cache/informer.ts';
import { runLoop, type LoopMetrics } from '../kube/queue/loop.ts';
import { WorkQueue } from '../kube/queue/work-queue.ts';
import type { Log } from '../log.ts';
import { webhookConfigurationName } from '../api/names.ts';
import { AccessPublisher, webhookConfigurations } from './ca-bundle.ts';
import { reconcileCertificates, type CertificateOptions } from './reconcile.ts';
import { secretResource } from './secret.ts';
import { authoritySecretName, createCertificateStore, servingSecretName } from './store.ts';

export interface CertificateLoopOptions extends CertificateOptions {
  client: Client;
  /** The namespace of the two Secrets. */
  namespace: string;
  /** Milliseconds since the epoch. */
  now: () => number;
  log: Log;
  metrics?: LoopMetrics;
  /** Counts a change of the trust bundle in a webhook configuration by another writer. */
  countConflict?: (kind: string) => void;
  /** Called when a webhook configuration has changed. */
  onWebhookChange?: () => void;
  signal: AbortSignal;
}

// All certificates are reconciled together, so there is only one key.
const key = 'certificates';

/** Reconciles the certificates of the webhook until `signal` is aborted. Only the leader runs it. */
export async function runCertificateLoop(options: CertificateLoopOptions): Promise<void> {
  const { client, namespace, now, log, metrics, onWebhookChange, signal } = options;
  const queue = new WorkQueue();
  const store = createCertificateStore(client, namespace);
  const publisher = new AccessPublisher(client, now);
  const informers = watchedObjects(namespace).map(
    ({ resource, name, ...scope }) =>
      new Informer({
        client,
        resource,
        ...scope,
        fieldSelector: `metadata.name=${name}`, // RBAC allows only a watch of this name
        metadataOnly: true, // no private keys in the cache
        log,
        onChange() {
          queue.add(key);
          if (webhookConfigurations.includes(resource)) onWebhookChange?.();
        },
      }),
  );
  queue.add(key);
  await Promise.all([
    ...informers.map((informer) => informer.run(signal)),
    runLoop({
      name: 'certificates',
      queue,
      reconcile: () => reconcileCertificates({ ...options, store, publisher }),
      workers: 1,
      log,
      metrics,
      signal,
    }),
  ]);
}

function watchedObjects(namespace: string): { resource: Resource; namespace?: string; name: string }[] {
  return [
    { resource: secretResource, namespace, name: authoritySecretName },
    { resource: secretResource, namespace, name: servingSecretName },
    ...webhookConfigurations.map((resource) => ({ resource, name: webhookConfigurationName })),
  ];
}
