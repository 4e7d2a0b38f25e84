import { parseArgs } from 'node:util';
import { parseOptions } from '../../../src/cli/command-line/parse-options.ts';
import { controllerOptions } from '../../../src/cli/serve/role-options.ts';
import { controllerConfig, readSeverities, type ControllerOptions } from '../../../src/config.ts';
import { UsageError } from '../../../src/usage-error.ts';

/** What `up` is asked to bring about. Rules are `CODE=severity`, as the roles take them. */
export interface UpArguments {
  verb: 'up';
  directory?: string;
  spokes?: number;
  withoutOcm: boolean;
  withoutMooring: boolean;
  rules: string[];
  controllerFlags: string[];
}

/** One call of the command line, already checked. */
export type HubArguments =
  | UpArguments
  | { verb: 'status'; directory?: string }
  | { verb: 'down'; directory?: string; purge: boolean }
  | { verb: 'help' };

export const usage = `Usage: npm run hub -- up [--spokes N] [--without-ocm] [--without-mooring] [--rule CODE=deny|warn|off]…
                            [--controller-flag=--FLAG=VALUE]… [--directory DIR]
       npm run hub -- status [--directory DIR]
       npm run hub -- down [--purge] [--directory DIR]
`;

const options = {
  help: { type: 'boolean', short: 'h' },
  directory: { type: 'string' },
  spokes: { type: 'string' },
  'without-ocm': { type: 'boolean' },
  'without-mooring': { type: 'boolean' },
  rule: { type: 'string', multiple: true },
  'controller-flag': { type: 'string', multiple: true },
  purge: { type: 'boolean' },
} as const;

const flagsOf = {
  up: ['directory', 'spokes', 'without-ocm', 'without-mooring', 'rule', 'controller-flag'],
  status: ['directory'],
  down: ['directory', 'purge'],
} as const;

// Each cluster is an API server of some 300 MB; more than this is a slip of the finger.
const mostSpokes = 9;

/** Reads the words after the script's name. Throws UsageError, with one line. */
export function parseHubArguments(words: readonly string[]): HubArguments {
  const { values, positionals } = parse(words);
  if (values.help === true) return { verb: 'help' };
  const [verb, extra] = positionals;
  if (verb === undefined) throw new UsageError('say what to do: up, status or down');
  if (verb !== 'up' && verb !== 'status' && verb !== 'down') throw new UsageError(`unknown verb "${verb}"`);
  if (extra !== undefined) throw new UsageError(`"${verb}" takes no "${extra}"`);
  const allowed: readonly string[] = flagsOf[verb];
  const foreign = Object.keys(values).find((flag) => !allowed.includes(flag));
  if (foreign !== undefined) throw new UsageError(`"${verb}" takes no --${foreign}`);
  const place = values.directory === undefined ? {} : { directory: values.directory };
  if (verb === 'status') return { verb, ...place };
  if (verb === 'down') return { verb, ...place, purge: values.purge === true };
  return {
    verb,
    ...place,
    ...(values.spokes === undefined ? {} : { spokes: parseSpokes(values.spokes) }),
    withoutOcm: values['without-ocm'] === true,
    withoutMooring: values['without-mooring'] === true,
    rules: (values.rule ?? []).map(parseRule),
    controllerFlags: (values['controller-flag'] ?? []).map(parseControllerFlag),
  };
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    // Node goes on to explain how a positional could be quoted; the first sentence says it all.
    throw new UsageError(text.split('. ')[0] ?? text, { cause: error });
  }
}

/** Checked before anything starts; what the flag means is the controller's to say. */
function parseControllerFlag(flag: string): string {
  controllerConfig(parseOptions<ControllerOptions>([flag], controllerOptions()));
  return flag;
}

function parseSpokes(text: string): number {
  const spokes = /^[0-9]$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(spokes)) throw new UsageError(`--spokes takes a number from 0 to ${mostSpokes}, not "${text}"`);
  return spokes;
}

function parseRule(text: string): string {
  try {
    readSeverities({ rule: [text] }); // as the roles will read it
    return text;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
