import type { JsonObject, KubeObject } from '../../src/api/object.ts';

/** A short topology with one Placement and one ManifestWorkReplicaSet. `clusters` is its only parameter. */
export const fewLines = `
import "encoding/json"

parameter: #Parameter
#Parameter: clusters: *1 | int

output: {
	apiVersion: "cluster.open-cluster-management.io/v1beta1"
	kind:       "Placement"
	metadata: name: "where"
	spec: {numberOfClusters: parameter.clusters, clusterSets: ["global"]}
}

outputs: work: {
	apiVersion: "work.open-cluster-management.io/v1alpha1"
	kind:       "ManifestWorkReplicaSet"
	metadata: name: "what"
	spec: {
		placementRefs: [{name: "where"}]
		manifestWorkTemplate: workload: manifests: [for text in context.workloadYamls {json.Unmarshal(text)}]
	}
}
`;

/** `fewLines` with a ConfigMap that has the name of the Workload. */
export const topologyWithConfigMap = `${fewLines}
outputs: settings: {
	apiVersion: "v1"
	kind:       "ConfigMap"
	metadata: name: "settings"
	data: workload: context.workloadName
}
`;

/** A PolicyDefinition with a CUE template as a topology. */
export function customTopology(name: string, template: string): KubeObject & { spec: JsonObject } {
  return {
    apiVersion: 'spectrocloud.com/v1beta1',
    kind: 'PolicyDefinition',
    metadata: {
      namespace: 'mural-system',
      name,
      labels: { 'policydefinition.spectrocloud.com/type': 'topology' },
    },
    spec: { schematic: { cue: { template } } },
  };
}
