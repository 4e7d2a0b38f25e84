import { Worker } from 'node:worker_threads';

/** A message of the thread: `response` contains the JSON of the engine, and `memoryBytes` the size of its memory; after `failed` the thread must be replaced. */
export type WorkerReply =
  | { kind: 'ready' }
  | { kind: 'response'; response: string; memoryBytes: number }
  | { kind: 'failed'; outOfMemory: boolean; message: string };

/** The JSON of the engine, or why the evaluation failed. */
export type Evaluation =
  | { ok: true; response: string }
  | { ok: false; reason: 'DeadlineExceeded' | 'OutOfMemory' | 'EngineFailed'; message: string };

/** One worker thread with one instance of the CUE engine. It evaluates one request at a time. */
export interface Evaluator {
  evaluate(request: string, deadlineMs: number): Promise<Evaluation>;
  /** The size of the memory of the instance after the last evaluation; 0 before the first. */
  memoryBytes(): number;
  /** False after an evaluation that was stopped or failed, because the thread has ended. */
  isUsable(): boolean;
  close(): Promise<void>;
}

/** A checkout runs the TypeScript source; a package runs the JavaScript that was compiled from it. */
const workerFile = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);

/** A start compiles nothing but runs Go's initialization: about 100 ms, more on a loaded machine. */
const startDeadlineMs = 30_000;

/** Resolves when the thread is ready; rejects if it cannot be started. */
export async function startEvaluator(module: WebAssembly.Module): Promise<Evaluator> {
  const worker = new Worker(workerFile, {
    workerData: module,
    env: {},
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdin: false,
    // The thread only passes JSON on. Its memory for CUE is not part of this heap.
    resourceLimits: { maxYoungGenerationSizeMb: 2 },
  });
  // An idle engine does not keep the process alive.
  worker.unref();
  let alive = true;
  let memoryBytes = 0;
  let settle: ((reply: WorkerReply) => void) | undefined;
  const fail = (message: string): void => {
    alive = false;
    settle?.({ kind: 'failed', outOfMemory: false, message });
  };
  worker.on('message', (reply: WorkerReply) => settle?.(reply));
  worker.on('error', (error) => fail(error instanceof Error ? error.message : String(error)));
  worker.on('exit', (code) => fail(`the thread ended with code ${code}`));

  const waitForReply = async (deadlineMs: number, send: () => void): Promise<WorkerReply | 'timeout'> => {
    const { promise, resolve } = Promise.withResolvers<WorkerReply | 'timeout'>();
    const timer = setTimeout(() => resolve('timeout'), deadlineMs);
    settle = resolve;
    // A running request keeps the process alive.
    worker.ref();
    try {
      if (alive) send();
      else fail('the thread has ended');
      return await promise;
    } finally {
      settle = undefined;
      clearTimeout(timer);
      worker.unref();
    }
  };
  const close = async (): Promise<void> => {
    alive = false;
    await worker.terminate();
  };

  const started = await waitForReply(startDeadlineMs, () => {});
  if (started === 'timeout' || started.kind !== 'ready') {
    await close();
    const isFailure = started !== 'timeout' && started.kind === 'failed';
    const why = isFailure ? started.message : `it was not ready within ${startDeadlineMs} ms`;
    throw new Error(`the CUE engine did not start: ${why}`);
  }
  return {
    evaluate: async (request, deadlineMs) => {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      const reply = await waitForReply(deadlineMs, () => worker.postMessage(request));
      if (reply !== 'timeout' && reply.kind === 'response') {
        memoryBytes = reply.memoryBytes;
        return { ok: true, response: reply.response };
      }
      await close();
      return failureOf(reply, deadlineMs);
    },
    memoryBytes: () => memoryBytes,
    isUsable: () => alive,
    close,
  };
}

function failureOf(reply: Exclude<WorkerReply, { kind: 'response' }> | 'timeout', deadlineMs: number): Evaluation {
  if (reply === 'timeout') {
    return { ok: false, reason: 'DeadlineExceeded', message: `the evaluation took more than ${deadlineMs} ms` };
  }
  if (reply.kind === 'ready') return { ok: false, reason: 'EngineFailed', message: 'the thread started twice' };
  return reply.outOfMemory
    ? { ok: false, reason: 'OutOfMemory', message: 'the evaluation needs more memory than its limit' }
    : { ok: false, reason: 'EngineFailed', message: `the CUE engine failed: ${reply.message}` };
}
