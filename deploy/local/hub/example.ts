import { join } from 'node:path';
import { definitionRevisions, environments, workloads } from '../../../src/api/kinds.ts';
import type { KubeObject, Resource } from '../../../src/api/object.ts';
import type { Client } from '../../../src/kube/client/client.ts';
import { getIfPresent } from './apply/get-if-present.ts';

/** One thing that should come true after the example is applied. */
export interface Milestone {
  /** What is waited for, as the failure names it. */
  what: string;
  /** The processes whose logs tell why it does not come. */
  logs: readonly string[];
  /** The sentence to show once it is so, else undefined. */
  reached(): Promise<string | undefined>;
}

/** The project's complete example: what is applied, and the names in it. */
export const example = {
  file: join(import.meta.dirname, '..', 'examples', 'complete.yaml'),
  namespaces: ['hello-universe', 'mural-system'],
  namespace: 'hello-universe',
  environment: 'primary',
  deployment: 'hello-universe-demo',
  workload: 'my-workload',
};

const namespaces: Resource = { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false };

/** What the example leads to: on the hub, then on the spokes (client by name). */
export function milestones(hub: Client, spokes: Readonly<Record<string, Client>>): Milestone[] {
  const { namespace, environment, workload } = example;
  const revision = `environment.${environment}.v1`;
  return [
    {
      what: `revision v1 of Environment ${environment}`,
      logs: ['controller', 'webhook'],
      async reached() {
        const found = await getIfPresent(hub, definitionRevisions, { namespace, name: revision });
        return found && `revision v1 of Environment ${environment} is recorded, as DefinitionRevision ${revision}`;
      },
    },
    {
      what: `Environment ${environment} to be Ready`,
      logs: ['aggregator', 'ocm-stand-in', 'controller'],
      async reached() {
        const found = await getIfPresent<EnvironmentStatus>(hub, environments, { namespace, name: environment });
        const { status: verdict, selectedClusters = [] } = found?.status ?? {};
        return verdict === 'Ready'
          ? `Environment ${environment} is Ready: it selected ${selectedClusters.join(', ')}`
          : undefined;
      },
    },
    {
      what: `Workload ${workload} on a spoke`,
      logs: ['controller', 'ocm-stand-in'],
      async reached() {
        const spoke = await spokeWithWorkload(spokes);
        return spoke && `Namespace ${namespace} and Workload ${workload} have arrived on ${spoke}`;
      },
    },
  ];
}

/** The first spoke that has the example's Namespace and Workload. */
export async function spokeWithWorkload(spokes: Readonly<Record<string, Client>>): Promise<string | undefined> {
  const { namespace, workload } = example;
  for (const [name, spoke] of Object.entries(spokes)) {
    if ((await getIfPresent(spoke, namespaces, { name: namespace })) === undefined) continue;
    if ((await getIfPresent(spoke, workloads, { namespace, name: workload })) !== undefined) return name;
  }
  return undefined;
}

interface EnvironmentStatus extends KubeObject {
  status?: { status?: string; selectedClusters?: string[] };
}
