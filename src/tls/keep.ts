import type { Resource } from '../api/object.ts';
import type { Client } from '../kube/client/client.ts';
import { Informer } from '../kube/cache/informer.ts';
import { runLoop, type LoopMetrics } from '../kube/queue/loop.ts';
import { WorkQueue } from '../kube/queue/work-queue.ts';
import type { Log } from '../log.ts';
import { webhookConfigurationName, webhookConfigurations } from './ca-bundle.ts';
import { reconcileCertificates, type CertificateWishes } from './reconcile.ts';
import { secretResource } from './secret.ts';
import { authoritySecretName, certificateStore, servingSecretName } from './store.ts';

export interface KeepCertificates extends CertificateWishes {
  client: Client;
  /** Where the two Secrets are. */
  namespace: string;
  /** Milliseconds since 1970. */
  clock: () => number;
  log: Log;
  metrics?: LoopMetrics;
  signal: AbortSignal;
}

// There is one thing to reconcile, all of it together.
const key = 'certificates';

/** The controller's loop over the webhook's certificates; ends when `signal` does. One leader runs it at a time. */
export async function keepCertificates(options: KeepCertificates): Promise<void> {
  const { client, namespace, log, metrics, signal } = options;
  const queue = new WorkQueue();
  const store = certificateStore(client, namespace);
  const informers = watched(namespace).map(
    ({ resource, name, ...scope }) =>
      new Informer({
        client,
        resource,
        ...scope,
        fieldSelector: `metadata.name=${name}`, // RBAC names the objects, and allows no wider watch
        metadataOnly: true, // no private keys in memory for longer than it takes
        log,
        onChange: () => queue.add(key),
      }),
  );
  queue.add(key);
  await Promise.all([
    ...informers.map((informer) => informer.run(signal)),
    runLoop({
      name: 'certificates',
      queue,
      reconcile: () => reconcileCertificates({ ...options, store }),
      workers: 1,
      log,
      metrics,
      signal,
    }),
  ]);
}

function watched(namespace: string): { resource: Resource; namespace?: string; name: string }[] {
  return [
    { resource: secretResource, namespace, name: authoritySecretName },
    { resource: secretResource, namespace, name: servingSecretName },
    ...webhookConfigurations.map((resource) => ({ resource, name: webhookConfigurationName })),
  ];
}
