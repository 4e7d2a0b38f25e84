import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { addPorts } from '../../../deploy/local/hub/processes/ports.ts';
import { waitFor } from '../../../deploy/local/hub/wait-for.ts';
import { coreOfServer, pin, pinned, unpin } from './cores.ts';
import type { Scene } from './hub-scene.ts';
import type { ServerName } from './options.ts';
import { buildPeer } from './peer.ts';

type Action = 'mutate' | 'validate';

/** A server on the core of servers. */
export interface MeasuredServer {
  name: ServerName;
  pid: number;
  /** What it serves. The bare servers would do the same for both. */
  actions: readonly Action[];
  urlOf(action: Action): string;
  stop(): Promise<void>;
}

interface StartOptions {
  servers: readonly ServerName[];
  print: (line: string) => void;
}

/** Starts the servers that mooring is compared with, and pins the webhook of the hub. `certificates` has tls.crt and tls.key. */
export async function startServers(
  scene: Scene,
  certificates: string,
  { servers, print }: StartOptions,
): Promise<MeasuredServer[]> {
  const peer = servers.includes('peer') ? await buildPeer(print) : '';
  const ports = await addPorts({}, servers, Math.random);
  const bareServer = join(import.meta.dirname, 'bare-server.ts');
  const start = (name: ServerName): Promise<MeasuredServer> => {
    const port = ports[name] ?? 0;
    if (name === 'mooring') return pinWebhook(scene);
    if (name !== 'peer') return startPinned(name, port, [process.execPath, bareServer, name, `${port}`, certificates]);
    const flags = [`-port=${port}`, `-certificates=${certificates}`, `-kubeconfig=${scene.hub.kubeconfig}`];
    return startPinned(name, port, ['env', 'GOMAXPROCS=1', peer, ...flags]);
  };
  return Promise.all(servers.map(start));
}

async function pinWebhook({ webhookPid: pid, urlOf }: Scene): Promise<MeasuredServer> {
  await pin(pid, coreOfServer);
  return { name: 'mooring', pid, actions: ['mutate', 'validate'], urlOf, stop: () => unpin(pid) };
}

async function startPinned(name: ServerName, port: number, command: [string, ...string[]]): Promise<MeasuredServer> {
  const [program, ...args] = pinned(coreOfServer, command);
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await waitFor(`the server ${name}`, () => isListening(port));
  return {
    name,
    pid: child.pid ?? 0,
    actions: name === 'peer' ? ['mutate', 'validate'] : ['mutate'],
    urlOf: (action) => `https://127.0.0.1:${port}/${action}`,
    async stop() {
      child.kill();
      await ended;
    },
  };
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
