import { spawn } from 'node:child_process';
import { glob, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

/**
 * Runs the tests: first those without a cluster, with a check of the coverage of src/domain, then the end-to-end tests. With the
 * argument `adversary` it runs only the end-to-end tests that attack mooring as a tenant or by faults. End-to-end tests run in two
 * lanes at the same time, each with its own hub, because most of their time is waiting. The last line has the totals.
 */
const top = join(import.meta.dirname, '..');

/** The slowest end-to-end tests, the slowest first. They are assigned to lanes before all others. */
const slowest = [
  'taking-an-application-away',
  'topology-kinds',
  'namespace-deletion',
  'watch-errors',
  'backup',
  'hub-restart',
  'killed-processes',
  'check-agrees',
  'conflicting-pairs',
  'uninstall',
  'two-leaders',
  'same-identity-as-kubectl',
  'chaos-revisions',
  'hazards',
  'frozen-controller',
];

interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
}

async function findFiles(pattern: string): Promise<string[]> {
  const files: string[] = [];
  for await (const file of glob(pattern, { cwd: top })) files.push(file);
  return files.toSorted();
}

interface RunOptions {
  environment: NodeJS.ProcessEnv;
  /** Also writes the output to the output of this process while the program runs. */
  isShown: boolean;
}

interface RunResult {
  code: number;
  output: string;
}

/** Runs a program of the project and waits until it ends. */
function run([program = '', ...args]: readonly string[], { environment, isShown }: RunOptions): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: top, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const take = (chunk: Buffer) => {
      output += chunk.toString();
      if (isShown) process.stdout.write(chunk);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/**
 * Parses the last line of mocha. A run without that line counts as one failure, and so does a run that ends with an error
 * although no test failed.
 */
function parseCounts({ code, output }: RunResult): TestCounts {
  const [, passed, failed, skipped = '0'] = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/m.exec(output) ?? [];
  if (passed === undefined || failed === undefined) return { passed: 0, failed: 1, skipped: 0 };
  const counts = { passed: Number(passed), failed: Number(failed), skipped: Number(skipped) };
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

/** Assigns files to lanes, the slowest first. The order of the lanes is reversed in each round, so that no lane is slower. */
function assignToLanes(files: readonly string[], laneCount: number): string[][] {
  const rankOf = (file: string) => {
    const index = slowest.findIndex((name) => file.endsWith(`/${name}.test.ts`));
    return index < 0 ? slowest.length : index;
  };
  const lanes: string[][] = Array.from({ length: laneCount }, () => []);
  const sorted = files.toSorted((left, right) => rankOf(left) - rankOf(right));
  for (const [index, file] of sorted.entries()) {
    const round = Math.floor(index / laneCount);
    const position = index % laneCount;
    lanes[round % 2 === 0 ? position : laneCount - 1 - position]?.push(file);
  }
  return lanes;
}

async function runEndToEndTests(...patterns: string[]): Promise<TestCounts[]> {
  const laneCount = Math.min(2, availableParallelism());
  const lanes = assignToLanes((await Promise.all(patterns.map(findFiles))).flat(), laneCount);
  return Promise.all(
    lanes.map(async (files, lane) => {
      const directory = join(top, '.local', `e2e-${lane + 1}`);
      const environment = { ...process.env, MOORING_E2E_DIRECTORY: directory };
      const result = await run(['mocha', ...files], { environment, isShown: false });
      await rm(directory, { recursive: true, force: true });
      process.stdout.write(result.output);
      return parseCounts(result);
    }),
  );
}

async function runUnitTests(): Promise<TestCounts[]> {
  const options: RunOptions = { environment: process.env, isShown: true };
  const allFiles = await findFiles('test/**/*.test.ts');
  const unitTests = allFiles.filter((file) => !/^test\/(?:(?:e2e|adversary)\/|reports\/[^/]+$)/.test(file));
  const counts = [parseCounts(await run(['c8', 'mocha', ...unitTests], options))];
  // Files that contain only types do not have lines to cover.
  const domain = [
    '--include',
    'src/domain/**',
    '--exclude',
    'src/domain/{violation,admission/decision,admission/facts,refs/found-reference,revisions/definition}.ts',
  ];
  const coverage = ['c8', 'check-coverage', ...domain, '--lines', '100', '--branches', '95'];
  const coverageCheck = await run([...coverage, '--functions', '0', '--statements', '0'], options);
  if (coverageCheck.code !== 0) counts.push({ passed: 0, failed: 1, skipped: 0 });
  return counts;
}

const counts =
  process.argv[2] === 'adversary'
    ? await runEndToEndTests('test/adversary/*.test.ts')
    : [...(await runUnitTests()), ...(await runEndToEndTests('test/e2e/*.test.ts', 'test/reports/*.test.ts'))];
const sumOf = (name: keyof TestCounts) => counts.reduce((total, each) => total + each[name], 0);
const skipped = sumOf('skipped');
const failed = sumOf('failed');
process.stdout.write(`${sumOf('passed')} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
process.exitCode = failed === 0 ? 0 : 1;
