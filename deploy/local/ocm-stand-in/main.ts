/** OCM stand-in (local runs only): composition root. Nothing of mooring depends on it; real OCM takes its place. */

import { createServer } from 'node:http';
import { createClient, type Client } from '../../../src/kube/client/client.ts';
import { loadKubeConfig } from '../../../src/kube/client/kube-config.ts';
import { createLog, type Log } from '../../../src/log.ts';
import { ensureAgentKubeconfig } from './agent/agent-kubeconfig.ts';
import { parseStandInArguments, usage, type StandInArguments } from './arguments.ts';
import { authorityOf, serverOf } from './kube-config-address.ts';
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
  log.info({ spokes: Object.keys(spokes) }, 'the OCM stand-in starts: for local runs only, it is not OCM');
  const options = {
    hub: clientOf(hubKubeconfig, log),
    hubServer: serverOf(loadKubeConfig({ kubeconfig: hubKubeconfig })),
    spokes: Object.fromEntries(Object.entries(spokes).map(([spoke, path]) => [spoke, clientOf(path, log)])),
    log,
    clock: Date.now,
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
    const known = request.url === '/readyz' || request.url === '/healthz';
    const status = !known ? 404 : request.url === '/healthz' || isReady() ? 200 : 503;
    response.writeHead(status, { 'content-type': 'text/plain' }).end(`${name}: ${status}\n`);
  });
  server.listen({ port, host: '127.0.0.1', signal });
  signal.addEventListener('abort', () => server.closeAllConnections(), { once: true });
}

async function joinOne(words: Of<'join'>): Promise<void> {
  const log = createLog('warn', name);
  const config = loadKubeConfig({ kubeconfig: words.kubeconfig });
  const spoke = clientOf(words.kubeconfig, log);
  const server = serverOf(config);
  const hub = clientOf(words.hubKubeconfig, log);
  await joinCluster({ name: words.name, hub, spoke, server, labels: words.labels, now: Date.now() });
  const authority = await authorityOf(config);
  const identity = { cluster: words.name, spoke, server, authority, path: words.agentKubeconfig, now: new Date() };
  await ensureAgentKubeconfig(identity);
  process.stdout.write(`${name}: ${words.name} has joined; its work agent is to use ${words.agentKubeconfig}\n`);
}

async function leaveOne(words: Of<'leave'>): Promise<void> {
  const left = await leaveCluster(clientOf(words.hubKubeconfig, createLog('warn', name)), words.name, leaveMs);
  if (left.length > 0) throw new Error(`${words.name} has left, but these works remain: ${left.join(', ')}`);
  process.stdout.write(`${name}: ${words.name} has left\n`);
}

function clientOf(kubeconfig: string, log: Log): Client {
  return createClient(loadKubeConfig({ kubeconfig }), { log, userAgent: name });
}

async function main(words: readonly string[]): Promise<void> {
  const parsed = parseStandInArguments(words);
  switch (parsed.verb) {
    case 'help':
      process.stdout.write(usage);
      return;
    case 'run':
      return run(parsed);
    case 'join':
      return joinOne(parsed);
    case 'leave':
      return leaveOne(parsed);
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
