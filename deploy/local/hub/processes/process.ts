import { spawn } from 'node:child_process';
import { open, readFile, rename, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HubFiles } from '../files/hub-files.ts';
import { isFree } from './ports.ts';
import { formatMark, markVariable, listRunningProcesses } from './process-table.ts';
import { computeSettingsDigest } from './settings-digest.ts';
import { stopAll } from './stop.ts';
import { writeWhole } from '../files/write-file.ts';

/** A process that should run, and how to check that it is ready. */
export interface ProcessSpec {
  name: string;
  program: 'etcd' | 'apiserver' | 'controllerManager' | 'node';
  args: string[];
  /** Variables that the process has if the environment of the start does not set them. */
  environment?: Readonly<Record<string, string>>;
  port: number;
  /** Files and folders that it reads only when it starts. If they change, it is restarted. */
  inputs: readonly string[];
  /** Must not throw. */
  isReady(): Promise<boolean>;
}

export interface StartOptions {
  programs: Readonly<Record<ProcessSpec['program'], string>>;
  environment: Readonly<Record<string, string>>;
  print: (line: string) => void;
}

const maxLogBytes = 20 * 1024 * 1024;
const pollMs = 100;
const portFreeMs = 5000;

/** Starts the process unless it runs with the same settings. If it runs with other settings, it is stopped first. */
export async function ensureStarted(files: HubFiles, spec: ProcessSpec, options: StartOptions): Promise<void> {
  const variables = Object.entries(spec.environment ?? {}).map((variable) => variable.join('='));
  const command = [options.programs[spec.program], ...spec.args, ...variables];
  const settings = await computeSettingsDigest(command, spec.inputs);
  const running = (await listRunningProcesses(files.directory)).filter(({ name }) => name === spec.name);
  const [first] = running; // its child processes are in the list, too, with higher pids
  if (first?.settings === settings) {
    await writeWhole(files.pid(spec.name), `${first.pid}\n`);
    return;
  }
  if (first !== undefined) {
    options.print(`${spec.name} is restarted: its settings have changed`);
    await stopAll(files, running, 10_000);
  }
  if (!(await becomesFree(spec.port))) {
    throw new Error(
      `another program listens on port ${spec.port} of ${spec.name}: stop that program, or get new ports with \`down --purge\``,
    );
  }
  await writeWhole(files.pid(spec.name), `${await startDetached(files, spec, settings, options)}\n`);
}

/** Whether the port is free within some seconds. The kernel closes the sockets of a killed process shortly after it has ended. */
async function becomesFree(port: number): Promise<boolean> {
  const deadline = performance.now() + portFreeMs;
  for (;;) {
    if (await isFree(port)) return true;
    if (performance.now() > deadline) return false;
    await sleep(pollMs);
  }
}

async function startDetached(
  files: HubFiles,
  spec: ProcessSpec,
  settings: string,
  { programs, environment }: StartOptions,
): Promise<number> {
  const path = files.log(spec.name);
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size > maxLogBytes) await rename(path, `${path}.1`);
  const log = await open(path, 'a', 0o600);
  try {
    const child = spawn(programs[spec.program], spec.args, {
      detached: true, // a session of its own, so that Ctrl-C in the shell does not stop it
      stdio: ['ignore', log.fd, log.fd],
      cwd: files.directory,
      env: { ...spec.environment, ...environment, [markVariable]: formatMark(files.directory, spec.name, settings) },
    });
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    child.unref();
    if (child.pid === undefined) throw new Error(`${spec.name} was started without a pid`);
    return child.pid;
  } finally {
    await log.close();
  }
}

/** Waits until the process is ready. If it ends or the timeout passes, throws an error that contains the end of its log. */
export async function waitReady(files: HubFiles, spec: ProcessSpec, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (let attempt = 1; ; attempt++) {
    if (await spec.isReady()) return;
    // Listing all processes of the machine takes longer than one probe.
    const ended = attempt % 5 === 0 && !(await isRunning(files, spec.name));
    if (ended) throw new Error(`${spec.name} ended before it was ready${await readLogTail(files, spec.name)}`);
    if (performance.now() > deadline) {
      const seconds = Math.round(timeoutMs / 1000);
      throw new Error(`${spec.name} is not ready after ${seconds} s${await readLogTail(files, spec.name)}`);
    }
    await sleep(pollMs);
  }
}

async function isRunning(files: HubFiles, name: string): Promise<boolean> {
  return (await listRunningProcesses(files.directory)).some((one) => one.name === name);
}

async function readLogTail(files: HubFiles, name: string): Promise<string> {
  const path = files.log(name);
  const content = await readFile(path, 'utf8').catch(() => '');
  const lines = content.trimEnd().split('\n').slice(-3);
  return `; see ${path}, which ends:\n${lines.map((line) => `  ${line.slice(0, 300)}`).join('\n')}`;
}
