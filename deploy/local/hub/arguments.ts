import { parseArgs } from 'node:util';
import { parseOptions } from '../../../src/cli/command-line/parse-options.ts';
import { controllerOptions } from '../../../src/cli/serve/role-options.ts';
import { controllerConfig, readSeverities, type ControllerOptions } from '../../../src/config.ts';
import { UsageError } from '../../../src/usage-error.ts';

/** The arguments of `up`. Rules are `CODE=severity`, as in the flag `--rule` of the webhook and the controller. */
export interface UpArguments {
  verb: 'up';
  directory?: string;
  spokes?: number;
  withoutOcm: boolean;
  withoutMooring: boolean;
  rules: string[];
  controllerFlags: string[];
}

/** A valid command line. */
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

const flagOptions = {
  help: { type: 'boolean', short: 'h' },
  directory: { type: 'string' },
  spokes: { type: 'string' },
  'without-ocm': { type: 'boolean' },
  'without-mooring': { type: 'boolean' },
  rule: { type: 'string', multiple: true },
  'controller-flag': { type: 'string', multiple: true },
  purge: { type: 'boolean' },
} as const;

const flagsByVerb = {
  up: ['directory', 'spokes', 'without-ocm', 'without-mooring', 'rule', 'controller-flag'],
  status: ['directory'],
  down: ['directory', 'purge'],
} as const;

// An API server needs about 300 MB. A larger number is probably a typing error.
const maxSpokes = 9;

/** Parses the arguments after the name of the script. Throws UsageError, whose message is one line. */
export function parseHubArguments(args: readonly string[]): HubArguments {
  const { values, positionals } = splitArguments(args);
  if (values.help === true) return { verb: 'help' };
  const [verb, extra] = positionals;
  if (verb === undefined) throw new UsageError('a verb is required: up, status or down');
  if (verb !== 'up' && verb !== 'status' && verb !== 'down') throw new UsageError(`unknown verb "${verb}"`);
  if (extra !== undefined) throw new UsageError(`"${verb}" does not take the argument "${extra}"`);
  const allowed: readonly string[] = flagsByVerb[verb];
  const wrong = Object.keys(values).find((flag) => !allowed.includes(flag));
  if (wrong !== undefined) throw new UsageError(`"${verb}" does not have the flag --${wrong}`);
  const common = values.directory === undefined ? {} : { directory: values.directory };
  if (verb === 'status') return { verb, ...common };
  if (verb === 'down') return { verb, ...common, purge: values.purge === true };
  return {
    verb,
    ...common,
    ...(values.spokes === undefined ? {} : { spokes: parseSpokes(values.spokes) }),
    withoutOcm: values['without-ocm'] === true,
    withoutMooring: values['without-mooring'] === true,
    rules: (values.rule ?? []).map(parseRule),
    controllerFlags: (values['controller-flag'] ?? []).map(parseControllerFlag),
  };
}

function splitArguments(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flagOptions, allowPositionals: true });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // The other sentences of Node explain how a positional argument can be quoted.
    throw new UsageError(message.split('. ')[0] ?? message, { cause: error });
  }
}

/** Checks the flag with the parser of the controller before anything starts. */
function parseControllerFlag(flag: string): string {
  controllerConfig(parseOptions<ControllerOptions>([flag], controllerOptions()));
  return flag;
}

function parseSpokes(value: string): number {
  if (!/^[0-9]$/.test(value)) throw new UsageError(`--spokes must be a number from 0 to ${maxSpokes}, not "${value}"`);
  return Number(value);
}

/** Checks the rule with the parser of the webhook and the controller. */
function parseRule(value: string): string {
  readSeverities({ rule: [value] });
  return value;
}
