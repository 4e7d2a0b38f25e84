import { spawn } from 'node:child_process';
import { glob, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

/**
 * Runs all tests: first those that need no cluster, with the coverage of src/domain held, then the end-to-end tests in two
 * lanes at a time, each on a hub of its own, because most of their time is waiting. The last line counts both together.
 */
const top = join(import.meta.dirname, '..');

/** The end-to-end tests that take longest, longest first: they are dealt out before all others. */
const longest = ['watch-errors', 'frozen-controller', 'two-leaders', 'mended-hub', 'hazards', 'conflicting-pairs'];

interface Outcome {
  passed: number;
  failed: number;
  skipped: number;
}

async function filesOf(pattern: string): Promise<string[]> {
  const files: string[] = [];
  for await (const file of glob(pattern, { cwd: top })) files.push(file);
  return files.toSorted();
}

/** Runs a program of the project to its end and gives its exit code and all that it wrote; `live` shows that at once. */
function run(words: readonly string[], environment: NodeJS.ProcessEnv, live: boolean): Promise<[number, string]> {
  const [program = '', ...args] = words;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: top, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    const take = (chunk: Buffer) => {
      text += chunk.toString();
      if (live) process.stdout.write(chunk);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', reject);
    child.on('close', (code) => resolve([code ?? 1, text]));
  });
}

/** Reads mocha's closing line; a run that has none, or ended badly without a failure, counts as one that failed. */
function outcomeOf([code, text]: [number, string]): Outcome {
  const [, passed, failed, skipped = '0'] = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/m.exec(text) ?? [];
  if (passed === undefined || failed === undefined) return { passed: 0, failed: 1, skipped: 0 };
  const counted = { passed: Number(passed), failed: Number(failed), skipped: Number(skipped) };
  return code !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted;
}

/** Deals files out to lanes: the longest one by one in turns, there and back, and then the rest. */
function deal(files: readonly string[], lanes: number): string[][] {
  const rank = (file: string) => {
    const place = longest.findIndex((name) => file.endsWith(`/${name}.test.ts`));
    return place < 0 ? longest.length : place;
  };
  const dealt: string[][] = Array.from({ length: lanes }, () => []);
  const sorted = files.toSorted((left, right) => rank(left) - rank(right));
  for (const [index, file] of sorted.entries()) {
    const turn = Math.floor(index / lanes);
    dealt[turn % 2 === 0 ? index % lanes : lanes - 1 - (index % lanes)]?.push(file);
  }
  return dealt;
}

async function endToEnd(): Promise<Outcome[]> {
  const lanes = Math.min(2, availableParallelism());
  const groups = deal(await filesOf('test/e2e/*.test.ts'), lanes);
  return Promise.all(
    groups.map(async (files, lane) => {
      const directory = join(top, '.local', `e2e-${lane + 1}`);
      const environment = { ...process.env, MOORING_E2E_DIRECTORY: directory };
      const ended = await run(['mocha', ...files], environment, false);
      await rm(directory, { recursive: true, force: true });
      process.stdout.write(ended[1]);
      return outcomeOf(ended);
    }),
  );
}

const everything = await filesOf('test/**/*.test.ts');
const alone = everything.filter((file) => !file.startsWith('test/e2e/'));
const outcomes = [outcomeOf(await run(['c8', 'mocha', ...alone], process.env, true))];
// Files of types alone have no lines to cover.
const domain = [
  '--include',
  'src/domain/**',
  '--exclude',
  'src/domain/{violation,admission/decision,admission/facts,refs/found-reference,revisions/definition}.ts',
];
const coverage = ['c8', 'check-coverage', ...domain, '--lines', '100', '--branches', '95'];
const [uncovered] = await run([...coverage, '--functions', '0', '--statements', '0'], process.env, true);
if (uncovered !== 0) outcomes.push({ passed: 0, failed: 1, skipped: 0 });
outcomes.push(...(await endToEnd()));
const sum = (count: (outcome: Outcome) => number) => outcomes.map(count).reduce((total, each) => total + each, 0);
const skipped = sum((outcome) => outcome.skipped);
const failed = sum((outcome) => outcome.failed);
process.stdout.write(
  `${sum(({ passed }) => passed)} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`,
);
process.exitCode = failed === 0 ? 0 : 1;
