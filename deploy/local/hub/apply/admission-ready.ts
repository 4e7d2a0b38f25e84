import { setTimeout as sleep } from 'node:timers/promises';
import { installNamespace, webhookConfigurationName } from '../../../../src/api/names.ts';
import { environments } from '../../../../src/api/kinds.ts';
import { apiVersionOf, type JsonValue, type KubeObject } from '../../../../src/api/object.ts';
import { revisionAnnotation } from '../../../../src/domain/annotations.ts';
import { webhookConfigurations } from '../../../../src/tls/ca-bundle.ts';
import type { Client } from '../../../../src/kube/client/client.ts';
import { ApiError } from '../../../../src/kube/client/errors.ts';
import { hasCaBundles } from './webhook-service.ts';

const sample = {
  apiVersion: apiVersionOf(environments),
  kind: environments.kind,
  metadata: { name: 'is-admission-ready', namespace: installNamespace },
  spec: { topology: { type: 'topology-ocm', properties: { placement: { numberOfClusters: 1 } } } },
};

/**
 * Waits until policies are enforced and an Environment that is created as a dry run has the stamp that only our webhook writes. Both configurations
 * have `failurePolicy: Fail`, so then both webhooks work. After the timeout, throws an error with the last problem.
 */
export async function waitForAdmission(client: Client, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const problem = await findProblem(client);
    if (problem === undefined) return;
    if (performance.now() > deadline) {
      throw new Error(`admission does not work after ${Math.round(timeoutMs / 1000)} s: ${problem}`);
    }
    await sleep(200);
  }
}

async function findProblem(client: Client): Promise<string | undefined> {
  try {
    for (const kind of webhookConfigurations) {
      const live = await client.get<KubeObject & { webhooks?: JsonValue }>(kind, { name: webhookConfigurationName });
      if (!hasCaBundles(live)) return `${kind.kind} ${webhookConfigurationName} does not have a caBundle yet`;
    }
    const admitted = await client.create<KubeObject>(environments, sample, { dryRun: true });
    const stamp = admitted.metadata.annotations?.[revisionAnnotation];
    return stamp === undefined ? 'a sample Environment is admitted without a stamp' : await findPolicyProblem(client);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The API server starts to enforce policies some time after they are stored. */
async function findPolicyProblem(client: Client): Promise<string | undefined> {
  const crd = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${environments.plural}.${environments.group}`;
  try {
    await client.raw('DELETE', crd, { apiVersion: 'v1', kind: 'DeleteOptions', dryRun: ['All'] });
    return 'the policies are not enforced yet';
  } catch (error) {
    if (error instanceof ApiError && error.code === 403) return undefined;
    throw error;
  }
}
