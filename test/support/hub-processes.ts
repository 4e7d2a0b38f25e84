import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { openSync, closeSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { roleOf } from '../../deploy/local/hub/inventory.ts';
import { isHealthy } from '../../deploy/local/hub/processes/probe.ts';
import { listRunningProcesses } from '../../deploy/local/hub/processes/process-table.ts';
import type { Hub } from '../../deploy/local/hub/up.ts';
import type { Role } from '../../deploy/manifests/identities.ts';
import { environment, eventually } from './hub.ts';

/** Pid of a process of a hub, by the name that `status` shows. Throws when it does not run. */
export async function pidOf({ directory }: Hub, name: string): Promise<number> {
  const found = (await listRunningProcesses(directory)).find((one) => one.name === name);
  if (found === undefined) throw new Error(`${name} does not run`);
  return found.pid;
}

/** Ends processes of a hub by a signal, all at the same time, and returns when they are gone. */
export async function endProcesses(
  { directory }: Hub,
  names: readonly string[],
  signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL',
): Promise<void> {
  const meant = (await listRunningProcesses(directory)).filter(({ name }) => names.includes(name));
  for (const { pid } of meant) process.kill(pid, signal);
  await eventually(`the end of ${names.join(', ')}`, async () => {
    const left = await listRunningProcesses(directory);
    return !left.some(({ pid }) => meant.some((one) => one.pid === pid));
  });
}

/** Names of all processes of a hub that run. */
export async function listRunningNames({ directory }: Hub): Promise<string[]> {
  return (await listRunningProcesses(directory)).map(({ name }) => name).toSorted();
}

/** A role that a test runs itself, beside the hub's processes. */
export interface ExtraRole {
  pid: number;
  healthPort: number;
  /** Status code of a page of the health server; 0 without an answer. */
  health(page: 'healthz' | 'readyz'): Promise<number>;
  /** What it logged so far is in this file. */
  log: string;
  end(signal?: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

/** What a spare role has of its own; what is left out is as in the hub's. */
export interface ExtraRoleOptions {
  /** Text of its kubeconfig. */
  kubeconfig?: string;
  identity?: string;
  healthPort?: number;
  /** Of a webhook: where it takes calls. */
  port?: number;
}

/** Starts a role as the hub would, but for what the options say, and returns when it is ready. */
export async function startExtraRole(hub: Hub, role: Role, options: ExtraRoleOptions = {}): Promise<ExtraRole> {
  const folder = await mkdtemp(join(tmpdir(), `mooring-${role}-`));
  const healthPort = options.healthPort ?? (await findFreePort());
  const log = join(folder, 'log');
  const args = [...roleOf(hub.state, hub.files, role).args];
  replaceFlag(args, 'health-port', String(healthPort));
  if (options.port !== undefined) replaceFlag(args, 'port', String(options.port));
  if (options.identity !== undefined) replaceFlag(args, 'identity', options.identity);
  if (options.kubeconfig !== undefined) {
    const path = join(folder, 'kubeconfig');
    await writeFile(path, options.kubeconfig, { mode: 0o600 });
    replaceFlag(args, 'kubeconfig', path);
  }
  const child = spawnLogged(args, log);
  const health = (page: string) => getStatusCode(`http://127.0.0.1:${healthPort}/${page}`);
  await eventually(`a spare ${role} to be ready`, () => isHealthy({ url: `http://127.0.0.1:${healthPort}/readyz` }), {
    withinMs: 40_000,
  });
  return {
    pid: child.pid ?? 0,
    healthPort,
    health,
    log,
    async end(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill(signal);
        await once(child, 'exit');
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function spawnLogged(args: string[], path: string): ChildProcess {
  const log = openSync(path, 'a', 0o600);
  try {
    return spawn(process.execPath, args, { stdio: ['ignore', log, log], env: environment });
  } finally {
    closeSync(log);
  }
}

function replaceFlag(args: string[], name: string, value: string): void {
  const place = args.indexOf(`--${name}`);
  if (place < 0) throw new Error(`the hub gives this role no --${name}`);
  args[place + 1] = value;
}

async function getStatusCode(url: string): Promise<number> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2000) })).status;
  } catch {
    return 0;
  }
}

/** A port that nobody listens on now. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
