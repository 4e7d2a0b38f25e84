import { replicaSetLabel } from '../../../src/api/ocm.ts';
import type { Hub } from '../hub/up.ts';
import { callOf, startKubectl } from './kubectl.ts';
import { until } from './until.ts';

/** The works of one deployment as kubectl sees them change. */
export interface WorkWatch {
  call: string;
  /**
   * Waits until all works but those of this set are gone, and gives what was seen; throws where one began to go before
   * every new one was applied.
   */
  handedOver(set: string): Promise<string[]>;
  end(): void;
}

interface Row {
  cluster: string;
  /** `namespace.name` of the ManifestWorkReplicaSet: what its works are called is OCM's to decide. */
  set: string;
  applied: boolean;
  isGoing: boolean;
}

const columns = [
  'CLUSTER:.metadata.namespace',
  `SET:.metadata.labels.${replicaSetLabel.replaceAll('.', String.raw`\.`)}`,
  'APPLIED:.status.conditions[?(@.type=="Applied")].status',
  'DELETED:.metadata.deletionTimestamp',
].join(',');
const words = ['get', 'manifestworks', '-A', '-w', '-o', `custom-columns=${columns}`];

/** Begins to watch, and returns once it sees the works that there are; their sets bear the name of their deployment. */
export async function watchWorks(hub: Hub, deployment: string, present: number): Promise<WorkWatch> {
  let text = '';
  const child = startKubectl(hub, words, (chunk) => (text += chunk));
  const seen = () => {
    const complete = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
    return [...new Set(complete.filter((line) => line.includes(`.${deployment}-`)))];
  };
  const watch: WorkWatch = {
    call: callOf(words),
    async handedOver(set) {
      const clusters = new Set(seen().map((line) => rowOf(line).cluster));
      await until(`only ${set} is left of the works of ${deployment}`, async () => {
        const rows = seen().map(rowOf);
        const old = rows.filter((row) => row.set !== set);
        const going = old.filter(({ isGoing }) => isGoing);
        return [...clusters].every((cluster) => going.some((row) => row.cluster === cluster));
      });
      assertOrder(seen().map(rowOf), set, clusters);
      return seen();
    },
    end: () => void child.kill(),
  };
  try {
    await until('the works are watched', async () => seen().length >= present);
  } catch (error) {
    watch.end();
    throw error;
  }
  return watch;
}

function rowOf(line: string): Row {
  const [cluster = '', set = '', applied, deleted] = line.split(/\s+/);
  return { cluster, set, applied: applied === 'True', isGoing: deleted !== '<none>' };
}

function assertOrder(rows: readonly Row[], set: string, clusters: ReadonlySet<string>): void {
  const firstGoing = rows.findIndex(({ isGoing }) => isGoing);
  for (const cluster of clusters) {
    const applied = rows.findIndex((row) => row.cluster === cluster && row.set === set && row.applied);
    if (applied < 0) throw new Error(`the new work was never seen applied on ${cluster}`);
    if (firstGoing < applied) throw new Error(`an old work went before the new one was applied on ${cluster}`);
  }
}
