import { appendFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, type Json, type JsonMap } from './json.ts';

/** One place of an object and what an edit puts there. */
export interface Change {
  path: string[];
  value: Json;
}

/** What a writer is about to do, as it stands in the journal before it does so. */
export interface PlannedEdit {
  /** Unique in the run. */
  id: string;
  style: string;
  /** Of the Environment that is edited, or pinned. */
  name: string;
  /** Appears in the content of this edit and nowhere else; absent where the edit changes no content. */
  marker?: string;
  /** What the content differs in from the one before; absent where that cannot be foretold. */
  changes?: Change[];
  /** The whole content after the edit, where the edit does not care what was there. */
  whole?: JsonMap;
  dryRun?: boolean;
  /** For a deployment that pins: its name, and the revision or version. */
  pin?: { deployment: string; selector: string };
}

/** How a try ended: `unknown` where the answer never came. */
export interface AttemptResult {
  outcome: 'accepted' | 'refused' | 'unknown';
  /** HTTP status, or a word for what there was instead. */
  code: number | string;
  /** What the API server answered an accepted one with. */
  object?: JsonMap;
  /** From the first answer 429 to the last answer, in ms. */
  waitedMs: number;
  /** How often the answer was 429. */
  refused429: number;
  /** What a pin meant right after it was admitted. */
  first?: JsonMap;
}

/** One try as the journals tell it. */
export type Attempt = PlannedEdit & Partial<AttemptResult>;

/** A journal on disk: each line is there before the next step is taken. */
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

/** All tries of all writers; one without an ending was cut off with its writer. */
export function readJournals(folder: string): Attempt[] {
  const tries = new Map<string, Attempt>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.jsonl'))) {
    for (const line of readFileSync(join(folder, file), 'utf8').split('\n').filter(Boolean)) {
      const part: unknown = JSON.parse(line);
      if (!isMap(part) || typeof part['id'] !== 'string') throw new Error(`${file} holds ${line}`);
      tries.set(part['id'], { ...tries.get(part['id']), ...(part as unknown as Attempt) });
    }
  }
  return [...tries.values()];
}
