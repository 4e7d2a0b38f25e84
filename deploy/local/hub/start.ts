import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { applyObjects, namespace } from './apply/apply.ts';
import { parseHubArguments, type HubArguments } from './arguments.ts';
import { UsageError } from '../../../src/usage-error.ts';
import { awaitMilestones } from './await-milestones.ts';
import { example, milestones, spokeWithWorkload } from './example.ts';
import { hubClient } from './apply/hub-client.ts';
import { createLineOutput } from './line-output.ts';
import { LockedError } from './files/lock.ts';
import { shortPath } from './short-path.ts';
import { directoryFlag } from './summary.ts';
import { up, type Hub } from './up.ts';

const defaultDirectory = join(import.meta.dirname, '..', '..', '..', '.local');
const usage = 'Usage: npm start [-- --spokes N --rule CODE=deny|warn|off … --directory DIR]\n';
const timeoutMs = 90_000;
const now = () => performance.now();
const { print, replace } = createLineOutput(process.stdout);

/** Brings the hub up, applies the complete example and tells what comes of it. Gives the exit code. */
async function main(words: readonly string[]): Promise<number> {
  let asked: HubArguments;
  try {
    asked = parseHubArguments(['up', ...words]);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n${usage}`);
    return 2;
  }
  if (asked.verb !== 'up' || asked.withoutMooring || asked.withoutOcm) {
    process.stdout.write(usage); // the example needs both
    return asked.verb === 'help' ? 0 : 2;
  }
  const directory = asked.directory === undefined ? defaultDirectory : resolve(asked.directory);
  try {
    const hub = await up({ ...asked, directory, environment: process.env, print, replace });
    print(
      `The hub is up after ${hub.seconds.toFixed(1)} s: a hub and ${Object.keys(hub.spokes).join(', ')}, OCM played by a stand-in.`,
    );
    return await runExample(hub);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    process.stderr.write(error instanceof LockedError ? `another up or down is at work here: ${text}\n` : `${text}\n`);
    return 1;
  }
}

async function runExample(hub: Hub): Promise<number> {
  const client = hubClient(hub.kubeconfig);
  await applyObjects(client, example.namespaces.map(namespace));
  const file = shortPath(example.file, process.cwd());
  print(`\n$ kubectl apply -f ${file}`);
  const began = now();
  const code = await kubectl(hub, ['apply', '-f', example.file]);
  if (code !== 0) {
    process.stderr.write(
      `kubectl apply failed; read ${shown(hub.files.log('webhook'))} and ${shown(hub.files.log('hub-apiserver'))}\n`,
    );
    return 1;
  }
  print('\nSince then:');
  const spokes = Object.fromEntries(Object.entries(hub.spokes).map(([name, path]) => [name, hubClient(path)]));
  const missing = await awaitMilestones(milestones(client, spokes), { began, timeoutMs, print, now });
  for (const { what, logs } of missing) {
    const paths = logs.map((name) => shown(hub.files.log(name))).join(' and ');
    process.stderr.write(`still missing after ${timeoutMs / 1000} s: ${what}; read ${paths}\n`);
  }
  if (missing.length > 0) return 1;
  print('\n$ kubectl get environment --all-namespaces');
  await kubectl(hub, ['get', 'environment', '--all-namespaces']);
  print(nextSteps(hub, await spokeWithWorkload(spokes)));
  return 0;
}

/** Runs the real kubectl with its output on ours; gives its exit code. */
function kubectl(hub: Hub, words: readonly string[]): Promise<number> {
  const child = spawn(hub.kubectl, ['--kubeconfig', hub.kubeconfig, ...words], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((done, reject) => {
    child.once('error', reject);
    child.once('close', (code) => done(code ?? 1));
  });
}

function nextSteps(hub: Hub, spoke = 'spoke1'): string {
  const { namespace: space, deployment } = example;
  const call = shown(hub.kubectl);
  const flag = directoryFlag(hub, process.cwd());
  return [
    '\nGo on:',
    `  export KUBECONFIG=${shown(hub.kubeconfig)}`,
    `  ${call} get environment -n ${space} -o wide`,
    `  ${call} get definitionrevisions -A`,
    `  ${call} describe workloaddeployment ${deployment} -n ${space}`,
    `  ${call} get workloads -A --kubeconfig ${shown(hub.files.kubeconfig(spoke))}`,
    `\nThe hub keeps running. Look: npm run hub -- status${flag}   Stop: npm run hub -- down${flag}`,
  ].join('\n');
}

function shown(path: string): string {
  return shortPath(path, process.cwd());
}

process.exitCode = await main(process.argv.slice(2));
