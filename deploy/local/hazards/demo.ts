import { join, resolve } from 'node:path';
import { UsageError } from '../../../src/usage-error.ts';
import { parseHubArguments, type HubArguments } from '../hub/arguments.ts';
import { down } from '../hub/down.ts';
import { hubFiles } from '../hub/files/hub-files.ts';
import { shortPath } from '../hub/short-path.ts';
import { readState } from '../hub/files/state.ts';
import { up, type Hub } from '../hub/up.ts';
import { guarded, rulesOff, unguarded, type Hazard } from './hazards.ts';
import { makePlacements } from './placements.ts';
import { Scene } from './scene.ts';

const defaultDirectory = join(import.meta.dirname, '..', '..', '..', '.local', 'hazards');
const usage = 'Usage: npm run demo:hazards [-- --spokes N --directory DIR --keep]\n';
const print = (line: string) => void process.stdout.write(`${line}\n`);
const say = (line: string) => void process.stderr.write(`${line}\n`);

/** Plays the hazards of the lifecycle rules on a hub of its own and tells the story. Gives the exit code. */
async function main(words: readonly string[]): Promise<number> {
  const keep = words.includes('--keep');
  let asked: HubArguments;
  try {
    asked = parseHubArguments(['up', ...words.filter((word) => word !== '--keep')]);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    say(`${error.message}\n${usage}`);
    return 2;
  }
  if (asked.verb === 'help') {
    print(usage);
    return 0;
  }
  // The story is about both parts and the rules, on two clusters.
  if (
    asked.verb !== 'up' ||
    asked.withoutMooring ||
    asked.withoutOcm ||
    asked.rules.length > 0 ||
    (asked.spokes ?? 2) < 2
  ) {
    say(`the story needs OCM, mooring and two spokes, and sets the rules itself\n${usage}`);
    return 2;
  }
  const directory = asked.directory === undefined ? defaultDirectory : resolve(asked.directory);
  const short = shortPath(directory, process.cwd());
  if ((await readState(hubFiles(directory).state)) !== undefined) {
    say(`there is a hub in ${short}: npm run hub -- down --purge --directory ${short}, or use another directory`);
    return 1;
  }
  const { spokes, controllerFlags } = asked;
  let rising: Promise<Hub> | undefined;
  const bringUp = (rules: readonly string[]) =>
    (rising = up({
      directory,
      ...(spokes === undefined ? {} : { spokes }),
      controllerFlags,
      rules,
      environment: process.env,
      print: say,
    }));
  try {
    return await Promise.race([tell(bringUp), interrupted()]);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return 1;
  } finally {
    await rising?.catch(() => undefined); // it holds the directory until it is done
    if (keep) print(`\nThe hub keeps running. Stop: npm run hub -- down --purge --directory ${short}`);
    else await down({ directory, purge: true, print: say });
  }
}

async function tell(bringUp: (rules: readonly string[]) => Promise<Hub>): Promise<number> {
  const began = performance.now();
  const hub = await bringUp(rulesOff);
  print(`A hub and ${Object.keys(hub.spokes).join(', ')}, OCM played by a stand-in.`);
  print(
    `kubectl asks the hub (export KUBECONFIG=${shortPath(hub.kubeconfig, process.cwd())}) unless --kubeconfig says otherwise.`,
  );
  await makePlacements(hub);
  print('\n==== What OCM does ====');
  print(`\nThe rules that would stand in the way are off: ${rulesOff.map((rule) => `--rule ${rule}`).join(' ')}`);
  const failed = await play(hub, unguarded);
  print('\n==== What mooring makes of it ====');
  print('\nThe same with all rules on.');
  failed.push(...(await play(await bringUp([]), guarded)));
  print('');
  for (const each of failed) say(each);
  if (failed.length > 0) say('To look around in what is left, play it again with --keep.');
  print(
    `${failed.length === 0 ? 'All was as told' : 'Not all was as told'}; it took ${Math.round((performance.now() - began) / 1000)} s.`,
  );
  return failed.length === 0 ? 0 : 1;
}

/** Plays hazards side by side and tells them one after the other. Gives what was not as told. */
async function play(hub: Hub, hazards: readonly Hazard[]): Promise<string[]> {
  const failures: string[] = [];
  const runs = hazards.map(async (hazard) => {
    const scene = new Scene(hub, hazard.name);
    try {
      await scene.shows('create', 'namespace', hazard.name);
      await hazard.play(scene);
    } catch (error) {
      return { scene, hazard, problem: textOf(error) };
    }
    return { scene, hazard };
  });
  for (const run of runs) {
    const { scene, hazard, problem } = await run;
    print(`\n---- ${hazard.title} ----\n`);
    for (const line of scene.lines) print(line);
    if (problem === undefined) continue;
    failures.push(`${hazard.name} is not as told: ${problem}`);
    print(`\n!! not as told: ${problem}`);
  }
  return failures;
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message} (${textOf(error.cause)})`;
}

/** Fails when somebody presses Ctrl-C, so that the hub is taken down all the same. */
function interrupted(): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => reject(new Error(`ended by ${signal}`)));
  });
}

const code = await main(process.argv.slice(2));
// oxlint-disable-next-line no-process-exit -- a story that was cut short by Ctrl-C would go on, and bring its hub up again
process.exit(code);
