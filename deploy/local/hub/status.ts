import { realpath } from 'node:fs/promises';
import { hubFiles } from './files/hub-files.ts';
import { hubProcesses } from './inventory.ts';
import { runningProcesses } from './processes/process-table.ts';
import { shortPath } from './short-path.ts';
import { readState } from './files/state.ts';

/** One process that should run, and how it fares. */
export interface ProcessStatus {
  name: string;
  pid?: number;
  state: 'ready' | 'not ready' | 'down';
  port: number;
  log: string;
}

/** How a hub's processes fare now; empty where no hub was made. */
export async function status(directory: string): Promise<ProcessStatus[]> {
  const place = await realpath(directory).catch(() => undefined);
  if (place === undefined) return [];
  const files = hubFiles(place);
  const state = await readState(files.state);
  if (state === undefined) return [];
  const running = await runningProcesses(place);
  return Promise.all(
    hubProcesses(state, files).map(async (spec) => {
      const { name, port } = spec;
      const pid = running.find((one) => one.name === name)?.pid;
      const log = files.log(name);
      if (pid === undefined) return { name, state: 'down' as const, port, log };
      return { name, pid, state: (await spec.ready()) ? ('ready' as const) : ('not ready' as const), port, log };
    }),
  );
}

/** The table that `status` prints; paths are shown from `cwd`. */
export function statusTable(processes: readonly ProcessStatus[], cwd: string): string {
  const rows = processes.map(({ name, pid, state, port, log }) => [
    name,
    String(pid ?? '-'),
    state,
    String(port),
    shortPath(log, cwd),
  ]);
  const table = [['NAME', 'PID', 'STATE', 'PORT', 'LOG'], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd((widths[column] ?? 0) + 3))
        .join('')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}
