import { spawn } from 'node:child_process';
import { open, readFile, rename, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HubFiles } from '../files/hub-files.ts';
import { isFree } from './ports.ts';
import { markOf, markVariable, runningProcesses } from './process-table.ts';
import { settingsDigest } from './settings-digest.ts';
import { stopAll } from './stop.ts';
import { writeWhole } from '../files/write-file.ts';

/** A process that a hub should have, and how to tell that it does its work. */
export interface ProcessSpec {
  name: string;
  program: 'etcd' | 'apiserver' | 'controllerManager' | 'node';
  args: string[];
  port: number;
  /** Files and folders that it reads at its start only: where they have changed, it has to start again. */
  reads: readonly string[];
  /** Resolves to whether it is ready now; must not throw. */
  ready(): Promise<boolean>;
}

/** What starting takes beside the spec. */
export interface StartOptions {
  programs: Readonly<Record<ProcessSpec['program'], string>>;
  environment: Readonly<Record<string, string>>;
  print: (line: string) => void;
}

const mostLogBytes = 20 * 1024 * 1024;
const pollMs = 100;

/** Starts the process unless it runs with exactly these settings; with other settings, it is stopped first. */
export async function ensureStarted(files: HubFiles, spec: ProcessSpec, options: StartOptions): Promise<void> {
  const settings = await settingsDigest([options.programs[spec.program], ...spec.args], spec.reads);
  const running = (await runningProcesses(files.directory)).filter(({ name }) => name === spec.name);
  const [first] = running; // its children bear its mark too, and have higher numbers
  if (first?.settings === settings) {
    await writeWhole(files.pid(spec.name), `${first.pid}\n`);
    return;
  }
  if (first !== undefined) {
    options.print(`${spec.name} is restarted: its settings have changed`);
    await stopAll(files, running, 10_000);
  }
  if (!(await isFree(spec.port))) {
    throw new Error(
      `another program listens on port ${spec.port}, which ${spec.name} had before: end that one, or give the port up with \`down --purge\``,
    );
  }
  await writeWhole(files.pid(spec.name), `${await startDetached(files, spec, settings, options)}\n`);
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
  if (size > mostLogBytes) await rename(path, `${path}.1`);
  const log = await open(path, 'a', 0o600);
  try {
    const child = spawn(programs[spec.program], spec.args, {
      detached: true, // its own session: Ctrl-C in the shell that ran `up` is not for it
      stdio: ['ignore', log.fd, log.fd],
      cwd: files.directory,
      env: { ...environment, [markVariable]: markOf(files.directory, spec.name, settings) },
    });
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    child.unref();
    if (child.pid === undefined) throw new Error(`${spec.name} was started without a pid`);
    return child.pid;
  } finally {
    await log.close();
  }
}

/** Waits until the process is ready. Throws, with the end of its log, when it ends or `timeoutMs` pass. */
export async function waitReady(files: HubFiles, spec: ProcessSpec, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (let attempt = 1; ; attempt++) {
    if (await spec.ready()) return;
    // Looking through all processes of the machine is dearer than one probe.
    const ended = attempt % 5 === 0 && !(await runs(files, spec.name));
    if (ended) throw new Error(`${spec.name} ended before it was ready${await endOfLog(files, spec.name)}`);
    if (performance.now() > deadline) {
      const seconds = Math.round(timeoutMs / 1000);
      throw new Error(`${spec.name} is not ready after ${seconds} s${await endOfLog(files, spec.name)}`);
    }
    await sleep(pollMs);
  }
}

async function runs(files: HubFiles, name: string): Promise<boolean> {
  return (await runningProcesses(files.directory)).some((one) => one.name === name);
}

async function endOfLog(files: HubFiles, name: string): Promise<string> {
  const path = files.log(name);
  const text = await readFile(path, 'utf8').catch(() => '');
  const lines = text.trimEnd().split('\n').slice(-3);
  return `; see ${path}, which ends:\n${lines.map((line) => `  ${line.slice(0, 300)}`).join('\n')}`;
}
