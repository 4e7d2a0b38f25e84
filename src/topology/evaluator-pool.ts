import type { Log } from '../log.ts';
import type { Evaluation, Evaluator } from './evaluator.ts';
import { FairQueue, type NamespacedJob } from './fair-queue.ts';
import type { EvaluationOptions } from './topology-result.ts';

export interface PoolOptions {
  start: () => Promise<Evaluator>;
  /** The most evaluators. One is started at once, the others when requests wait. */
  size: number;
  /** The deadline of one evaluation, from the time when a thread receives it. */
  deadlineMs: number;
  /** How long a request waits for a thread. */
  queueMs: number;
  /** The number of evaluations after which an evaluator is replaced, because its memory only grows. */
  replaceAfter: number;
  /** How long a request waits before another evaluator is started for it, in ms. The default is 100: most evaluations take 20 ms. */
  growAfterMs?: number;
  /** How long an evaluator is idle before it ends, in ms; the last one stays. The default is five minutes. */
  idleMs?: number;
  /** Milliseconds of a monotonic clock. */
  now: () => number;
  log: Log;
}

interface Job extends NamespacedJob {
  request: string;
  settle: (evaluation: Evaluation) => void;
  timer: NodeJS.Timeout;
  /** When it began to wait, in ms of the pool's clock. */
  since: number;
}

interface Slot {
  evaluator: Evaluator;
  served: number;
  /** Runs while the evaluator is idle. */
  idle?: NodeJS.Timeout;
}

/** How many requests may wait. Each may have 1 MiB, and waits for `queueMs` at most. */
const queueLimits = { perNamespace: 256, total: 1024 };
/** An evaluation that takes this share of the deadline counts as slow; most take 20 ms. */
const slowShare = 0.4;
/** How long a namespace counts as slow after its last slow evaluation. */
const slowForMs = 60_000;
const defaultGrowAfterMs = 100;
const defaultIdleMs = 5 * 60_000;
/** Usual topologies need 30 to 40 MiB, of which 8 are addresses only. The memory of an evaluator never shrinks. */
const keptMemoryBytes = 64 * 1024 * 1024;

/**
 * Assigns requests to evaluators, fairly by namespace, and replaces evaluators that fail or reach `replaceAfter`. Each needs about 30 MiB,
 * so there is one until requests wait for it, and idle ones end.
 */
export class EvaluatorPool {
  readonly #options: PoolOptions;
  /** The one that was used last is the next, so that the others can end. */
  readonly #idle: Slot[] = [];
  readonly #live = new Set<Evaluator>();
  readonly #queue: FairQueue<Job>;
  #starting = 0;
  #closed = false;
  /** Runs while requests wait and more evaluators may be started. */
  #growth: NodeJS.Timeout | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
    const { size, deadlineMs, now } = options;
    const slowMs = deadlineMs * slowShare;
    this.#queue = new FairQueue({ workers: size, limits: queueLimits, slowMs, slowForMs, now });
  }

  /** Starts the first evaluator; rejects if it cannot be started. */
  async open(): Promise<void> {
    await this.#add();
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
    const job: Job = { request, namespace, settle: resolve, timer, since: this.#options.now() };
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
    clearTimeout(this.#growth);
    for (const slot of this.#idle) clearTimeout(slot.idle);
    for (const job of this.#queue.clear()) this.#fail(job, 'the CUE engine is closed');
    await Promise.all([...this.#live].map((evaluator) => evaluator.close()));
  }

  /** Assigns waiting requests to idle evaluators. An idle one may have failed when it freed memory. */
  #dispatch(): void {
    for (let free = this.#idle.pop(); free !== undefined; free = this.#idle.pop()) {
      if (!free.evaluator.isUsable()) {
        clearTimeout(free.idle);
        this.#live.delete(free.evaluator);
        continue;
      }
      const job = this.#queue.take();
      if (job === undefined) {
        this.#idle.push(free);
        break;
      }
      clearTimeout(free.idle);
      clearTimeout(job.timer);
      void this.#serve(free, job);
    }
    this.#grow();
  }

  /** Starts an evaluator if there is none, or if the request that waits the longest has waited long enough. */
  #grow(): void {
    clearTimeout(this.#growth);
    const { size, growAfterMs = defaultGrowAfterMs, now } = this.#options;
    const running = this.#live.size + this.#starting;
    const oldest = this.#queue.oldest();
    if (this.#closed || oldest === undefined || running >= size || (running > 0 && this.#starting > 0)) return;
    // A failed start is repeated when there is a request to serve.
    const waitMs = running === 0 ? 0 : oldest.since + growAfterMs - now();
    if (waitMs <= 0) this.#replace();
    else this.#growth = setTimeout(() => this.#grow(), waitMs);
  }

  async #serve(slot: Slot, job: Job): Promise<void> {
    const { deadlineMs, replaceAfter, now, log } = this.#options;
    const { evaluator } = slot;
    const started = now();
    const evaluation = await evaluator.evaluate(job.request, deadlineMs);
    this.#queue.ended(job, now() - started);
    job.settle(evaluation);
    if (!evaluation.ok) log.warn({ reason: evaluation.reason, message: evaluation.message }, 'CUE evaluation failed');
    if (evaluator.isUsable() && slot.served + 1 < replaceAfter) {
      this.#rest({ evaluator, served: slot.served + 1 });
    } else {
      this.#live.delete(evaluator);
      await evaluator.close();
      if (!this.#closed && this.#live.size + this.#starting === 0) this.#replace();
    }
    this.#dispatch();
  }

  /** Makes an evaluator idle. It ends after some time; the last one only if its memory has grown much, and then another one starts. */
  #rest(slot: Slot): void {
    const end = (): void => {
      const isLast = this.#live.size === 1;
      if (isLast && slot.evaluator.memoryBytes() <= keptMemoryBytes) return;
      this.#idle.splice(this.#idle.indexOf(slot), 1);
      this.#live.delete(slot.evaluator);
      void slot.evaluator.close();
      if (isLast) this.#replace();
    };
    const idle = setTimeout(end, this.#options.idleMs ?? defaultIdleMs).unref();
    this.#idle.push(Object.assign(slot, { idle }));
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
      this.#rest({ evaluator, served: 0 });
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
