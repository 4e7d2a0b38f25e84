/** OCM stand-in (local runs only): its command line. */

import { parseArgs } from 'node:util';

export const usage = `ocm-stand-in: stands in for the controllers and agents of Open Cluster Management, for local runs only.

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

/** Reads the words after the script's name; throws with one line where they make no sense. */
export function parseStandInArguments(words: readonly string[]): StandInArguments {
  const { values, positionals } = parseArgs({
    args: [...words],
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
  const hubKubeconfig = required(values['hub-kubeconfig'], '--hub-kubeconfig');
  const spokes = pairs(values.spoke ?? [], '--spoke');
  if (verb === 'run' && rest.length === 0) {
    const port = values['health-port'];
    const logLevel = values['log-level'] ?? 'info';
    return { verb, hubKubeconfig, spokes, logLevel, ...(port === undefined ? {} : { healthPort: portOf(port) }) };
  }
  if (verb === 'join' && rest.length === 0) {
    const [spoke, ...more] = Object.entries(spokes);
    if (spoke === undefined || more.length > 0) throw new Error('join takes exactly one --spoke NAME=KUBECONFIG');
    const agentKubeconfig = required(values['agent-kubeconfig'], '--agent-kubeconfig');
    const labels = pairs(values.label ?? [], '--label');
    return { verb, hubKubeconfig, name: spoke[0], kubeconfig: spoke[1], agentKubeconfig, labels };
  }
  const [name, ...more] = rest;
  if (verb === 'leave' && name !== undefined && more.length === 0) return { verb, hubKubeconfig, name };
  throw new Error(`cannot do "${positionals.join(' ')}"; --help shows what can be done`);
}

function required(value: string | undefined, flag: string): string {
  if (value === undefined) throw new Error(`${flag} is missing`);
  return value;
}

function pairs(texts: readonly string[], flag: string): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const equals = text.indexOf('=');
      if (equals < 1) throw new Error(`${flag} takes NAME=VALUE, not "${text}"`);
      return [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
}

function portOf(text: string): number {
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new Error(`--health-port takes a number up to 65535, not "${text}"`);
  return port;
}
