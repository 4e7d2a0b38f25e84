import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { coreOfLoad, pinned } from './cores.ts';

const run = promisify(execFile);

/** The connections of the load generator. */
export const connections = 16;

/** One measurement of a server. Latencies are in ms. */
export interface Load {
  requests: number;
  perSecond: number;
  p50: number;
  p99: number;
}

/** The last line of the output of the script. Times are in microseconds. */
interface WrkSummary {
  requests: number;
  microseconds: number;
  wrong: number;
  errors: number;
  p50: number;
  p99: number;
}

/** Installs wrk if it is missing. Throws an error that says what to do. */
export async function ensureWrk(): Promise<void> {
  if (await isInstalled()) return;
  try {
    await run('apt-get', ['install', '--yes', 'wrk']);
  } catch (error) {
    throw new Error('the load generator is missing: apt-get install wrk', { cause: error });
  }
}

async function isInstalled(): Promise<boolean> {
  return run('sh', ['-c', 'command -v wrk']).then(
    () => true,
    () => false,
  );
}

interface LoadOptions {
  seconds: number;
  /** Whether it is no error if the server does not respond within this time. */
  mayBeIdle?: boolean;
}

/** Posts the body of a file for some seconds. Throws unless every response allows the request. */
export async function load(url: string, bodyFile: string, { seconds, mayBeIdle }: LoadOptions): Promise<Load> {
  const script = join(import.meta.dirname, 'wrk.lua');
  const args = ['-t1', '--timeout=10s', `-c${connections}`, `-d${seconds}s`, '-s', script, url, '--', bodyFile];
  const [program, ...rest] = pinned(coreOfLoad, ['wrk', ...args]);
  const { stdout } = await run(program, rest);
  const last = stdout.trim().split('\n').at(-1) ?? '';
  if (!last.startsWith('{')) throw new Error(`wrk failed: ${stdout}`);
  const summary: WrkSummary = JSON.parse(last);
  if (summary.wrong + summary.errors > 0) throw new Error(`${url} failed: ${stdout}`);
  if (summary.requests === 0 && mayBeIdle !== true) throw new Error(`${url} did not respond within ${seconds} s`);
  return {
    requests: summary.requests,
    perSecond: summary.requests / (summary.microseconds / 1e6),
    p50: summary.p50 / 1000,
    p99: summary.p99 / 1000,
  };
}
