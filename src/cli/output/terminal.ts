import type { Environment } from '../../kube/kubeconfig/kube-config.ts';

/** The terminal of a command. */
export interface Terminal {
  out(text: string): void;
  error(text: string): void;
  /** Reads standard input to its end. */
  stdin(): Promise<string>;
  environment: Environment;
}
