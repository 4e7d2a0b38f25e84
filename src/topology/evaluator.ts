import { Worker } from 'node:worker_threads';

/** What the thread says: `answer` is the engine's own JSON, `broken` that it has to be replaced. */
export type WorkerReply =
  { kind: 'ready' } | { kind: 'answer'; text: string } | { kind: 'broken'; outOfMemory: boolean; message: string };

/** The engine's JSON, or why there is none. */
export type Evaluation =
  | { ok: true; text: string }
  | { ok: false; reason: 'DeadlineExceeded' | 'OutOfMemory' | 'EngineFailed'; message: string };

/** One worker thread with one instance of the CUE engine, for one request at a time. */
export interface Evaluator {
  evaluate(request: string, deadlineMs: number): Promise<Evaluation>;
  /** False once an evaluation was stopped or broke it: the thread is gone. */
  usable(): boolean;
  close(): Promise<void>;
}

/** A checkout runs the source, a package what was compiled from it. */
const workerFile = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);

/** Starting means to compile nothing, but to run Go's own initialization: some 100 ms, more on a loaded machine. */
const startDeadlineMs = 30_000;

/** Resolves when the thread can take a request; rejects where it cannot be started. */
export async function startEvaluator(module: WebAssembly.Module): Promise<Evaluator> {
  const worker = new Worker(workerFile, {
    workerData: module,
    env: {},
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // An idle engine does not keep a process alive.
    stdin: false,
  });
  worker.unref();
  let alive = true;
  let settle: ((reply: WorkerReply) => void) | undefined;
  const broken = (message: string): void => {
    alive = false;
    settle?.({ kind: 'broken', outOfMemory: false, message });
  };
  worker.on('message', (reply: WorkerReply) => settle?.(reply));
  worker.on('error', (error) => broken(error instanceof Error ? error.message : String(error)));
  worker.on('exit', (code) => broken(`the thread ended with code ${code}`));

  const next = async (deadlineMs: number, send: () => void): Promise<WorkerReply | 'late'> => {
    const { promise, resolve } = Promise.withResolvers<WorkerReply | 'late'>();
    const timer = setTimeout(() => resolve('late'), deadlineMs);
    settle = resolve;
    // A request under way does keep the process alive.
    worker.ref();
    try {
      if (alive) send();
      else broken('the thread has ended');
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

  const started = await next(startDeadlineMs, () => {});
  if (started === 'late' || started.kind !== 'ready') {
    await close();
    const why =
      started !== 'late' && started.kind === 'broken' ? started.message : `not ready in ${startDeadlineMs} ms`;
    throw new Error(`the CUE engine did not start: ${why}`);
  }
  return {
    evaluate: async (request, deadlineMs) => {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      const reply = await next(deadlineMs, () => worker.postMessage(request));
      if (reply !== 'late' && reply.kind === 'answer') return { ok: true, text: reply.text };
      await close();
      if (reply === 'late') {
        return { ok: false, reason: 'DeadlineExceeded', message: `the evaluation took more than ${deadlineMs} ms` };
      }
      if (reply.kind === 'ready') return { ok: false, reason: 'EngineFailed', message: 'the thread started twice' };
      return reply.outOfMemory
        ? { ok: false, reason: 'OutOfMemory', message: 'the evaluation needs more memory than it may have' }
        : { ok: false, reason: 'EngineFailed', message: `the CUE engine broke: ${reply.message}` };
    },
    usable: () => alive,
    close,
  };
}
