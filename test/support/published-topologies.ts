import { readFile } from 'node:fs/promises';
import type { JsonObject, KubeObject } from '../../src/api/object.ts';
import { customTopology } from './custom-topology.ts';

/** The topologies in `test/samples/published`, with properties for a Placement `where` that exists, or for any cluster. */
export const publishedTopologies = {
  byop: { placementRefs: [{ name: 'where' }] },
  topology: { clusterLabelSelector: { 'mooring.test/published': 'yes' } },
  'k8s-objects': {
    objects: [
      {
        apiVersion: 'cluster.open-cluster-management.io/v1beta1',
        kind: 'Placement',
        metadata: { name: 'first' },
        spec: { numberOfClusters: 1 },
      },
    ],
  },
  'app-revision': { prefer: { name: 'Steady' } },
} as const satisfies Record<string, JsonObject>;

export type PublishedTopology = keyof typeof publishedTopologies;

/** A PolicyDefinition with the text of a published topology. */
export async function publishedTopology(sample: PublishedTopology, name: string): Promise<KubeObject> {
  return customTopology(name, await readFile(new URL(`../samples/published/${sample}.cue`, import.meta.url), 'utf8'));
}
