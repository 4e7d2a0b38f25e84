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

/** Objects that the definitions of KubeVela in `test/samples/published/kubevela` pass on: manifests in a namespace of a spoke. */
function passedOn(namespace: string, where: string): [placement: JsonObject, works: JsonObject] {
  const placement = {
    apiVersion: 'cluster.open-cluster-management.io/v1beta1',
    kind: 'Placement',
    metadata: { name: 'first' },
    spec: { numberOfClusters: 1, clusterSets: ['global'] },
  };
  const manifests = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace }, data: { mode: 'on' } },
  ];
  const works = {
    apiVersion: 'work.open-cluster-management.io/v1alpha1',
    kind: 'ManifestWorkReplicaSet',
    metadata: { name: 'works' },
    spec: { placementRefs: [{ name: where }], manifestWorkTemplate: { workload: { manifests } } },
  };
  return [placement, works];
}

/**
 * The definitions of KubeVela that render objects of Open Cluster Management, with their properties. `existing` is a Placement in the
 * shared hub namespace.
 */
export const kubevelaProperties = {
  'k8s-objects': (namespace: string) => ({ objects: passedOn(namespace, 'first') }),
  'ref-objects': (namespace: string) => ({ objects: passedOn(namespace, 'first') }),
  raw: (namespace: string, existing: string) => passedOn(namespace, existing)[1],
} as const satisfies Record<string, (namespace: string, existing: string) => JsonObject>;

/** A PolicyDefinition with a definition of KubeVela, byte by byte. */
export async function kubevelaDefinition(file: string, name: string): Promise<KubeObject> {
  const path = new URL(`../samples/published/kubevela/${file}.cue`, import.meta.url);
  return customTopology(name, await readFile(path, 'utf8'));
}

/** A PolicyDefinition with the text of a published topology. */
export async function publishedTopology(sample: PublishedTopology, name: string): Promise<KubeObject> {
  return customTopology(name, await readFile(new URL(`../samples/published/${sample}.cue`, import.meta.url), 'utf8'));
}
