import { readFile } from 'node:fs/promises';
import { writeWhole } from './write-file.ts';

/** What a hub remembers between one `up` and the next. What runs is never written here: the process table knows. */
export interface HubState {
  /** How many spokes there are; only ever grows, because a spoke has data. */
  spokes: number;
  withoutOcm: boolean;
  withoutMooring: boolean;
  rules: string[];
  /** Further flags of the controller; none where a state does not say. */
  controllerFlags?: string[];
  /** Port on 127.0.0.1 by process, `webhook-health` and the like for a second one. */
  ports: Record<string, number>;
}

/** The state in file `path`, undefined where no hub was ever made. */
export async function readState(path: string): Promise<HubState | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  return parseState(text, path);
}

export async function writeState(path: string, state: HubState): Promise<void> {
  await writeWhole(path, `${JSON.stringify(state, null, 2)}\n`);
}

/** Throws where the text is not what `writeState` wrote. */
export function parseState(text: string, path: string): HubState {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${path} is not JSON; move it away and run up again`, { cause: error });
  }
  if (!isState(value)) throw new Error(`${path} is not the state of a hub; move it away and run up again`);
  return value;
}

function isState(value: unknown): value is HubState {
  if (typeof value !== 'object' || value === null) return false;
  const { spokes, withoutOcm, withoutMooring, rules, controllerFlags, ports } = value as Partial<
    Record<keyof HubState, unknown>
  >;
  return (
    Number.isInteger(spokes) &&
    typeof withoutOcm === 'boolean' &&
    typeof withoutMooring === 'boolean' &&
    isStrings(rules) &&
    (controllerFlags === undefined || isStrings(controllerFlags)) &&
    typeof ports === 'object' &&
    ports !== null &&
    Object.values(ports).every((port) => Number.isInteger(port))
  );
}

function isStrings(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** `spoke1`, `spoke2`, … */
export function spokeNames(spokes: number): string[] {
  return Array.from({ length: spokes }, (_, index) => `spoke${index + 1}`);
}
