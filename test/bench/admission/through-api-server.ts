import { setTimeout as sleep } from 'node:timers/promises';
import { applyObjects, buildNamespace } from '../../../deploy/local/hub/apply/apply.ts';
import { waitForAdmission } from '../../../deploy/local/hub/apply/admission-ready.ts';
import { definitionRevisions, environments, workloadDeployments, workloadProfiles } from '../../../src/api/kinds.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import { revisionAnnotation } from '../../../src/domain/annotations.ts';
import type { Client } from '../../../src/kube/client/client.ts';
import { waitFor } from '../../../deploy/local/hub/wait-for.ts';
import { deployment, ocmEnvironment, webProfile } from '../../support/sample-objects.ts';
import { withoutAdmission } from '../../support/without-admission.ts';
import { median, quantile } from '../statistics.ts';
import type { Scene } from './hub-scene.ts';
import { inParallel } from './in-parallel.ts';

/** The writes that are measured. */
export const operationNames = [
  'create Environment',
  'edit Environment',
  'create WorkloadDeployment',
  'edit WorkloadDeployment',
] as const;
export type OperationName = (typeof operationNames)[number];

/** Times of one kind of write in ms, and writes per second. */
export interface Times {
  p50: number;
  p99: number;
  perSecond: number;
}

/** Medians of some rounds. `inFlight` is absent for the open loop, which starts writes at `offered` per second. */
export interface Comparison {
  operation: OperationName;
  inFlight?: number;
  offered?: number;
  with: Times;
  without: Times;
}

export interface ApiServerOptions {
  rounds: number;
  /** The writes of one measurement with one request in flight; with 50 in flight there are four times as many. */
  writes: number;
  print: (line: string) => void;
}

type Mode = 'with' | 'without';
type Write = (index: number) => Promise<unknown>;

const inFlightCounts = [1, 50] as const;
const namespace = 'bench-writes';
/** The share of the rate without webhooks at which the open loop starts writes. */
const openLoopShare = 0.3;

/** The Environments that are edited. Each edit needs one whose current revision is recorded, so each is edited once. */
export function editsNeeded({ rounds, writes }: Pick<ApiServerOptions, 'rounds' | 'writes'>): number {
  return rounds * writes * 5;
}

/** Creates what the edits need. The controller must run, because it records revisions. */
export async function prepareWrites(client: Client, count: number): Promise<void> {
  await applyObjects(client, [buildNamespace(namespace)]);
  await client.create(workloadProfiles, webProfile({ namespace, name: 'web' }));
  await client.create(environments, ocmEnvironment({ namespace, name: 'primary' }));
  const names = Array.from({ length: count }, (_, index) => `edited-${index}`);
  await inParallel(names, 16, (name) => client.create(environments, ocmEnvironment({ namespace, name })));
  const recorded = async () =>
    (await client.list(definitionRevisions, { namespace, metadataOnly: true })).items.length >= count + 2;
  await waitFor(`${count} recorded revisions`, recorded, { timeoutMs: 600_000 });
}

/** Creates and edits objects through the API server, with and without the webhooks alternately. */
export async function measureWrites({ client }: Scene, options: ApiServerOptions): Promise<Comparison[]> {
  const measured = new Map<string, Record<Mode, Times[]>>();
  const record = (key: string, mode: Mode, times: Times) => {
    const entry = measured.get(key) ?? { with: [], without: [] };
    entry[mode].push(times);
    measured.set(key, entry);
    options.print(
      `${mode} webhooks, ${key}: p50 ${times.p50.toFixed(1)} ms p99 ${times.p99.toFixed(1)} ms ${times.perSecond.toFixed(0)}/s`,
    );
  };
  const edits = { with: 0, without: 0 };
  for (let round = 0; round < options.rounds; round += 1) {
    const run = async (mode: Mode) => {
      for (const inFlight of inFlightCounts) {
        const count = inFlight === 1 ? options.writes : options.writes * 4;
        const operations = operationsOf(client, `${mode}-${round}-${inFlight}`, edits[mode]);
        edits[mode] += count;
        for (const operation of operationNames) {
          record(`${operation}|${inFlight}`, mode, await closedLoop(operations[operation], { count, inFlight }));
        }
      }
    };
    await run('with');
    await withoutWebhooks(client, () => run('without'));
  }
  for (const operation of ['create Environment', 'create WorkloadDeployment', 'edit WorkloadDeployment'] as const) {
    const rates = measured.get(`${operation}|50`)?.without.map(({ perSecond }) => perSecond) ?? [];
    const offered = median(rates) * openLoopShare;
    const key = `${operation}|open ${offered.toFixed(0)}`;
    for (let round = 0; round < options.rounds; round += 1) {
      const run = async (mode: Mode) => {
        const operations = operationsOf(client, `open-${mode}-${round}`, 0);
        record(key, mode, await openLoop(operations[operation], { count: options.writes * 4, offered }));
      };
      await run('with');
      await withoutWebhooks(client, () => run('without'));
    }
  }
  return [...measured].map(([key, times]) => comparisonOf(key, times));
}

