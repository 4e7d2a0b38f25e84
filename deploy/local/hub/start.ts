import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { applyObjects, buildNamespace } from './apply/apply.ts';
import { parseHubArguments, type HubArguments } from './arguments.ts';
import { UsageError } from '../../../src/usage-error.ts';
import { awaitMilestones } from './await-milestones.ts';
import { example, listMilestones, findSpokeWithWorkload } from './example.ts';
import { createHubClient } from './apply/hub-client.ts';
import { createLineOutput } from './line-output.ts';
import { LockedError } from './files/lock.ts';
import { shortenPath } from './short-path.ts';
import { formatDirectoryFlag } from './summary.ts';
import { up, type Hub } from './up.ts';

const defaultDirectory = join(import.meta.dirname, '..', '..', '..', '.local');
const usage = 'Usage: npm start [-- --spokes N --rule CODE=deny|warn|off … --directory DIR]\n';
const timeoutMs = 90_000;
const now = () => performance.now();
const { print, replace } = createLineOutput(process.stdout);

/** Starts the hub, applies the complete example and prints what happens. Returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  let parsed: HubArguments;
  try {
    parsed = parseHubArguments(['up', ...args]);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n${usage}`);
    return 2;
  }
  if (parsed.verb !== 'up' || parsed.withoutMooring || parsed.withoutOcm) {
    process.stdout.write(usage); // the example needs both
    return parsed.verb === 'help' ? 0 : 2;
  }
  const directory = parsed.directory === undefined ? defaultDirectory : resolve(parsed.directory);
  try {
    const hub = await up({ ...parsed, directory, environment: process.env, print, replace });
    print(
      `The hub is ready after ${hub.seconds.toFixed(1)} s. Its spokes: ${Object.keys(hub.spokes).join(', ')}. A stand-in replaces the controllers of OCM.`,
    );
    return await runExample(hub);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${error instanceof LockedError ? 'another up or down is running: ' : ''}${message}\n`);
    return 1;
  }
}

async function runExample(hub: Hub): Promise<number> {
  const client = createHubClient(hub.kubeconfig);
  await applyObjects(client, example.namespaces.map(buildNamespace));
  const file = shortenPath(example.file, process.cwd());
  print(`\n$ kubectl apply -f ${file}`);
  const began = now();
  const code = await kubectl(hub, ['apply', '-f', example.file]);
  if (code !== 0) {
    process.stderr.write(
      `kubectl apply failed; see ${shorten(hub.files.log('webhook'))} and ${shorten(hub.files.log('hub-apiserver'))}\n`,
    );
    return 1;
  }
  print('\nTime since the command:');
  const spokes = Object.fromEntries(Object.entries(hub.spokes).map(([name, path]) => [name, createHubClient(path)]));
  const missing = await awaitMilestones(listMilestones(client, spokes), { began, timeoutMs, print, now });
  for (const { what, logs } of missing) {
    const paths = logs.map((name) => shorten(hub.files.log(name))).join(' and ');
    process.stderr.write(`not within ${timeoutMs / 1000} s: ${what}; see ${paths}\n`);
  }
  if (missing.length > 0) return 1;
  print('\n$ kubectl get environment --all-namespaces');
  await kubectl(hub, ['get', 'environment', '--all-namespaces']);
  print(formatNextSteps(hub, await findSpokeWithWorkload(spokes)));
  return 0;
}

/** Runs kubectl, which writes to the output of this process. Returns its exit code. */
function kubectl(hub: Hub, words: readonly string[]): Promise<number> {
  const child = spawn(hub.kubectl, ['--kubeconfig', hub.kubeconfig, ...words], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((done, reject) => {
    child.once('error', reject);
    child.once('close', (code) => done(code ?? 1));
  });
}

function formatNextSteps(hub: Hub, spoke = 'spoke1'): string {
  const { namespace: space, deployment } = example;
  const call = shorten(hub.kubectl);
  const flag = formatDirectoryFlag(hub, process.cwd());
  return [
    '\nCommands to continue with:',
    `  export KUBECONFIG=${shorten(hub.kubeconfig)}`,
    `  ${call} get environment -n ${space} -o wide`,
    `  ${call} get definitionrevisions -A`,
    `  ${call} describe workloaddeployment ${deployment} -n ${space}`,
    `  ${call} get workloads -A --kubeconfig ${shorten(hub.files.kubeconfig(spoke))}`,
    `\nThe hub keeps running. Status: npm run hub -- status${flag}   Stop: npm run hub -- down${flag}`,
  ].join('\n');
}

function shorten(path: string): string {
  return shortenPath(path, process.cwd());
}

process.exitCode = await main(process.argv.slice(2));
