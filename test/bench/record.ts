import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { performanceDocument } from './document/performance-document.ts';

const docs = join(import.meta.dirname, '..', '..', 'docs');
const resultsFile = join(docs, 'performance.json');

/** The results of one part of the benchmarks. */
export interface Recorded {
  date: string;
  machine: string;
  /** Of the minute before the part was measured. */
  loadAverage: number;
  results: unknown;
}

/** The recorded results by part. */
export type Results = Record<string, Recorded>;

/** The load average before the benchmark, which itself uses the machine. */
const [loadAverage = 0] = loadavg();

/** The results that docs/performance.md shows. */
export async function readResults(): Promise<Results> {
  try {
    return JSON.parse(await readFile(resultsFile, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
}

/** Writes results to docs/performance.json, then the document and its plots. Other parts stay. */
export async function recordResults(parts: Readonly<Record<string, unknown>>): Promise<void> {
  const recorded = await readResults();
  const date = new Date().toISOString().slice(0, 10);
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 1024 ** 3);
  const machine = `${cpus().length} × ${cpu?.model.trim() ?? 'unknown CPU'} with ${memory} GiB, Node ${process.versions.node}`;
  for (const [part, results] of Object.entries(parts)) recorded[part] = { date, machine, loadAverage, results };
  const sorted = Object.fromEntries(Object.entries(recorded).toSorted(([left], [right]) => (left < right ? -1 : 1)));
  await writeFile(resultsFile, `${JSON.stringify(sorted, null, 2)}\n`);
  const { markdown, plots } = performanceDocument(sorted);
  await writeFile(join(docs, 'performance.md'), markdown);
  await mkdir(join(docs, 'images'), { recursive: true });
  for (const [name, svg] of Object.entries(plots)) await writeFile(join(docs, 'images', name), svg);
}
