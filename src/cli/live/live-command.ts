import { UsageError } from '../../usage-error.ts';
import { liveStore } from '../../catalog/stores/live.ts';
import { memoizedStore } from '../../catalog/stores/memoized.ts';
import { Catalog } from '../../catalog/catalog.ts';
import { builtinTopologies } from '../../topology/builtin.ts';
import { sha256 } from '../sha256.ts';
import type { Client } from '../../kube/client/client.ts';
import { ApiError, ServerUnreachable, UnreadableResponse } from '../../kube/client/errors.ts';
import type { KubeConfigOptions } from '../../kube/kubeconfig/load.ts';
import { CommandFailed } from './command-failed.ts';
import type { Connection } from './connection.ts';
import { printable } from '../output/printable.ts';
import type { OutputFormat } from '../output/structured-output.ts';
import type { Terminal } from '../output/terminal.ts';

/** The terminal of a command on a live cluster. */
export interface LiveTerminal extends Terminal {
  /** The name with which the program was called: `mooring`, or `kubectl mooring` if it runs as a plugin. */
  program: string;
  /** Whether the output may be coloured. */
  colour: boolean;
  /** Milliseconds since 1970. */
  now(): number;
  connect(options: KubeConfigOptions): Connection | Promise<Connection>;
}

/** Options of every command on a live cluster. */
export interface LiveOptions {
  namespace?: string;
  output?: OutputFormat;
  systemNamespace: string;
  kubeconfig?: string;
  context?: string;
  /** Whether `@v1` means revision 1 even if versions 1.x.y are published. */
  exactRevision?: boolean;
}

/** A command with a connection to the cluster that it runs on. */
export interface LiveCommand {
  exactRevision: boolean;
  client: Client;
  /** Reads each object once, so that a command sees one state of it. */
  catalog: Catalog;
  namespace: string;
  output: OutputFormat | undefined;
  terminal: LiveTerminal;
  /** Writes a warning of one line to standard error. */
  warn: (text: string) => void;
}

/** The properties of a command that are the same in all of its runs. */
export interface LiveVerb {
  name: string;
  /** The exit code of a failure. For invalid arguments it is always 2. */
  failure: number;
}

/** Connects and runs `body`, which returns the exit code. Expected errors are reported in one line. */
export async function runLive(
  { name, failure }: LiveVerb,
  options: LiveOptions,
  terminal: LiveTerminal,
  body: (command: LiveCommand) => Promise<number>,
): Promise<number> {
  const printLine = (text: string) => terminal.error(`${oneLine(text)}\n`);
  try {
    const { client, namespace } = await terminal.connect({ kubeconfig: options.kubeconfig, context: options.context });
    return await body({
      exactRevision: options.exactRevision === true,
      client,
      catalog: new Catalog({
        store: memoizedStore(liveStore(client)),
        hash: sha256,
        builtins: builtinTopologies,
        systemNamespace: options.systemNamespace,
      }),
      namespace: options.namespace ?? namespace,
      output: options.output,
      terminal,
      warn: (text) => printLine(`Warning: ${text}`),
    });
  } catch (error) {
    if (error instanceof UsageError) {
      printLine(`mooring: ${error.message}; see ${terminal.program} ${name} --help`);
      return 2;
    }
    if (!isExpected(error)) throw error;
    printLine(`mooring: ${error.message}`);
    return failure;
  }
}

function oneLine(text: string): string {
  return printable(text.trim().replaceAll(/\s*\n\s*/g, '; '));
}

function isExpected(error: unknown): error is Error {
  return (
    error instanceof CommandFailed ||
    error instanceof ApiError ||
    error instanceof ServerUnreachable ||
    error instanceof UnreadableResponse
  );
}
