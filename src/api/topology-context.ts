import type { Component } from './workload.ts';

/** The `context` of a CUE template. The fields that begin with `app`, and `components`, have the names of KubeVela. */
export interface TopologyContext {
  /** The name of the Workload; `workloadName` is the same. */
  name: string;
  workloadName: string;
  /** The namespace of the Workload on the spokes. */
  namespace: string;
  /** The WorkloadDeployment. `appName` is its name, too. */
  deployment: { namespace: string; name: string };
  appName: string;
  /** `<appName>-v<appRevisionNum>`. */
  appRevision: string;
  /** The revision of the WorkloadProfile. */
  appRevisionNum: number;
  /** The labels and annotations of the WorkloadDeployment, without those in which tools record their state. */
  appLabels: Record<string, string>;
  appAnnotations: Record<string, string>;
  /** The components of the Workload, with the overrides of the Environment. */
  components: Component[];
  /** The name of the Environment. */
  environment: string;
  /** The manifests for the spokes. Each text is JSON, which is YAML, too. The list is empty for a probe Placement. */
  workloadYamls: string[];
}
