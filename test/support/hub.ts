import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { down } from '../../deploy/local/hub/down.ts';
import { waitFor } from '../../deploy/local/hub/wait-for.ts';
import { up, type Hub } from '../../deploy/local/hub/up.ts';

/** The hub that all end-to-end tests of a run share. It is not the hub of the user. */
export const sharedDirectory =
  process.env['MOORING_E2E_DIRECTORY'] ?? join(import.meta.dirname, '..', '..', '.local', 'e2e');

const { NODE_V8_COVERAGE: _coverage, ...withoutCoverage } = process.env;
/** The environment of a hub. Measuring the coverage of every process would take longer than the tests. */
export const environment: NodeJS.ProcessEnv = withoutCoverage;

let hub: Promise<Hub> | undefined;

/** Starts the shared hub at the first call. Later calls return the same hub. */
export function sharedHub(): Promise<Hub> {
  hub ??= restoreHub();
  return hub;
}

/** Starts processes of the shared hub that do not run, with the same ports and data, and with these environment variables. */
export function restoreHub(
  rules: string[] = [],
  controllerFlags: string[] = [],
  variables: NodeJS.ProcessEnv = {},
): Promise<Hub> {
  return up({ directory: sharedDirectory, environment: { ...environment, ...variables }, rules, controllerFlags });
}

/** Removes the shared hub if a test has used it. */
export async function stopSharedHub(): Promise<void> {
  if (hub === undefined || process.env['MOORING_E2E_KEEP'] !== undefined) return;
  await hub.catch(() => undefined);
  await down({ directory: sharedDirectory, purge: true });
}

/** The exit code and the output of a command. */
export interface CommandResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a command with `input` on its standard input, and waits until it ends. */
export async function run(program: string, args: readonly string[], input = ''): Promise<CommandResult> {
  const child = spawn(program, args, { env: environment, stdio: ['pipe', 'pipe', 'pipe'] });
  // A command may end before it reads its input. Its exit code tells why.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}

/** Runs kubectl on the hub, or with `on: 'spoke1'` on a spoke. It does not throw if kubectl fails. */
export async function kubectl(
  args: readonly string[],
  options: { input?: string; on?: string } = {},
): Promise<CommandResult> {
  const { kubectl: program, kubeconfig, spokes } = await sharedHub();
  const config = options.on === undefined ? kubeconfig : (spokes[options.on] ?? options.on);
  return run(program, ['--kubeconfig', config, ...args], options.input);
}

/** Runs kubectl and returns its standard output. Throws if it fails. */
export async function kubectlOk(
  args: readonly string[],
  options: { input?: string; on?: string } = {},
): Promise<string> {
  const { code, stdout, stderr } = await kubectl(args, options);
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')} ended with ${code}: ${stderr}`);
  return stdout;
}

/** An object, for example `['environment', 'primary', '-n', 'x']`. Undefined if it does not exist. */
export async function getObject<T>(of: readonly string[], on?: string): Promise<T | undefined> {
  const found = await kubectlOk(['get', ...of, '-o', 'json', '--ignore-not-found'], on === undefined ? {} : { on });
  return found === '' ? undefined : JSON.parse(found);
}

/** Runs `kubectl apply -f -`. It does not throw if kubectl fails. */
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

/** Creates a namespace on the hub that no other test uses. */
export async function createNamespace(prefix: string): Promise<string> {
  namespaces += 1;
  const name = `${prefix}-${namespaces}-${process.pid}`;
  await kubectlOk(['create', 'namespace', name]);
  return name;
}
