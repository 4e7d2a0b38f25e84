import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Hub } from '../hub/up.ts';
import { shortenPath } from '../hub/short-path.ts';

/** The exit code of kubectl and its output, in which stdout and stderr are mixed as on a terminal. */
export interface KubectlResult {
  code: number | null;
  output: string;
}

/** Runs kubectl against the hub and waits until it ends. An argument `--kubeconfig` may name a spoke instead. */
export async function kubectl(hub: Hub, args: readonly string[]): Promise<KubectlResult> {
  let output = '';
  const child = startKubectl(hub, args, (chunk) => (output += chunk));
  const [code] = await once(child, 'close');
  return { code: typeof code === 'number' ? code : null, output: output.trimEnd() };
}

/** Starts kubectl against the hub without waiting, for example for a watch. */
export function startKubectl(hub: Hub, args: readonly string[], onOutput: (chunk: string) => void): ChildProcess {
  const child = spawn(hub.kubectl, args, {
    env: { ...process.env, KUBECONFIG: hub.kubeconfig },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', onOutput);
  return child;
}

/** The arguments that make kubectl talk to a spoke. The path is relative to the current directory. */
export function spokeArguments({ spokes }: Hub, spoke: string): string[] {
  const path = spokes[spoke];
  if (path === undefined) {
    throw new Error(`the hub does not have ${spoke}; its spokes are ${Object.keys(spokes).join(', ')}`);
  }
  return ['--kubeconfig', shortenPath(path, process.cwd())];
}

/** The command with its arguments, as a user would type it in a shell. */
export function formatCommand(args: readonly string[]): string {
  return ['kubectl', ...args.map(quote)].join(' ');
}

function quote(arg: string): string {
  return /^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", String.raw`'\''`)}'`;
}
