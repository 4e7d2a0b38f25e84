import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { sha256 } from '../../src/cli/sha256.ts';
import { createController } from '../../src/controller/controller.ts';
import { defaultRenderSettings } from '../../src/domain/render/workload-render.ts';
import { protectedNamespaces } from '../../src/domain/spoke/protected-namespaces.ts';
import { createClient } from '../../src/kube/client/client.ts';
import { loadKubeConfig } from '../../src/kube/kubeconfig/load.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';
import { stubBuiltins } from './catalog.ts';

// Run with --expose-gc: the controller as the leader on the cluster of KUBECONFIG, without the CUE engine. It answers each line on its
// standard input with one line, when all caches are complete: how many bytes the process keeps after a garbage collection.
const log = createLog('error', 'controller');
const stopping = new AbortController();
const controller = createController({
  client: createClient(loadKubeConfig({}, { environment: process.env }), { log, userAgent: 'test' }),
  log,
  metrics: createMetrics({ now: Date.now, defaults: false }),
  tools: {
    topologies: { render: () => Promise.reject(new Error('this process has no CUE engine')) },
    settings: defaultRenderSettings,
    hash: sha256,
  },
  severities: {},
  protectedNamespaces: protectedNamespaces(),
  builtins: stubBuiltins,
  systemNamespace: 'mural-system',
  historyLimit: 20,
  retireForMs: 60_000,
  evictAfterMs: 3_600_000,
  reservationMs: 300_000,
  orphanGraceMs: 30_000,
  now: Date.now,
});
void controller.watch(stopping.signal);
void controller.lead(stopping.signal);
const answer = async () => {
  while (controller.whyNotReady().length > 0) await sleep(50);
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  process.stdout.write(`${heapUsed + external}\n`);
};
createInterface(process.stdin)
  .on('line', () => void answer())
  .on('close', () => stopping.abort());
