import { setTimeout as delay } from 'node:timers/promises';

/** Waits for `ms` or until `signal` is aborted. Never throws. */
export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>;

/** Sleeps with a timer of Node. */
export const sleep: Sleep = async (ms, signal) => {
  try {
    await delay(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  }
};