function comparisonOf(key: string, { with: withTimes, without }: Record<Mode, Times[]>): Comparison {
  const [operation, how] = key.split('|') as [OperationName, string];
  const [, offered] = how.split(' ');
  const loop = offered === undefined ? { inFlight: Number(how) } : { offered: Number(offered) };
  return { operation, ...loop, with: mediansOf(withTimes), without: mediansOf(without) };
}

function mediansOf(times: readonly Times[]): Times {
  const of = (field: keyof Times) => median(times.map((each) => each[field]));
  return { p50: of('p50'), p99: of('p99'), perSecond: of('perSecond') };
}

/** The writes of one measurement. The names of created objects contain `tag`; edits begin with the Environment `firstEdit`. */
function operationsOf(client: Client, tag: string, firstEdit: number): Record<OperationName, Write> {
  /** Throws unless the webhooks have seen the object exactly if they should. */
  const checkStamp = ({ metadata: { annotations } }: KubeObject) => {
    const isStamped = annotations?.[revisionAnnotation] !== undefined;
    if (isStamped === tag.includes('without')) throw new Error(`${tag}: the stamp of the webhooks is wrong`);
  };
  const sample = (name: string) =>
    deployment({ namespace, name, environment: 'primary', profile: 'web', spokeNamespace: name });
  return {
    'create Environment': async (index) => {
      const object: KubeObject = ocmEnvironment({ namespace, name: `${tag}-${index}` });
      checkStamp(await client.create(environments, object));
    },
    'edit Environment': (index) =>
      client.patch(
        environments,
        { namespace, name: `edited-${firstEdit + index}` },
        {
          spec: { topology: { properties: { placement: { numberOfClusters: tag.includes('without') ? 3 : 2 } } } },
        },
      ),
    'create WorkloadDeployment': (index) => client.create(workloadDeployments, sample(`${tag}-${index}`)),
    // The deployments that were created before.
    'edit WorkloadDeployment': (index) =>
      client.patch(
        workloadDeployments,
        { namespace, name: `${tag}-${index}` },
        {
          spec: { workload: { metadata: { labels: { edited: 'true' } } } },
        },
      ),
  };
}

async function closedLoop(write: Write, { count, inFlight }: { count: number; inFlight: number }): Promise<Times> {
  const times: number[] = [];
  const began = performance.now();
  const indexes = Array.from({ length: count }, (_, index) => index);
  await inParallel(indexes, inFlight, async (index) => {
    const start = performance.now();
    await write(index);
    times.push(performance.now() - start);
  });
  return timesOf(times, performance.now() - began);
}

/** Starts writes at a constant rate. Times count from when a write should have started. */
async function openLoop(write: Write, { count, offered }: { count: number; offered: number }): Promise<Times> {
  const times: number[] = [];
  const began = performance.now();
  const writes: Promise<void>[] = [];
  for (let index = 0; index < count; index += 1) {
    const due = began + (index * 1000) / offered;
    const wait = due - performance.now();
    if (wait > 1) await sleep(wait);
    writes.push(
      write(index).then(() => {
        times.push(performance.now() - due);
        return undefined;
      }),
    );
  }
  await Promise.all(writes);
  return timesOf(times, performance.now() - began);
}

function timesOf(times: readonly number[], elapsedMs: number): Times {
  return { p50: median(times), p99: quantile(times, 0.99), perSecond: (times.length / elapsedMs) * 1000 };
}

async function withoutWebhooks(client: Client, act: () => Promise<void>): Promise<void> {
  await withoutAdmission(client, async () => {
    await waitFor('the API server does not call the webhooks', async () => {
      const sample = ocmEnvironment({ namespace, name: 'is-without-admission' });
      const admitted = await client.create<KubeObject>(environments, sample, { dryRun: true });
      return admitted.metadata.annotations?.[revisionAnnotation] === undefined;
    });
    await act();
  });
  await waitForAdmission(client, 60_000);
}
