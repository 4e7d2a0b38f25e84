import type { CacheEnvironment } from '../topologies.ts';

/** What a command of the CLI talks to. */
export interface Terminal {
  out(text: string): void;
  error(text: string): void;
  /** All of standard input. */
  stdin(): Promise<string>;
  environment: CacheEnvironment;
}
