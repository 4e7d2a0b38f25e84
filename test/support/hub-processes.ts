import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { openSync, closeSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { roleOf } from '../../deploy/local/hub/inventory.ts';
import { createStandInSpec } from '../../deploy/local/hub/processes/stand-in-process.ts';
import { isHealthy } from '../../deploy/local/hub/processes/probe.ts';
import { listRunningProcesses } from '../../deploy/local/hub/processes/process-table.ts';
import type { Hub } from '../../deploy/local/hub/up.ts';
import type { Role } from '../../src/api/names.ts';
import { environment, eventually } from './hub.ts';

/** The pid of a process of a hub. Throws if it does not run. */
export async function pidOf({ directory }: Hub, name: string): Promise<number> {
  const found = (await listRunningProcesses(directory)).find((one) => one.name === name);
  if (found === undefined) throw new Error(`${name} does not run`);
  return found.pid;
}

/** Sends a signal to processes of a hub and waits until they have ended. */
export async function endProcesses(
  { directory }: Hub,
  names: readonly string[],
  signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL',
): Promise<void> {
  const targets = (await listRunningProcesses(directory)).filter(({ name }) => names.includes(name));
  for (const { pid } of targets) process.kill(pid, signal);
  await eventually(`${names.join(', ')} end`, async () => {
    const running = await listRunningProcesses(directory);
    return !running.some(({ pid }) => targets.some((one) => one.pid === pid));
  });
}

/** The names of all running processes of a hub. */
export async function listRunningNames({ directory }: Hub): Promise<string[]> {
  return (await listRunningProcesses(directory)).map(({ name }) => name).toSorted();
}

/** A further process of a role, which a test starts in addition to those of the hub. */
export interface ExtraRole {
  pid: number;
  healthPort: number;
  /** The status code of a page of the health server. It is 0 if there is no response. */
  health(page: 'healthz' | 'readyz'): Promise<number>;
  /** The path of its log. */
  log: string;
  end(signal?: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

/** Options that differ from those of the process of the hub. */
export interface ExtraRoleOptions {
  /** The content of its kubeconfig. */
  kubeconfig?: string;
  identity?: string;
  healthPort?: number;
  /** The port of a webhook. */
  port?: number;
}

/** Starts a role like the hub does, except for the options, and waits until it is ready. */
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
  await eventually(`another ${role} is ready`, () => isHealthy({ url: `http://127.0.0.1:${healthPort}/readyz` }), {
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

/**
 * Ends the stand-in for OCM and starts one without the work agents of these spokes: OCM goes on, and the agents are silent. After
 * `end`, `restoreHub` starts the stand-in of the hub again.
 */
export async function silenceAgents(hub: Hub, silent: readonly string[]): Promise<{ end(): Promise<void> }> {
  await endProcesses(hub, ['ocm-stand-in']);
  const folder = await mkdtemp(join(tmpdir(), 'mooring-stand-in-'));
  const spokes = Object.keys(hub.spokes).filter((spoke) => !silent.includes(spoke));
  const standIn = createStandInSpec(hub.files, await findFreePort(), spokes);
  const child = spawnLogged([...standIn.args], join(folder, 'log'));
  await eventually('another stand-in is ready', () => standIn.isReady(), { withinMs: 40_000 });
  return {
    async end() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
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
  const index = args.indexOf(`--${name}`);
  if (index < 0) throw new Error(`the hub does not start this role with --${name}`);
  args[index + 1] = value;
}

async function getStatusCode(url: string): Promise<number> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2000) })).status;
  } catch {
    return 0;
  }
}

/** A port that no program listens on. */
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
