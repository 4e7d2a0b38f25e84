/** OCM stand-in (local runs only): its command line. */

import { parseArgs } from 'node:util';

export const usage = `ocm-stand-in: replaces the controllers and agents of Open Cluster Management, for local runs only.

Usage: node deploy/local/ocm-stand-in/main.ts [run] --hub-kubeconfig FILE [--spoke NAME=AGENT_KUBECONFIG]…
         [--health-port PORT] [--log-level LEVEL]
       node deploy/local/ocm-stand-in/main.ts join --hub-kubeconfig FILE --spoke NAME=ADMIN_KUBECONFIG
         --agent-kubeconfig FILE [--label KEY=VALUE]…
       node deploy/local/ocm-stand-in/main.ts leave --hub-kubeconfig FILE NAME
`;

export type StandInArguments =
  | { verb: 'help' }
  | { verb: 'run'; hubKubeconfig: string; spokes: Record<string, string>; healthPort?: number; logLevel: string }
  | {
      verb: 'join';
      hubKubeconfig: string;
      name: string;
      kubeconfig: string;
      agentKubeconfig: string;
      labels: Record<string, string>;
    }
  | { verb: 'leave'; hubKubeconfig: string; name: string };

/** Parses the arguments after the name of the script. Throws an error with a message of one line. */
export function parseStandInArguments(args: readonly string[]): StandInArguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      'hub-kubeconfig': { type: 'string' },
      spoke: { type: 'string', multiple: true },
      'agent-kubeconfig': { type: 'string' },
      label: { type: 'string', multiple: true },
      'health-port': { type: 'string' },
      'log-level': { type: 'string' },
    },
  });
  if (values.help === true) return { verb: 'help' };
  const [verb = 'run', ...rest] = positionals;
  const hubKubeconfig = requireFlag(values['hub-kubeconfig'], '--hub-kubeconfig');
  const spokes = parsePairs(values.spoke ?? [], '--spoke');
  if (verb === 'run' && rest.length === 0) {
    const port = values['health-port'];
    const logLevel = values['log-level'] ?? 'info';
    return { verb, hubKubeconfig, spokes, logLevel, ...(port === undefined ? {} : { healthPort: parsePort(port) }) };
  }
  if (verb === 'join' && rest.length === 0) {
    const [spoke, ...more] = Object.entries(spokes);
    if (spoke === undefined || more.length > 0) throw new Error('join needs exactly one --spoke NAME=KUBECONFIG');
    const agentKubeconfig = requireFlag(values['agent-kubeconfig'], '--agent-kubeconfig');
    const labels = parsePairs(values.label ?? [], '--label');
    return { verb, hubKubeconfig, name: spoke[0], kubeconfig: spoke[1], agentKubeconfig, labels };
  }
  const [name, ...more] = rest;
  if (verb === 'leave' && name !== undefined && more.length === 0) return { verb, hubKubeconfig, name };
  throw new Error(`unknown command "${positionals.join(' ')}"; --help shows the usage`);
}

function requireFlag(value: string | undefined, flag: string): string {
  if (value === undefined) throw new Error(`${flag} is missing`);
  return value;
}

function parsePairs(values: readonly string[], flag: string): Record<string, string> {
  return Object.fromEntries(
    values.map((value) => {
      const equals = value.indexOf('=');
      if (equals < 1) throw new Error(`${flag} must be NAME=VALUE, not "${value}"`);
      return [value.slice(0, equals), value.slice(equals + 1)];
    }),
  );
}

function parsePort(value: string): number {
  const port = /^[0-9]{1,5}$/.test(value) ? Number(value) : Number.NaN;
  if (!(port <= 65_535)) throw new Error(`--health-port must be a number up to 65535, not "${value}"`);
  return port;
}
