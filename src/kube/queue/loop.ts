import type { Log } from '../../log.ts';
import { isConflict, LostLeadership, TerminalError } from '../client/errors.ts';
import type { Backoff, WorkQueue } from './work-queue.ts';

/** How a reconcile ended. `requeue` is not an error: the reconcile returned when to run again, or had a conflict. */
export type Outcome = 'success' | 'error' | 'terminal' | 'requeue';

/** The metrics of a loop. */
export interface LoopMetrics {
  started(): void;
  finished(seconds: number, outcome: Outcome): void;
  /** How many keys are due. */
  depth(keys: number): void;
}

/** When to reconcile a key again although nothing has reported a change. The earlier one of the two applies. */
export interface Requeue {
  /** At a known time, such as a deadline. */
  requeueAfterMs?: number;
  /** While the key waits for a change. The backoff starts again when an event adds the key. */
  backoff?: Backoff;
}

/** Brings the actual state of one key to the desired state. If it throws, it is repeated with backoff. */
export type Reconcile = (key: string, signal: AbortSignal) => Promise<void | Requeue>;

export interface LoopOptions {
  name: string;
  queue: WorkQueue;
  reconcile: Reconcile;
  workers: number;
  log: Log;
  metrics?: LoopMetrics | undefined;
  signal: AbortSignal;
}

/** Reconciles the keys of the queue until `signal` is aborted and every worker has finished. Shuts the queue down. */
export async function runLoop(options: LoopOptions): Promise<void> {
  const { queue, signal } = options;
  const stop = () => queue.shutDown();
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await Promise.all(Array.from({ length: options.workers }, () => runWorker(options)));
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

async function runWorker(options: LoopOptions): Promise<void> {
  const { queue, metrics } = options;
  for (;;) {
    const key = await queue.get();
    if (key === undefined) return;
    metrics?.depth(queue.length);
    metrics?.started();
    const start = performance.now();
    const outcome = await reconcileOnce(options, key);
    metrics?.finished((performance.now() - start) / 1000, outcome);
    queue.done(key);
    metrics?.depth(queue.length);
  }
}

async function reconcileOnce({ name, queue, reconcile, log, signal }: LoopOptions, key: string): Promise<Outcome> {
  try {
    const result = await reconcile(key, signal);
    if (result?.backoff === undefined) queue.forget(key);
    else queue.addBackingOff(key, result.backoff);
    if (result?.requeueAfterMs !== undefined) queue.addAfter(key, result.requeueAfterMs);
    return result === undefined ? 'success' : 'requeue';
  } catch (error) {
    const fields = { loop: name, key, err: error };
    if (error instanceof TerminalError) {
      queue.forget(key);
      log.error(fields, 'reconcile failed with a terminal error; waiting for a change');
      return 'terminal';
    }
    queue.addRateLimited(key);
    if (signal.aborted || error instanceof LostLeadership) {
      log.debug(fields, 'reconcile was interrupted');
      return 'requeue';
    }
    if (isConflict(error)) {
      log.debug(fields, 'the object has changed since it was read; retrying');
      return 'requeue';
    }
    log.error(fields, 'reconcile failed; retrying');
    return 'error';
  }
}
