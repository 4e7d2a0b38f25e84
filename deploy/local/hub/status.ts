import { realpath } from 'node:fs/promises';
import { table } from '../../../src/cli/output/table.ts';
import { locateHubFiles } from './files/hub-files.ts';
import { listProcessSpecs } from './inventory.ts';
import { listRunningProcesses } from './processes/process-table.ts';
import { shortenPath } from './short-path.ts';
import { readState } from './files/state.ts';

/** The state of a process that should run. */
export interface ProcessStatus {
  name: string;
  pid?: number;
  state: 'ready' | 'not ready' | 'down';
  port: number;
  log: string;
}

/** The present state of the processes of a hub. Empty if there is no hub. */
export async function readStatus(directory: string): Promise<ProcessStatus[]> {
  const realDirectory = await realpath(directory).catch(() => undefined);
  if (realDirectory === undefined) return [];
  const files = locateHubFiles(realDirectory);
  const state = await readState(files.state);
  if (state === undefined) return [];
  const running = await listRunningProcesses(realDirectory);
  return Promise.all(
    listProcessSpecs(state, files).map(async (spec) => {
      const { name, port } = spec;
      const pid = running.find((one) => one.name === name)?.pid;
      const log = files.log(name);
      if (pid === undefined) return { name, state: 'down' as const, port, log };
      return { name, pid, state: (await spec.isReady()) ? ('ready' as const) : ('not ready' as const), port, log };
    }),
  );
}

/** The table that `status` prints. Paths are relative to `cwd`. */
export function formatStatusTable(processes: readonly ProcessStatus[], cwd: string): string {
  const rows = processes.map(({ name, pid, state, port, log }) => [
    name,
    String(pid ?? '-'),
    state,
    String(port),
    shortenPath(log, cwd),
  ]);
  return table(['NAME', 'PID', 'STATE', 'PORT', 'LOG'], rows);
}
