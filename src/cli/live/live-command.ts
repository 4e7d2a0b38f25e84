import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { systemNamespace } from '../../api/names.ts';
import { UsageError } from '../../config.ts';
import { liveStore } from '../../catalog/stores/live.ts';
import { memoizedStore } from '../../catalog/stores/memoized.ts';
import type { DefinitionStore } from '../../catalog/catalog.ts';
import type { Client } from '../../kube/client/client.ts';
import { ApiError, ServerUnreachable, UnreadableAnswer } from '../../kube/client/errors.ts';
import type { KubeConfigOptions } from '../../kube/client/kube-config.ts';
import { CommandFailed } from '../command-failed.ts';
import type { Connection } from './connection.ts';
import { printable } from '../output/printable.ts';
import { readOutput, type OutputFormat } from '../output/structured-output.ts';
import type { Terminal } from '../output/terminal.ts';

/** What a command on a live cluster talks to. */
export interface LiveTerminal extends Terminal {
  /** The name that the user called: `mooring`, or `kubectl mooring` where it is a plugin. */
  program: string;
  /** Whether the output may be coloured. */
  colour: boolean;
  /** Milliseconds since 1970. */
  now(): number;
  connect(options: KubeConfigOptions): Connection;
}

type FlagValue = string | boolean | (string | boolean)[] | undefined;

/** A command that was read, with a cluster to carry it out on. */
export interface LiveCommand {
  positionals: string[];
  values: Readonly<Record<string, FlagValue>>;
  client: Client;
  /** Each object is asked for once, so that a command sees one state of it. */
  definitions: DefinitionStore;
  namespace: string;
  systemNamespace: string;
  output: OutputFormat | undefined;
  terminal: LiveTerminal;
  /** Says something beside the output, in one line. */
  warn: (text: string) => void;
}

/** What is the same of all runs of a verb. */
export interface Verb {
  name: string;
  usage: string;
  /** Flags besides those that all live verbs have. */
  flags?: ParseArgsOptionsConfig;
  /** The exit code of a failure; for unusable arguments it is always 2. */
  failure: number;
}

/** For the usage of each verb. */
export const liveFlagsUsage = `  -n, --namespace NAME       where to look; else the namespace of the kubeconfig's context
  -o, --output yaml|json     print data instead of text
      --system-namespace NAME   where shared profiles and PolicyDefinitions live (${systemNamespace})
      --kubeconfig FILE, --context NAME   which cluster, as with kubectl`;

const liveFlags = {
  namespace: { type: 'string', short: 'n' },
  output: { type: 'string', short: 'o' },
  'system-namespace': { type: 'string' },
  kubeconfig: { type: 'string' },
  context: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsOptionsConfig;

/** Reads flags, connects and runs `body`, whose result is the exit code. What goes wrong is said in one line. */
export async function runLive(
  { name, usage, flags, failure }: Verb,
  args: string[],
  terminal: LiveTerminal,
  body: (command: LiveCommand) => Promise<number>,
): Promise<number> {
  const say = (text: string) => terminal.error(`${oneLine(text)}\n`);
  try {
    const { positionals, values } = read(args, { ...liveFlags, ...flags });
    if (values['help'] === true) {
      terminal.out(`${calledAs(terminal.program, usage)}\n`);
      return 0;
    }
    const output = readOutput(textOf(values['output']));
    const { client, namespace } = terminal.connect({
      kubeconfig: textOf(values['kubeconfig']),
      context: textOf(values['context']),
    });
    return await body({
      positionals,
      values,
      client,
      definitions: memoizedStore(liveStore(client)),
      namespace: textOf(values['namespace']) ?? namespace,
      systemNamespace: textOf(values['system-namespace']) ?? systemNamespace,
      output,
      terminal,
      warn: (text) => say(`Warning: ${text}`),
    });
  } catch (error) {
    if (error instanceof UsageError) {
      say(`mooring: ${error.message}; see ${terminal.program} ${name} --help`);
      return 2;
    }
    if (!isExpected(error)) throw error;
    say(`mooring: ${error.message}`);
    return failure;
  }
}

function read(args: string[], options: ParseArgsOptionsConfig) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** The value of a flag that takes a text; `undefined` where it was not given. */
export function textOf(value: FlagValue): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function oneLine(text: string): string {
  return printable(text.trim().replaceAll(/\s*\n\s*/g, '; '));
}

/** A usage text with the name by which we were called. */
export function calledAs(program: string, usage: string): string {
  return usage.replaceAll(/\bmooring (?=[a-z])/g, `${program} `);
}

function isExpected(error: unknown): error is Error {
  return (
    error instanceof CommandFailed ||
    error instanceof ApiError ||
    error instanceof ServerUnreachable ||
    error instanceof UnreadableAnswer
  );
}
