import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from '../statistics.ts';
import { check, prepare, runRounds, type Cell, type RoundOptions, type Task } from './direct-load.ts';
import type { Scene } from './hub-scene.ts';
import type { RowName } from './options.ts';
import { startServers, type MeasuredServer } from './servers.ts';
import { ensureWrk } from './wrk.ts';

/** How much the webhook with many deployments does, relative to the webhook with few. */
export interface Growth {
  row: RowName;
  action: 'mutate' | 'validate';
  /** Requests per second, and per second of CPU time. */
  few: Pick<Cell, 'perSecond' | 'perCpuSecond'>;
  many: Pick<Cell, 'perSecond' | 'perCpuSecond'>;
}

interface GrowthOptions extends RoundOptions {
  rows: readonly RowName[];
}

/** Measures two webhooks alternately: one with few deployments in its caches, and one with many. */
export async function measureGrowth(few: Scene, many: Scene, options: GrowthOptions): Promise<Growth[]> {
  await ensureWrk();
  const folder = await mkdtemp(join(tmpdir(), 'mooring-bench-'));
  const servers: MeasuredServer[] = [];
  try {
    const tasks: { few: Task[]; many: Task[] } = { few: [], many: [] };
    for (const [name, scene] of [
      ['few', few],
      ['many', many],
    ] as const) {
      const own = await startServers(scene, folder, { ...options, servers: ['mooring'] });
      servers.push(...own);
      const reviews = join(folder, name);
      await mkdir(reviews);
      tasks[name] = await prepare(scene, own, reviews, options.rows);
    }
    const pairs = tasks.few.map((task, index) => [task, tasks.many[index] ?? task] as const);
    for (const task of pairs.flat()) await check(task);
    const cells = await runRounds(pairs.flat(), options);
    for (const task of pairs.flat()) await check(task);
    const mediansOf = (task: Task) => {
      const of = (field: 'perSecond' | 'perCpuSecond') => median((cells.get(task) ?? []).map((cell) => cell[field]));
      return { perSecond: of('perSecond'), perCpuSecond: of('perCpuSecond') };
    };
    return pairs.map(([first, second]) => ({
      row: first.edit.row,
      action: first.action,
      few: mediansOf(first),
      many: mediansOf(second),
    }));
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    await rm(folder, { recursive: true, force: true });
  }
}
