import { setTimeout as sleep } from 'node:timers/promises';
import { installNamespace, webhookConfigurationName } from '../../../../src/api/names.ts';
import { environments } from '../../../../src/api/kinds.ts';
import type { JsonValue, KubeObject, Resource } from '../../../../src/api/object.ts';
import type { Client } from '../../../../src/kube/client/client.ts';
import { hasAuthorities } from './webhook-url.ts';

const admission = { group: 'admissionregistration.k8s.io', version: 'v1', namespaced: false } as const;

/** The kinds of webhook configuration; mooring has one of each. */
export const webhookKinds: readonly Resource[] = [
  { ...admission, kind: 'MutatingWebhookConfiguration', plural: 'mutatingwebhookconfigurations' },
  { ...admission, kind: 'ValidatingWebhookConfiguration', plural: 'validatingwebhookconfigurations' },
];

const sample = {
  apiVersion: 'spectrocloud.com/v1beta1',
  kind: 'Environment',
  metadata: { name: 'is-admission-ready', namespace: installNamespace },
  spec: { topology: { type: 'topology-ocm', properties: { placement: { numberOfClusters: 1 } } } },
};

/**
 * Waits until a sample Environment, created as a dry run, comes back with the stamp that only our webhook gives. Both
 * configurations fail closed, so an answer means that both webhooks answered. Throws with the last refusal.
 */
export async function waitForAdmission(client: Client, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const problem = await admissionProblem(client);
    if (problem === undefined) return;
    if (performance.now() > deadline) {
      throw new Error(`admission does not work after ${Math.round(timeoutMs / 1000)} s: ${problem}`);
    }
    await sleep(200);
  }
}

async function admissionProblem(client: Client): Promise<string | undefined> {
  try {
    for (const kind of webhookKinds) {
      const live = await client.get<KubeObject & { webhooks?: JsonValue }>(kind, { name: webhookConfigurationName });
      if (!hasAuthorities(live)) return `${kind.kind} ${webhookConfigurationName} has no caBundle yet`;
    }
    const admitted = await client.create<KubeObject>(environments, sample, { dryRun: true });
    const stamp = admitted.metadata.annotations?.['spectrocloud.com/revision'];
    return stamp === undefined ? 'a sample Environment is admitted without a stamp' : undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
