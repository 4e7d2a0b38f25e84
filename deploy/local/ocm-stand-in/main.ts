/** OCM stand-in (local runs only): its commands. mooring does not depend on it; a real hub runs OCM instead. */

import { createServer } from 'node:http';
import { createClient, type Client } from '../../../src/kube/client/client.ts';
import { loadKubeConfig } from '../../../src/kube/kubeconfig/load.ts';
import { createLog, type Log } from '../../../src/log.ts';
import { ensureAgentKubeconfig } from './agent/agent-kubeconfig.ts';
import { parseStandInArguments, usage, type StandInArguments } from './arguments.ts';
import { authorityOf } from './kube-config-address.ts';
import { joinCluster, leaveCluster } from './hub/managed-cluster.ts';
import { runStandIn } from './run.ts';

type Of<Verb extends StandInArguments['verb']> = Extract<StandInArguments, { verb: Verb }>;

const name = 'ocm-stand-in';
const leaveMs = 60_000;
process.title = name;

async function run({ hubKubeconfig, spokes, healthPort, logLevel }: Of<'run'>): Promise<void> {
  const log = createLog(logLevel, name);
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => stop.abort());
  let ready = false;
  if (healthPort !== undefined) serveHealth(healthPort, () => ready, stop.signal);
  log.info({ spokes: Object.keys(spokes) }, 'the OCM stand-in starts; it is for local runs only');
  const options = {
    hub: createClientFor(hubKubeconfig, log),
    hubServer: loadKubeConfig({ kubeconfig: hubKubeconfig }, { environment: process.env }).cluster.server,
    spokes: Object.fromEntries(Object.entries(spokes).map(([spoke, path]) => [spoke, createClientFor(path, log)])),
    log,
    now: Date.now,
    random: Math.random,
    onReady: () => {
      ready = true;
      log.info({}, 'the OCM stand-in is ready');
    },
  };
  await runStandIn(options, stop.signal);
}

function serveHealth(port: number, isReady: () => boolean, signal: AbortSignal): void {
  const server = createServer((request, response) => {
    const exists = request.url === '/readyz' || request.url === '/healthz';
    const status = !exists ? 404 : request.url === '/healthz' || isReady() ? 200 : 503;
    response.writeHead(status, { 'content-type': 'text/plain' }).end(`${name}: ${status}\n`);
  });
  server.listen({ port, host: '127.0.0.1', signal });
  signal.addEventListener('abort', () => server.closeAllConnections(), { once: true });
}

async function joinSpoke(args: Of<'join'>): Promise<void> {
  const log = createLog('warn', name);
  const config = loadKubeConfig({ kubeconfig: args.kubeconfig }, { environment: process.env });
  const spoke = createClientFor(args.kubeconfig, log);
  const server = config.cluster.server;
  const hub = createClientFor(args.hubKubeconfig, log);
  await joinCluster({ name: args.name, hub, spoke, server, labels: args.labels, now: Date.now() });
  const authority = await authorityOf(config);
  const identity = { cluster: args.name, spoke, server, authority, path: args.agentKubeconfig, now: new Date() };
  await ensureAgentKubeconfig(identity);
  process.stdout.write(
    `${name}: ${args.name} has joined. The kubeconfig of its work agent is ${args.agentKubeconfig}\n`,
  );
}

async function leaveSpoke(args: Of<'leave'>): Promise<void> {
  const remaining = await leaveCluster(
    createClientFor(args.hubKubeconfig, createLog('warn', name)),
    args.name,
    leaveMs,
  );
  if (remaining.length > 0) {
    throw new Error(`${args.name} has left, but these ManifestWorks remain: ${remaining.join(', ')}`);
  }
  process.stdout.write(`${name}: ${args.name} has left\n`);
}

function createClientFor(kubeconfig: string, log: Log): Client {
  return createClient(loadKubeConfig({ kubeconfig }, { environment: process.env }), { log, userAgent: name });
}

async function main(args: readonly string[]): Promise<void> {
  const parsed = parseStandInArguments(args);
  switch (parsed.verb) {
    case 'help':
      process.stdout.write(usage);
      return;
    case 'run':
      return run(parsed);
    case 'join':
      return joinSpoke(parsed);
    case 'leave':
      return leaveSpoke(parsed);
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
