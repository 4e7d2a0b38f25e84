import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localhostCertificate } from '../../support/localhost-certificate.ts';
import { median } from '../statistics.ts';
import { cpuSeconds } from './cores.ts';
import { ask, checkMutation, checkValidation } from './expected-answers.ts';
import type { Scene } from './hub-scene.ts';
import type { RowName, ServerName } from './options.ts';
import { createEdits, reviewOf, type Edit } from './reviews.ts';
import { startServers, type MeasuredServer } from './servers.ts';
import { ensureWrk, load } from './wrk.ts';

/** What is measured: one server and one of its actions. */
export type Column = `${MeasuredServer['name']} ${'mutate' | 'validate'}`;

/** The medians of some rounds. */
export interface Cell {
  perSecond: number;
  /** In ms. */
  p50: number;
  p99: number;
  /** Requests per second for which the server used its core. Other processes hardly change it. */
  perCpuSecond: number;
}

export interface Row {
  row: RowName;
  title: string;
  /** The size of a review. */
  bytes: number;
  cells: Partial<Record<Column, Cell>>;
}

export interface RoundOptions {
  rounds: number;
  seconds: number;
  print: (line: string) => void;
}

export interface DirectLoadOptions extends RoundOptions {
  rows: readonly RowName[];
  servers: readonly ServerName[];
}

/** One review and the server that it is sent to. */
export interface Task {
  edit: Edit;
  server: MeasuredServer;
  action: 'mutate' | 'validate';
  /** The review in a file. */
  file: string;
  body: string;
}

/**
 * Sends the same reviews to bare Node, bare express, the Go peer and the webhook, one after the other, in some rounds. Throws
 * unless every response allows the request, and the responses before and after the load have the expected patches.
 */
export async function measureDirectLoad(scene: Scene, options: DirectLoadOptions): Promise<Row[]> {
  await ensureWrk();
  const folder = await mkdtemp(join(tmpdir(), 'mooring-bench-'));
  const servers: MeasuredServer[] = [];
  try {
    const { cert, key } = localhostCertificate();
    await writeFile(join(folder, 'tls.crt'), cert);
    await writeFile(join(folder, 'tls.key'), key, { mode: 0o600 });
    servers.push(...(await startServers(scene, folder, options)));
    const tasks = await prepare(scene, servers, folder, options.rows);
    for (const task of tasks) await check(task);
    const cells = await runRounds(tasks, options);
    for (const task of tasks) await check(task);
    return options.rows.map((row) => {
      const own = tasks.filter(({ edit }) => edit.row === row);
      const [first] = own;
      if (first === undefined) throw new Error(`nothing was measured for ${row}`);
      return {
        row,
        title: first.edit.title,
        bytes: Buffer.byteLength(first.body),
        cells: Object.fromEntries(own.map((task) => [columnOf(task), mediansOf(cells.get(task) ?? [])])),
      };
    });
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    await rm(folder, { recursive: true, force: true });
  }
}

function columnOf({ server, action }: Task): Column {
  return `${server.name} ${action}`;
}

/** Writes the reviews to a folder. A validating webhook gets the object as the webhook of mooring has mutated it. */
export async function prepare(
  { environment, deployment }: Scene,
  servers: readonly MeasuredServer[],
  folder: string,
  rows: readonly RowName[],
): Promise<Task[]> {
  const mooring = servers.find(({ name }) => name === 'mooring');
  if (mooring === undefined) throw new Error('the webhook is not measured');
  const edits = createEdits(environment, deployment);
  const tasks: Task[] = [];
  for (const row of rows) {
    const edit = edits[row];
    const body = reviewOf(edit);
    const mutated = checkMutation(await ask(mooring.urlOf('mutate'), body), edit, 'mooring');
    const bodies = { mutate: body, validate: reviewOf({ ...edit, object: mutated }) };
    for (const action of ['mutate', 'validate'] as const) {
      const file = join(folder, `${row}-${action}.json`);
      await writeFile(file, bodies[action]);
      for (const server of servers.filter(({ actions }) => actions.includes(action))) {
        tasks.push({ edit, server, action, file, body: bodies[action] });
      }
    }
  }
  return tasks;
}

/** Throws unless the server responds as it must. */
export async function check({ edit, server, action, body }: Task): Promise<void> {
  const response = await ask(server.urlOf(action), body);
  if (server.name === 'node' || server.name === 'express') return;
  if (action === 'mutate') checkMutation(response, edit, server.name);
  else checkValidation(response, edit, server.name);
}

/** Measures each task once per round. */
export async function runRounds(
  tasks: readonly Task[],
  { rounds, seconds, print }: RoundOptions,
): Promise<Map<Task, Cell[]>> {
  const cells = new Map<Task, Cell[]>(tasks.map((task) => [task, []]));
  await warmUp(tasks);
  for (let round = 1; round <= rounds; round += 1) {
    for (const task of tasks) {
      const { server, action, file } = task;
      const before = await cpuSeconds(server.pid);
      const result = await load(server.urlOf(action), file, { seconds });
      const used = (await cpuSeconds(server.pid)) - before;
      const cell = { ...result, perCpuSecond: result.requests / used };
      cells.get(task)?.push(cell);
      print(
        `round ${round} ${task.edit.row} ${columnOf(task)}: ${cell.perSecond.toFixed(0)}/s p50 ${cell.p50.toFixed(1)} ms p99 ${cell.p99.toFixed(1)} ms, ${cell.perCpuSecond.toFixed(0)} per CPU second`,
      );
    }
  }
  return cells;
}

/** Node compiles code that runs often, so the first second of each server is not measured. The webhook runs other code for each edit. */
async function warmUp(tasks: readonly Task[]): Promise<void> {
  const warm = new Set<string>();
  for (const { server, action, file, edit } of tasks) {
    const code = server.name === 'mooring' ? `${action} ${edit.row}` : server.name;
    if (server.name === 'peer' || warm.has(code)) continue;
    warm.add(code);
    await load(server.urlOf(action), file, { seconds: 1, mayBeIdle: true });
  }
}

function mediansOf(cells: readonly Cell[]): Cell {
  const of = (field: keyof Cell) => median(cells.map((cell) => cell[field]));
  return { perSecond: of('perSecond'), p50: of('p50'), p99: of('p99'), perCpuSecond: of('perCpuSecond') };
}
