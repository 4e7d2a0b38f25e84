import type { ChildProcess } from 'node:child_process';
import { replicaSetLabel } from '../../../src/api/ocm.ts';
import type { Hub } from '../hub/up.ts';
import { formatCommand, startKubectl } from './kubectl.ts';
import { waitFor } from '../hub/wait-for.ts';

/** One line of the watch: a ManifestWork at one moment. */
interface Row {
  cluster: string;
  /** `namespace.name` of the ManifestWorkReplicaSet. The names of ManifestWorks are OCM's choice. */
  replicaSet: string;
  isApplied: boolean;
  isTerminating: boolean;
}

const columns = [
  'CLUSTER:.metadata.namespace',
  `SET:.metadata.labels.${replicaSetLabel.replaceAll('.', String.raw`\.`)}`,
  'APPLIED:.status.conditions[?(@.type=="Applied")].status',
  'DELETED:.metadata.deletionTimestamp',
].join(',');
const args = ['get', 'manifestworks', '-A', '-w', '-o', `custom-columns=${columns}`];

/** Watches the ManifestWorks of one deployment with kubectl. */
export class WorkWatch {
  readonly command = formatCommand(args);
  readonly #deployment: string;
  readonly #kubectl: ChildProcess;
  #output = '';

  constructor(hub: Hub, deployment: string) {
    this.#deployment = deployment;
    this.#kubectl = startKubectl(hub, args, (chunk) => (this.#output += chunk));
  }

  /** Waits until the watch has shown so many ManifestWorks. */
  async waitForInitial(count: number): Promise<void> {
    await waitFor('the watch shows the ManifestWorks', async () => this.#lines().length >= count);
  }

  /**
   * Waits until the ManifestWorks of all other replica sets are terminating, and returns the lines of the watch. Throws if
   * one of them was terminating before all new ones were applied.
   */
  async waitForReplacement(replicaSet: string): Promise<string[]> {
    const clusters = new Set(this.#rows().map((row) => row.cluster));
    await waitFor(`${this.#deployment} has only the ManifestWorks of ${replicaSet}`, async () => {
      const terminating = this.#rows().filter((row) => row.replicaSet !== replicaSet && row.isTerminating);
      return [...clusters].every((cluster) => terminating.some((row) => row.cluster === cluster));
    });
    assertOrder(this.#rows(), replicaSet, clusters);
    return this.#lines();
  }

  stop(): void {
    this.#kubectl.kill();
  }

  /** The different lines about this deployment. The names of its replica sets contain its own name. */
  #lines(): string[] {
    const complete = this.#output.slice(0, this.#output.lastIndexOf('\n') + 1).split('\n');
    return [...new Set(complete.filter((line) => line.includes(`.${this.#deployment}-`)))];
  }

  #rows(): Row[] {
    return this.#lines().map(parseRow);
  }
}

function parseRow(line: string): Row {
  const [cluster = '', replicaSet = '', applied, deleted] = line.split(/\s+/);
  return { cluster, replicaSet, isApplied: applied === 'True', isTerminating: deleted !== '<none>' };
}

function assertOrder(rows: readonly Row[], replicaSet: string, clusters: ReadonlySet<string>): void {
  const firstTerminating = rows.findIndex(({ isTerminating }) => isTerminating);
  for (const cluster of clusters) {
    const applied = rows.findIndex((row) => row.cluster === cluster && row.replicaSet === replicaSet && row.isApplied);
    if (applied < 0) throw new Error(`the watch did not show the new ManifestWork on ${cluster} as applied`);
    if (firstTerminating < applied) {
      throw new Error(`an old ManifestWork was terminating before the new one was applied on ${cluster}`);
    }
  }
}
