import type { Log } from '../log.ts';
import type { Evaluation, Evaluator } from './evaluator.ts';
import { FairQueue, type NamespacedJob } from './fair-queue.ts';
import type { EvaluationOptions } from './topology-result.ts';

export interface PoolOptions {
  start: () => Promise<Evaluator>;
  size: number;
  /** The deadline of one evaluation, from the time when a thread receives it. */
  deadlineMs: number;
  /** How long a request waits for a thread. */
  queueMs: number;
  /** The number of evaluations after which an evaluator is replaced, because its memory only grows. */
  replaceAfter: number;
  /** Milliseconds of a monotonic clock. */
  now: () => number;
  log: Log;
}

interface Job extends NamespacedJob {
  request: string;
  settle: (evaluation: Evaluation) => void;
  timer: NodeJS.Timeout;
}

/** How many requests may wait. Each may have 1 MiB, and waits for `queueMs` at most. */
const queueLimits = { perNamespace: 256, total: 1024 };
/** An evaluation that takes this share of the deadline counts as slow; most take 20 ms. */
const slowShare = 0.4;
/** How long a namespace counts as slow after its last slow evaluation. */
const slowForMs = 60_000;

/** Assigns requests to a fixed number of evaluators, fairly by namespace, and replaces evaluators that fail or reach `replaceAfter`. */
export class EvaluatorPool {
  readonly #options: PoolOptions;
  readonly #idle: { evaluator: Evaluator; served: number }[] = [];
  readonly #live = new Set<Evaluator>();
  readonly #queue: FairQueue<Job>;
  #starting = 0;
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    const { size, deadlineMs, now } = options;
    const slowMs = deadlineMs * slowShare;
    this.#queue = new FairQueue({ workers: size, limits: queueLimits, slowMs, slowForMs, now });
  }

  /** Starts all evaluators; rejects if one cannot be started. */
  async open(): Promise<void> {
    await Promise.all(Array.from({ length: this.#options.size }, () => this.#add()));
  }

  /** Rejects only with the reason of `signal`; an evaluation that has begun then continues, and its result is ignored. */
  async run(request: string, { namespace = '', signal }: EvaluationOptions = {}): Promise<Evaluation> {
    signal?.throwIfAborted();
    if (this.#closed) return { ok: false, reason: 'EngineFailed', message: 'the CUE engine is closed' };
    const { promise, resolve, reject } = Promise.withResolvers<Evaluation>();
    const { queueMs } = this.#options;
    const timer = setTimeout(() => {
      this.#drop(job);
      // The engines were busy with other requests, so the failure does not depend on this request.
      resolve({ ok: false, reason: 'EngineFailed', message: `no CUE engine was free within ${queueMs} ms` });
    }, queueMs);
    const job: Job = { request, namespace, settle: resolve, timer };
    const abort = (): void => {
      this.#drop(job);
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', abort, { once: true });
    const refused = this.#queue.add(job);
    if (refused !== undefined) this.#fail(refused, 'too many evaluations are waiting for a CUE engine');
    this.#dispatch();
    try {
      return await promise;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const job of this.#queue.clear()) this.#fail(job, 'the CUE engine is closed');
    await Promise.all([...this.#live].map((evaluator) => evaluator.close()));
  }

  /** Assigns waiting requests to idle evaluators. */
  #dispatch(): void {
    for (let free = this.#idle.shift(); free !== undefined; free = this.#idle.shift()) {
      const job = this.#queue.take();
      if (job === undefined) {
        this.#idle.unshift(free);
        break;
      }
      clearTimeout(job.timer);
      void this.#serve(free, job);
    }
    // A failed start is repeated when there is a request to serve.
    const missing = Math.min(this.#queue.length, this.#options.size - this.#live.size - this.#starting);
    for (let count = 0; count < missing; count += 1) this.#replace();
  }

  async #serve(slot: { evaluator: Evaluator; served: number }, job: Job): Promise<void> {
    const { deadlineMs, replaceAfter, now, log } = this.#options;
    const { evaluator } = slot;
    const started = now();
    const evaluation = await evaluator.evaluate(job.request, deadlineMs);
    this.#queue.ended(job, now() - started);
    job.settle(evaluation);
    if (!evaluation.ok) log.warn({ reason: evaluation.reason, message: evaluation.message }, 'CUE evaluation failed');
    if (evaluator.isUsable() && slot.served + 1 < replaceAfter) {
      this.#idle.push({ evaluator, served: slot.served + 1 });
    } else {
      this.#live.delete(evaluator);
      await evaluator.close();
      if (!this.#closed) this.#replace();
    }
    this.#dispatch();
  }

  /** Starts an evaluator in the background. If that fails, the next waiting request fails too. */
  #replace(): void {
    this.#add().catch((error: unknown) => {
      this.#options.log.error({ err: error }, 'the CUE engine did not start');
      const job = this.#queue.take();
      if (job !== undefined) {
        this.#queue.ended(job, 0);
        this.#fail(job, error instanceof Error ? error.message : String(error));
      }
      this.#dispatch();
    });
  }

  async #add(): Promise<void> {
    this.#starting += 1;
    try {
      const evaluator = await this.#options.start();
      if (this.#closed) return await evaluator.close();
      this.#live.add(evaluator);
      this.#idle.push({ evaluator, served: 0 });
    } finally {
      this.#starting -= 1;
    }
    this.#dispatch();
  }

  #drop(job: Job): void {
    clearTimeout(job.timer);
    this.#queue.remove(job);
  }

  #fail(job: Job, message: string): void {
    clearTimeout(job.timer);
    job.settle({ ok: false, reason: 'EngineFailed', message });
  }
}
