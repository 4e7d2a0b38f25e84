import { stopSharedHub } from './hub.ts';

/** Mocha's hook for the end of the whole run. */
export async function mochaGlobalTeardown(): Promise<void> {
  await stopSharedHub();
}
