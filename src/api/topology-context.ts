/** The `context` of a CUE template. `workloadYamls` are manifests as JSON strings; the list is empty for a probe Placement. */
export interface TopologyContext {
  name: string;
  workloadName: string;
  namespace: string;
  appName: string;
  environment: string;
  workloadYamls: string[];
}
