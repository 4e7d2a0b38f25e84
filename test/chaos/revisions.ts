import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { down } from '../../deploy/local/hub/down.ts';
import { up, type Hub } from '../../deploy/local/hub/up.ts';
import { evaluateRun } from './evaluate-run.ts';
import { createKubectl, runWriters } from './run-writers.ts';

const { values } = parseArgs({
  options: {
    edits: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    environments: { type: 'string', default: '20' },
    writers: { type: 'string', default: '8' },
    'kill-every': { type: 'string', default: '50' },
    directory: { type: 'string', default: join(import.meta.dirname, '..', '..', '.local', 'chaos') },
    keep: { type: 'boolean', default: false },
  },
});

const print = (line: string) => void process.stdout.write(`${line}\n`);
const { directory } = values;
const options = { directory, environment: process.env, controllerFlags: ['--revision-history-limit=0'], print };
/** The hub has no spokes, because the test is about recorded revisions. */
const mend = async (tries = 3): Promise<Hub> => {
  try {
    return await up({ ...options, spokes: 0 });
  } catch (error) {
    // On a busy machine a process may not be ready in time. It continues to start, so trying again helps.
    if (tries === 1) throw error;
    print(`not all processes are ready: ${String(error).split('\n', 1)[0] ?? ''}`);
    return mend(tries - 1);
  }
};

const hub = await mend();
const journals = await mkdtemp(join(tmpdir(), 'chaos-revisions-'));
const namespace = `chaos-${Date.now().toString(36)}`;
const access = {
  kubeconfig: hub.kubeconfig,
  kubectl: hub.kubectl,
  pidFile: (name: string) => hub.files.pid(name),
  mend: () => mend(),
};
await createKubectl(access)(['create', 'namespace', namespace]);
const began = performance.now();
const kills = await runWriters({
  ...access,
  namespace,
  journals,
  edits: Number(values.edits),
  seed: Number(values.seed),
  environments: Number(values.environments),
  writers: Number(values.writers),
  killEvery: Number(values['kill-every']),
});
const seconds = Math.round((performance.now() - began) / 1000);
const { problems, refusals, ...figures } = await evaluateRun(access, namespace, journals);

const list = (counts: Iterable<[string, number]>) => [...counts].map(([name, count]) => `${name} ${count}`).join(', ');
print(`seed ${values.seed}: ${figures.edits} edits by ${values.writers} writers in ${seconds} s`);
print(`killed: ${list(kills)}`);
print(
  `accepted ${figures.accepted}, refused ${figures.refused}, unknown ${figures.unknown} (${figures.arrived} of these recorded)`,
);
print(`refused by code: ${list(Object.entries(refusals))}`);
print(`revisions ${figures.revisions}, pinned refs ${figures.pins}`);
print(
  `${figures.waited} accepted after a 429: waited ${figures.waitMedianMs} ms (median), ${figures.waitP99Ms} ms (p99)`,
);
print(`lost ${figures.lost}`);
for (const problem of problems) print(`problem: ${problem}`);
if (problems.length === 0 && !values.keep) {
  await rm(journals, { recursive: true });
  await down({ directory, purge: true });
} else print(`journals are in ${journals}, the hub in ${directory}`);
process.exitCode = problems.length === 0 ? 0 : 1;
