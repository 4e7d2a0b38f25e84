import { join, resolve } from 'node:path';
import { UsageError } from '../../../src/usage-error.ts';
import { parseHubArguments, type HubArguments, type UpArguments } from '../hub/arguments.ts';
import { down } from '../hub/down.ts';
import { locateHubFiles } from '../hub/files/hub-files.ts';
import { shortenPath } from '../hub/short-path.ts';
import { readState } from '../hub/files/state.ts';
import { up, type Hub } from '../hub/up.ts';
import { disabledRules, hazardsWithoutRules, hazardsWithRules, type Hazard } from './hazards.ts';
import { HazardRun } from './hazard-run.ts';
import { applyPlacements } from './placements.ts';

const defaultDirectory = join(import.meta.dirname, '..', '..', '..', '.local', 'hazards');
const usage = 'Usage: npm run demo:hazards [-- --spokes N --directory DIR --keep]\n';
const print = (line: string) => void process.stdout.write(`${line}\n`);
const printError = (line: string) => void process.stderr.write(`${line}\n`);

/** Runs the hazards of docs/hazards.md on a hub of its own and prints what happens. Returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const keepHub = args.includes('--keep');
  let parsed: HubArguments;
  try {
    parsed = parseHubArguments(['up', ...args.filter((arg) => arg !== '--keep')]);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    printError(`${error.message}\n${usage}`);
    return 2;
  }
  if (parsed.verb === 'help') {
    print(usage);
    return 0;
  }
  if (parsed.verb !== 'up' || !isSupported(parsed)) {
    printError(`the demo needs OCM, mooring and at least two spokes, and it sets the rules itself\n${usage}`);
    return 2;
  }
  const directory = parsed.directory === undefined ? defaultDirectory : resolve(parsed.directory);
  const short = shortenPath(directory, process.cwd());
  if ((await readState(locateHubFiles(directory).state)) !== undefined) {
    printError(
      `there is a hub in ${short} already: remove it with \`npm run hub -- down --purge --directory ${short}\`, or use another directory`,
    );
    return 1;
  }
  const { spokes, controllerFlags } = parsed;
  let starting: Promise<Hub> | undefined;
  const startHub = (rules: readonly string[]) =>
    (starting = up({
      directory,
      ...(spokes === undefined ? {} : { spokes }),
      controllerFlags,
      rules,
      environment: process.env,
      print: printError,
    }));
  try {
    return await Promise.race([runDemo(startHub), rejectOnSignal()]);
  } catch (error) {
    printError(error instanceof Error ? error.message : String(error));
    return 1;
  } finally {
    await starting?.catch(() => undefined); // it locks the directory until it ends
    if (keepHub) print(`\nThe hub keeps running. To stop it: npm run hub -- down --purge --directory ${short}`);
    else await down({ directory, purge: true, print: printError });
  }
}

function isSupported({ withoutMooring, withoutOcm, rules, spokes = 2 }: UpArguments): boolean {
  return !withoutMooring && !withoutOcm && rules.length === 0 && spokes >= 2;
}

async function runDemo(startHub: (rules: readonly string[]) => Promise<Hub>): Promise<number> {
  const began = performance.now();
  const hub = await startHub(disabledRules);
  print(`A hub with ${Object.keys(hub.spokes).join(', ')} is running. A stand-in replaces the controllers of OCM.`);
  print(
    `Commands without --kubeconfig are for the hub: export KUBECONFIG=${shortenPath(hub.kubeconfig, process.cwd())}`,
  );
  await applyPlacements(hub);
  print("\n==== Without mooring's rules ====");
  print(`\nThe rules that would prevent this are off: ${disabledRules.map((rule) => `--rule ${rule}`).join(' ')}`);
  const failures = await runAll(hub, hazardsWithoutRules);
  print("\n==== With mooring's rules ====");
  print('\nAll rules have their default severity.');
  failures.push(...(await runAll(await startHub([]), hazardsWithRules)));
  print('');
  for (const failure of failures) printError(failure);
  if (failures.length > 0) printError('To look at the clusters, run the demo again with --keep.');
  const seconds = Math.round((performance.now() - began) / 1000);
  const result = failures.length === 0 ? 'Every hazard' : 'Not every hazard';
  print(`${result} behaved as described. The demo took ${seconds} s.`);
  return failures.length === 0 ? 0 : 1;
}

/** Runs hazards at the same time and prints them one after another. Returns one line for each that failed. */
async function runAll(hub: Hub, hazards: readonly Hazard[]): Promise<string[]> {
  const failures: string[] = [];
  const results = hazards.map(async (hazard) => {
    const run = new HazardRun(hub, hazard.name);
    try {
      await run.kubectlUnchecked('create', 'namespace', hazard.name);
      await hazard.run(run);
    } catch (error) {
      return { run, hazard, problem: describeError(error) };
    }
    return { run, hazard };
  });
  for (const result of results) {
    const { run, hazard, problem } = await result;
    print(`\n---- ${hazard.title} ----\n`);
    for (const line of run.transcript) print(line);
    if (problem === undefined) continue;
    failures.push(`${hazard.name} did not behave as described: ${problem}`);
    print(`\n!! This did not behave as described: ${problem}`);
  }
  return failures;
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message} (${describeError(error.cause)})`;
}

/** Rejects when the user presses Ctrl-C, so that the hub is removed in that case, too. */
function rejectOnSignal(): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => reject(new Error(`the demo was ended by ${signal}`)));
  });
}

const code = await main(process.argv.slice(2));
// oxlint-disable-next-line no-process-exit -- after Ctrl-C the hazards would continue to run, and start the hub again
process.exit(code);
