import type { Client } from '../../../../src/kube/client/client.ts';
import type { HubFiles } from '../files/hub-files.ts';
import type { HubState } from '../files/state.ts';
import type { StartOptions } from './process.ts';

/** What is needed to start the roles of mooring and the OCM stand-in. */
export interface StartContext {
  state: HubState;
  files: HubFiles;
  /** An administrator of the hub. */
  client: Client;
  clientOf: (kubeconfig: string) => Client;
  start: StartOptions;
  now: Date;
}
