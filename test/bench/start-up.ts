import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { buildProgram } from '../../deploy/build.ts';
import { example } from '../../deploy/local/hub/example.ts';
import type { JsonObject } from '../../src/api/object.ts';
import { recordResults } from './record.ts';
import { median } from './statistics.ts';

/**
 * Measures how long commands of the built program take, and their largest resident memory, beside `node -e 0`, alternately. Prints
 * medians. `--record` writes them to docs/performance.json.
 */
const rounds = 15;
const print = (line: string) => void process.stdout.write(`${line}\n`);

/** `ms` is the time until the process has ended. */
interface Use {
  ms: number;
  cpuMs: number;
  residentKiB: number;
}

async function run(args: readonly string[]): Promise<Use> {
  const began = performance.now();
  const preload = join(import.meta.dirname, 'start-up', 'report-use.mjs');
  const stdio = ['ignore', 'ignore', 'pipe', 'pipe'] as const;
  const child = spawn(process.execPath, ['--import', preload, ...args], { stdio: [...stdio] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [, , errors, report] = child.stdio;
  if (errors === null || report === null || report === undefined || !('readable' in report)) throw new Error('no pipe');
  const [code, error, use] = await Promise.all([ended, text(errors), text(report)]);
  const ms = performance.now() - began;
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${error}`);
  const reported: Omit<Use, 'ms'> = JSON.parse(use);
  return { ...reported, ms };
}

const folder = await mkdtemp(join(tmpdir(), 'mooring-start-up-'));
try {
  await buildProgram(folder);
  const program = join(folder, 'mooring.js');
  const commands: Record<string, string[]> = {
    'node -e 0': ['-e', '0'],
    'mooring help': [program, 'help'],
    'mooring check': [program, 'check', example.file],
  };
  const uses = new Map<string, Use[]>();
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, args] of Object.entries(commands)) {
      const use = await run(args);
      // The first round fills caches of the system.
      if (round > 0) uses.set(name, [...(uses.get(name) ?? []), use]);
    }
  }
  const results: JsonObject = {};
  const base = median((uses.get('node -e 0') ?? []).map(({ ms }) => ms));
  const baseCpu = median((uses.get('node -e 0') ?? []).map(({ cpuMs }) => cpuMs));
  for (const [name, all] of uses) {
    const of = (field: keyof Use) => median(all.map((use) => use[field]));
    const use = { ms: of('ms'), cpuMs: of('cpuMs'), residentMiB: of('residentKiB') / 1024 };
    results[name] = use;
    print(
      `${name.padEnd(14)} ${use.ms.toFixed(0)} ms (${(use.ms / base).toFixed(1)} × node), CPU time ${use.cpuMs.toFixed(0)} ms (${(use.cpuMs / baseCpu).toFixed(1)} ×), resident ${use.residentMiB.toFixed(0)} MiB`,
    );
  }
  if (process.argv.includes('--record')) await recordResults({ 'start-up': results });
} finally {
  await rm(folder, { recursive: true, force: true });
}
