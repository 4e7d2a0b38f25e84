/** What a topology can read besides its parameters. */
export interface RenderContext {
  name: string;
  workloadName: string;
  namespace: string;
  appName: string;
  environment: string;
  workloadYamls: string[];
}
