import { stopSharedHub } from './hub.ts';

/** The hook of mocha at the end of the whole run. */
export async function mochaGlobalTeardown(): Promise<void> {
  await stopSharedHub();
}
