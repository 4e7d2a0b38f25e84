import { join } from 'node:path';
import { systemNamespace } from '../../../src/api/names.ts';
import { definitionRevisions, environments, workloads } from '../../../src/api/kinds.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import type { Client } from '../../../src/kube/client/client.ts';
import { namespaces } from '../../../src/kube/objects/namespaces.ts';
import { getIfPresent } from '../../../src/kube/client/get-if-present.ts';

/** An event that is expected after the example is applied. */
export interface Milestone {
  /** The name of the event in the error message. */
  what: string;
  /** The processes whose logs say why it does not happen. */
  logs: readonly string[];
  /** A sentence to print if the event has happened, else undefined. */
  check(): Promise<string | undefined>;
}

/** The complete example, and the names in it. */
export const example = {
  file: join(import.meta.dirname, '..', 'examples', 'complete.yaml'),
  namespaces: ['hello-universe', systemNamespace],
  namespace: 'hello-universe',
  environment: 'primary',
  deployment: 'hello-universe-demo',
  workload: 'my-workload',
};

/** The expected events on the hub and on the spokes. `spokes` maps the name of a spoke to its client. */
export function listMilestones(hub: Client, spokes: Readonly<Record<string, Client>>): Milestone[] {
  const { namespace, environment, workload } = example;
  const revision = `environment.${environment}.v1`;
  return [
    {
      what: `revision v1 of Environment ${environment} is recorded`,
      logs: ['controller', 'webhook'],
      async check() {
        const found = await getIfPresent(hub, definitionRevisions, { namespace, name: revision });
        return found && `revision v1 of Environment ${environment} is recorded as DefinitionRevision ${revision}`;
      },
    },
    {
      what: `Environment ${environment} is Ready`,
      logs: ['aggregator', 'ocm-stand-in', 'controller'],
      async check() {
        const found = await getIfPresent<EnvironmentStatus>(hub, environments, { namespace, name: environment });
        const { status: readiness, selectedClusters = [] } = found?.status ?? {};
        return readiness === 'Ready'
          ? `Environment ${environment} is Ready: it selected ${selectedClusters.join(', ')}`
          : undefined;
      },
    },
    {
      what: `Workload ${workload} is on a spoke`,
      logs: ['controller', 'ocm-stand-in'],
      async check() {
        const spoke = await findSpokeWithWorkload(spokes);
        return spoke && `Namespace ${namespace} and Workload ${workload} are on ${spoke}`;
      },
    },
  ];
}

/** The first spoke that has the Namespace and the Workload of the example. */
export async function findSpokeWithWorkload(spokes: Readonly<Record<string, Client>>): Promise<string | undefined> {
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
