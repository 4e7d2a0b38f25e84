import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { down } from '../../deploy/local/hub/down.ts';
import { waitFor } from '../../deploy/local/hub/wait-for.ts';
import { up, type Hub } from '../../deploy/local/hub/up.ts';

/** The one hub that all end-to-end tests of a run share, in a folder of its own beside the user's. */
const directory = process.env['MOORING_E2E_DIRECTORY'] ?? join(import.meta.dirname, '..', '..', '.local', 'e2e');

const { NODE_V8_COVERAGE: _coverage, ...withoutCoverage } = process.env;
/** What a hub is started with. Coverage of every role's process would cost more than the tests do. */
export const environment: NodeJS.ProcessEnv = withoutCoverage;

let hub: Promise<Hub> | undefined;

/** Brings the shared hub up on first use; later calls give the same one. */
export function sharedHub(): Promise<Hub> {
  hub ??= restoreHub();
  return hub;
}

/** Starts again whatever of the shared hub has died, on its old ports and data. */
export function restoreHub(rules: string[] = [], controllerFlags: string[] = []): Promise<Hub> {
  return up({ directory, environment, rules, controllerFlags });
}

/** Ends every process of the shared hub; does nothing where no test asked for one. */
export async function stopSharedHub(): Promise<void> {
  if (hub === undefined || process.env['MOORING_E2E_KEEP'] !== undefined) return;
  await hub.catch(() => undefined);
  await down({ directory, purge: true });
}

/** How a command ended. */
export interface CommandResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a command to its end, with `input` on its standard input. */
export async function run(program: string, args: readonly string[], input = ''): Promise<CommandResult> {
  const child = spawn(program, args, { env: environment, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}

/** kubectl on the hub, or with `on: 'spoke1'` on a spoke. Does not throw: refusals are what tests look at. */
export async function kubectl(args: readonly string[], options: { input?: string; on?: string } = {}): Promise<CommandResult> {
  const { kubectl: program, kubeconfig, spokes } = await sharedHub();
  const config = options.on === undefined ? kubeconfig : (spokes[options.on] ?? options.on);
  return run(program, ['--kubeconfig', config, ...args], options.input);
}

/** kubectl that has to succeed; gives its standard output. */
export async function kubectlOk(
  args: readonly string[],
  options: { input?: string; on?: string } = {},
): Promise<string> {
  const { code, stdout, stderr } = await kubectl(args, options);
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')} ended with ${code}: ${stderr}`);
  return stdout;
}

/** `kubectl get … -o json` of one object; `undefined` where there is none. `of` is like `['environment', 'primary', '-n', 'x']`. */
export async function getObject<T>(of: readonly string[], on?: string): Promise<T | undefined> {
  const found = await kubectlOk(['get', ...of, '-o', 'json', '--ignore-not-found'], on === undefined ? {} : { on });
  return found === '' ? undefined : JSON.parse(found);
}

/** `kubectl apply -f -` of YAML; does not throw. */
export function apply(yaml: string, ...args: string[]): Promise<CommandResult> {
  return kubectl(['apply', '-f', '-', ...args], { input: yaml });
}

/** Calls `read` until its result is neither undefined nor false. If it fails until the end, the last error is the cause. */
export function eventually<T>(
  what: string,
  read: () => Promise<T | undefined | false>,
  { withinMs = 20_000 } = {},
): Promise<T> {
  return waitFor(what, read, { timeoutMs: withinMs });
}

let namespaces = 0;

/** Makes a namespace on the hub that no other test uses. */
export async function createNamespace(prefix: string): Promise<string> {
  namespaces += 1;
  const name = `${prefix}-${namespaces}-${process.pid}`;
  await kubectlOk(['create', 'namespace', name]);
  return name;
}
