/** What a topology can read besides its parameters. `workloadYamls` are manifests as JSON; a probe Placement is rendered without any. */
export interface TopologyContext {
  name: string;
  workloadName: string;
  namespace: string;
  appName: string;
  environment: string;
  workloadYamls: string[];
}
