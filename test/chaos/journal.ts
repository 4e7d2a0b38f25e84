import { appendFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, type Json, type JsonMap } from './json.ts';

/** A path in an object, and the value that an edit sets there. */
export interface Change {
  path: string[];
  value: Json;
}

/** An edit as the journal records it before it is sent. */
export interface PlannedEdit {
  /** Unique in the run. */
  id: string;
  style: string;
  /** The name of the Environment that is edited or referred to. */
  name: string;
  /** A string that only the content of this edit contains. Absent if the edit does not change the content. */
  marker?: string;
  /** The changes of the content. Absent if they are not known in advance. */
  changes?: Change[];
  /** The whole content after the edit, if the edit overwrites everything. */
  whole?: JsonMap;
  dryRun?: boolean;
  /** For a deployment with a pinned ref: its name, and the revision or version. */
  pin?: { deployment: string; selector: string };
}

/** The result of an attempt. It is `unknown` if there was no response. */
export interface AttemptResult {
  outcome: 'accepted' | 'refused' | 'unknown';
  /** The HTTP status, or a word if there is none. */
  code: number | string;
  /** The object in the response to an accepted request. */
  object?: JsonMap;
  /** The time from the first 429 to the last response, in ms. */
  waitedMs: number;
  /** The number of 429 responses. */
  refused429: number;
  /** The spec that a pinned ref meant when it was admitted. */
  first?: JsonMap;
}

/** An attempt in the journals. */
export type Attempt = PlannedEdit & Partial<AttemptResult>;

/** A journal on disk. Each line is written before the next step. */
export interface Journal {
  before(intention: PlannedEdit): void;
  after(id: string, ending: AttemptResult): void;
}

/** The journal of one writer in a folder. */
export function openJournal(folder: string, writer: string): Journal {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${writer}.jsonl`);
  const write = (line: object) =>
    appendFileSync(path, `${JSON.stringify({ ...line, at: new Date().toISOString() })}\n`);
  return { before: write, after: (id, ending) => write({ id, ...ending }) };
}

/** All attempts of all writers. An attempt without a result was interrupted. */
export function readJournals(folder: string): Attempt[] {
  const tries = new Map<string, Attempt>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.jsonl'))) {
    for (const line of readFileSync(join(folder, file), 'utf8').split('\n').filter(Boolean)) {
      const part: unknown = JSON.parse(line);
      if (!isMap(part) || typeof part['id'] !== 'string') throw new Error(`${file} contains ${line}`);
      tries.set(part['id'], { ...tries.get(part['id']), ...(part as unknown as Attempt) });
    }
  }
  return [...tries.values()];
}
