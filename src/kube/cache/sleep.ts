import { setTimeout as after } from 'node:timers/promises';

/** Waits for `ms`, or until `signal` is aborted; never throws. */
export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>;

/** The real one. */
export const sleep: Sleep = async (ms, signal) => {
  try {
    await after(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  }
};
