import { readdir, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { locateHubFiles, isHubFile } from './files/hub-files.ts';
import { stopStageOf } from './inventory.ts';
import { withLock } from './files/lock.ts';
import { listRunningProcesses } from './processes/process-table.ts';
import { stopGraceMs, stopAll } from './processes/stop.ts';
import { readState } from './files/state.ts';

export interface DownOptions {
  directory: string;
  /** Also removes data, certificates, logs and all other files of the hub. */
  purge?: boolean;
  print?: (line: string) => void;
}

/** Stops all processes of a hub, no matter which command started them. It is not an error if none runs. */
export async function down({ directory, purge = false, print = () => {} }: DownOptions): Promise<void> {
  const realDirectory = await realpath(directory).catch(() => undefined);
  if (realDirectory === undefined) {
    print(`there is no hub in ${directory}`);
    return;
  }
  const files = locateHubFiles(realDirectory);
  await withLock(files.lock, async () => {
    const stopped = await stopInOrder(realDirectory, print);
    print(stopped === 0 ? 'no process was running' : `stopped ${stopped} processes`);
    if (!purge) return;
    // Without the state of a hub this may be any folder.
    if ((await readState(files.state)) === undefined) {
      return print(`there is no hub in ${realDirectory}; nothing was removed`);
    }
    for (const entry of await readdir(realDirectory)) {
      if (isHubFile(entry)) await rm(join(realDirectory, entry), { recursive: true, force: true });
    }
    print(`removed data, certificates and logs in ${realDirectory}`);
  });
}

async function stopInOrder(directory: string, print: (line: string) => void): Promise<number> {
  const files = locateHubFiles(directory);
  const names = new Set<string>();
  for (let stage = 0; stage <= stopStageOf('etcd'); stage++) {
    // Listed again at each stage, so that a child process that outlives its parent is stopped, too.
    const running = (await listRunningProcesses(directory)).filter(({ name }) => stopStageOf(name) === stage);
    if (running.length === 0) continue;
    const killed = await stopAll(files, running, stopGraceMs);
    for (const { name } of running) names.add(name);
    for (const name of killed) print(`${name} did not end within ${stopGraceMs / 1000} s and was killed`);
  }
  for (const entry of await readdir(directory)) {
    if (entry.endsWith('.pid')) await rm(join(directory, entry), { force: true }); // of a process that ended by itself
  }
  return names.size;
}
