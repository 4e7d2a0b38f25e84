/** Prints as whom, and in which namespace, mooring sends requests with the environment variables of this process. */
import type { Resource } from '../../src/api/object.ts';
import { createClient } from '../../src/kube/client/client.ts';
import { loadUserKubeConfig } from '../../src/kube/kubeconfig/load.ts';
import { createLog } from '../../src/log.ts';

const reviews: Resource = {
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectReview',
  plural: 'selfsubjectreviews',
  namespaced: false,
};

const printError = (text: string) => void process.stderr.write(`${text}\n`);
const [kubeconfig] = process.argv.slice(2);
try {
  const config = loadUserKubeConfig({ kubeconfig }, { environment: process.env });
  const client = createClient(config, {
    log: createLog('silent', 'test'),
    userAgent: 'mooring/test',
    warn: printError,
  });
  const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview', metadata: {} };
  const { status } = await client.create<typeof review & { status?: { userInfo: object } }>(reviews, review);
  process.stdout.write(JSON.stringify({ namespace: config.namespace, userInfo: status?.userInfo }));
} catch (error) {
  printError(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
