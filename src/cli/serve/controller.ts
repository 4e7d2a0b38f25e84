import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import type { ControllerConfig } from '../../config.ts';
import { createController } from '../../controller/controller.ts';
import { webhookConfigurations } from '../../tls/ca-bundle.ts';
import { runCertificateLoop } from '../../tls/certificate-loop.ts';
import { defaultTimes } from '../../tls/rotation.ts';
import { builtinTopologies } from '../../topology/builtin.ts';
import { createCachingEngine } from '../../topology/caching-engine.ts';
import type { TopologyEngine } from '../../topology/topology-result.ts';
import { createElection, createRoleParts, openEngine, serveHealth, type RoleParts } from './role.ts';
import type { Environment } from '../../kube/kubeconfig/kube-config.ts';
import { sha256 } from '../sha256.ts';

/** The maximum number of cached renders. Each has about 10 KiB; the total size is limited too. */
const cachedRenders = 5000;

/** Tools that replace an object delete it and create it again within some seconds. The sweep takes at most 30 s to notice an orphan. */
const orphanGraceMs = 30_000;

/** Runs the controller until the signal is aborted. */
export async function serveController(
  config: ControllerConfig,
  environment: Environment,
  signal: AbortSignal,
): Promise<void> {
  const parts = createRoleParts('controller', config, { environment });
  // The process is alive while it opens the CUE engine.
  let ready = () => ['controller: the CUE engine is not open yet'];
  const run = async (): Promise<void> => {
    const engine = await openEngine(config.topology, environment, parts.log, signal);
    if (engine === undefined) return;
    try {
      await runController(config, parts, engine, signal, (whyNotReady) => (ready = whyNotReady));
    } finally {
      await engine.close();
    }
  };
  await Promise.all([serveHealth(parts, config, () => ready(), signal), run()]);
}

async function runController(
  config: ControllerConfig,
  parts: RoleParts,
  engine: TopologyEngine,
  signal: AbortSignal,
  onStart: (whyNotReady: () => string[]) => void,
): Promise<void> {
  const { election, guarded } = createElection('controller', config, parts);
  const { log, metrics } = parts;
  const topologies = createCachingEngine({
    engine,
    maxResults: cachedRenders,
    retryStoppedAfterMs: 60_000,
    longestRetryMs: 3_600_000,
    now: Date.now,
  });
  const controller = createController({
    client: guarded,
    log,
    metrics,
    tools: { topologies, settings: config.render, hash: sha256 },
    severities: config.severities,
    protectedNamespaces: config.protectedNamespaces,
    builtins: builtinTopologies,
    systemNamespace: config.systemNamespace,
    historyLimit: config.historyLimit,
    retireForMs: config.retireForMs,
    evictAfterMs: config.evictAfterMs,
    reservationMs: config.reservationMs,
    orphanGraceMs,
    now: Date.now,
  });
  const certificates = (leading: AbortSignal) =>
    runCertificateLoop({
      client: guarded,
      namespace: config.namespace,
      dnsNames: config.webhookHosts.filter((host) => isIP(host) === 0),
      ipAddresses: config.webhookHosts.filter((host) => isIP(host) !== 0),
      times: defaultTimes,
      createSegment: () => randomBytes(16).toString('hex'),
      now: Date.now,
      log,
      metrics: metrics.loop('certificates'),
      countConflict: metrics.certificates.bundleConflicts(webhookConfigurations.map(({ kind }) => kind)),
      onWebhookChange: () => controller.webhookChanged(),
      signal: leading,
    });
  onStart(() => controller.whyNotReady().map((why) => `controller: ${why}`));
  await Promise.all([
    controller.watch(signal),
    election.run(signal, async (leading) => {
      await Promise.all([controller.lead(leading), certificates(leading)]);
    }),
  ]);
}
