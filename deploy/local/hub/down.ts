import { readdir, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hubFiles, isOurs } from './files/hub-files.ts';
import { stopStage } from './inventory.ts';
import { withLock } from './files/lock.ts';
import { runningProcesses } from './processes/process-table.ts';
import { stopAll } from './processes/stop.ts';
import { readState } from './files/state.ts';

export interface DownOptions {
  directory: string;
  /** Remove data, certificates, logs and all else that the hub keeps, too. */
  purge?: boolean;
  print?: (line: string) => void;
}

// An API server lets requests in flight finish; nothing here takes longer when all is well.
const graceMs = 15_000;

/** Stops all processes of a hub, whatever their number and whoever started them. Nothing to stop is fine. */
export async function down({ directory, purge = false, print = () => {} }: DownOptions): Promise<void> {
  const place = await realpath(directory).catch(() => undefined);
  if (place === undefined) {
    print(`no hub in ${directory}`);
    return;
  }
  const files = hubFiles(place);
  await withLock(files.lock, async () => {
    const stopped = await stopInOrder(place, print);
    print(stopped === 0 ? 'nothing was running' : `stopped ${stopped} processes`);
    if (!purge) return;
    // Without its state, this may be any folder.
    if ((await readState(files.state)) === undefined) return print(`no hub was ever made in ${place}; nothing removed`);
    for (const entry of await readdir(place)) {
      if (isOurs(entry)) await rm(join(place, entry), { recursive: true, force: true });
    }
    print(`removed data, certificates and logs in ${place}`);
  });
}

async function stopInOrder(directory: string, print: (line: string) => void): Promise<number> {
  const files = hubFiles(directory);
  const names = new Set<string>();
  for (let stage = 0; stage <= stopStage('etcd'); stage++) {
    // Read again at each stage, so that a child which a process left behind is stopped as well.
    const running = (await runningProcesses(directory)).filter(({ name }) => stopStage(name) === stage);
    if (running.length === 0) continue;
    const killed = await stopAll(files, running, graceMs);
    for (const { name } of running) names.add(name);
    for (const name of killed) print(`${name} did not end within ${graceMs / 1000} s and was killed`);
  }
  for (const entry of await readdir(directory)) {
    if (entry.endsWith('.pid')) await rm(join(directory, entry), { force: true }); // of processes that died by themselves
  }
  return names.size;
}
