import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { httpStyles } from './http-styles.ts';
import { openJournal } from './journal.ts';
import { killProcesses } from './killer.ts';
import { kubectlStyles } from './kubectl-styles.ts';
import { createPlainApi } from './plain-api.ts';
import { createRandom } from './random.ts';
import { sendOnce } from './replies.ts';
import { apiVersion, environmentPath, type Target, type WriterContext } from './target.ts';
import { runWriter } from './writer.ts';

/** The access to a hub that a run needs. */
export interface HubAccess {
  kubeconfig: string;
  kubectl: string;
  pidFile: (name: string) => string;
  mend: () => Promise<unknown>;
}

export interface WriteRunOptions extends HubAccess {
  namespace: string;
  /** The folder of the journals. */
  journals: string;
  edits: number;
  seed: number;
  environments: number;
  writers: number;
  killEvery: number;
}

/** A function that runs kubectl with a kubeconfig and waits until it ends. */
export function createKubectl({
  kubectl,
  kubeconfig,
}: Pick<HubAccess, 'kubectl' | 'kubeconfig'>): WriterContext['kubectl'] {
  return async (args, input = '') => {
    const child = spawn(kubectl, ['--kubeconfig', kubeconfig, ...args], { stdio: 'pipe' });
    child.stdin.on('error', () => undefined).end(input);
    const ended = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
    const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    return { code, stdout, stderr };
  };
}

/** Runs concurrent writers, which edit Environments in an existing namespace, while processes are killed. Returns the kills. */
export async function runWriters(options: WriteRunOptions): Promise<Map<string, number>> {
  const { namespace, journals, edits, seed, writers, killEvery, pidFile, mend } = options;
  const api = await createPlainApi(options.kubeconfig);
  const random = createRandom(seed);
  const end = new AbortController();
  const workshop = { api, namespace, kubectl: createKubectl(options) };
  const targets = await createTargets({ ...workshop, random: random.fork() }, options);
  let taken = 0;
  const take = () => taken++ < edits;
  const killing = killProcesses({
    pidFile,
    mend,
    random: random.fork(),
    taken: () => taken,
    every: killEvery,
    signal: end.signal,
  });
  try {
    const writing = Array.from({ length: writers }, (_, index) =>
      runWriter({
        workshop: { ...workshop, random: random.fork() },
        journal: openJournal(journals, `writer-${index + 1}`),
        targets,
        styles: [...httpStyles, ...kubectlStyles],
        prefix: `${index + 1}-`,
        take,
      }),
    );
    await Promise.race([Promise.all(writing), killing.then(() => new Promise<never>(() => undefined))]);
  } finally {
    end.abort();
    api.close();
  }
  const kills = await killing;
  await mend();
  return kills;
}

/** Creates the Environments. Every second one has versions. A creation is the first edit, and has its own journal. */
async function createTargets(workshop: WriterContext, { environments, journals }: WriteRunOptions): Promise<Target[]> {
  const { namespace, random } = workshop;
  const journal = openJournal(journals, 'creation');
  const targets = Array.from({ length: environments }, (_, index): Target => {
    return { name: `env-${index + 1}`, versioned: index % 2 === 1, published: 0 };
  });
  const components = [{ name: 'web', type: 'webservice', properties: { image: 'web:1' } }];
  const profile = {
    apiVersion,
    kind: 'WorkloadProfile',
    metadata: { name: 'web' },
    spec: { workload: { components } },
  };
  const profiles = environmentPath(namespace).replace(/environments$/, 'workloadprofiles');
  await sendOnce(workshop, 'POST', profiles, profile);
  for (const { name, versioned } of targets) {
    const marker = random.marker();
    const topology = { type: 'topology-ocm', properties: { placement: { numberOfClusters: 1 } } };
    const spec = { ...(versioned ? { version: '0.0.0' } : {}), topology };
    const body = { apiVersion, kind: 'Environment', metadata: { name, annotations: { created: marker } }, spec };
    journal.before({ id: `create-${name}`, style: 'create', name, marker });
    const {
      isUnavailable: _,
      retryAfter: __,
      ...reply
    } = await sendOnce(workshop, 'POST', environmentPath(namespace), body);
    journal.after(`create-${name}`, { ...reply, waitedMs: 0, refused429: 0 });
    if (reply.outcome !== 'accepted') throw new Error(`Environment ${name} cannot be created: ${reply.code}`);
  }
  return targets;
}
