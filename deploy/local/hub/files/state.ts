import { readFile } from 'node:fs/promises';
import { writeWhole } from './write-file.ts';

/** The state that the next `up` reads. It does not contain the running processes, because the process table lists them. */
export interface HubState {
  /** The number of spokes. It never decreases, because a spoke has data. */
  spokes: number;
  withoutOcm: boolean;
  withoutMooring: boolean;
  rules: string[];
  /** Additional flags of the controller. */
  controllerFlags?: string[];
  /** The path of the program of the roles. Without it, they run from the sources. */
  program?: string;
  /** Maps the name of a process to its port on 127.0.0.1. A second port has a suffix, as in `webhook-health`. */
  ports: Record<string, number>;
}

/** The state in the file `path`. Undefined if there is no hub. */
export async function readState(path: string): Promise<HubState | undefined> {
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  return parseState(content, path);
}

export async function writeState(path: string, state: HubState): Promise<void> {
  await writeWhole(path, `${JSON.stringify(state, null, 2)}\n`);
}

/** Throws if the content was not written by `writeState`. */
export function parseState(content: string, path: string): HubState {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    throw new Error(`${path} is not JSON; move it away and run up again`, { cause: error });
  }
  if (!isState(value)) throw new Error(`${path} is not the state of a hub; move it away and run up again`);
  return value;
}

function isState(value: unknown): value is HubState {
  if (typeof value !== 'object' || value === null) return false;
  const { spokes, withoutOcm, withoutMooring, rules, controllerFlags, program, ports } = value as Partial<
    Record<keyof HubState, unknown>
  >;
  return (
    Number.isInteger(spokes) &&
    typeof withoutOcm === 'boolean' &&
    typeof withoutMooring === 'boolean' &&
    isStringArray(rules) &&
    (controllerFlags === undefined || isStringArray(controllerFlags)) &&
    (program === undefined || typeof program === 'string') &&
    typeof ports === 'object' &&
    ports !== null &&
    Object.values(ports).every((port) => Number.isInteger(port))
  );
}

function isStringArray(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** `spoke1`, `spoke2`, … */
export function listSpokeNames(spokes: number): string[] {
  return Array.from({ length: spokes }, (_, index) => `spoke${index + 1}`);
}
