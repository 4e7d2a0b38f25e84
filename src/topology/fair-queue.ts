/** The most jobs of one namespace that wait, and the most that wait in total. */
export interface QueueLimits {
  perNamespace: number;
  total: number;
}

/** A job that waits for, or uses, a worker on behalf of a namespace. */
export interface NamespacedJob {
  namespace: string;
  /** When it began to wait, in ms of the clock of the queue. */
  since: number;
}

export interface FairQueueOptions {
  /** The number of workers. */
  workers: number;
  limits: QueueLimits;
  /** A namespace with an evaluation that took this long counts as slow. */
  slowMs: number;
  /** How long a namespace counts as slow after its last slow evaluation. */
  slowForMs: number;
  /** Milliseconds of a monotonic clock. */
  now: () => number;
}

/**
 * Jobs that wait for a worker. The namespace with the fewest workers is next, and namespaces with equally many take turns: none gets
 * a second worker while another one waits for its first. All slow namespaces together never have the last worker, so that a namespace with fast jobs does not wait until a slow job ends.
 */
export class FairQueue<Job extends NamespacedJob> {
  readonly #options: FairQueueOptions;
  /** Waiting jobs by namespace. The first namespace is the next. */
  readonly #waiting = new Map<string, Job[]>();
  /** The number of jobs that workers have, by namespace. */
  readonly #running = new Map<string, number>();
  /** Until when a namespace counts as slow. */
  readonly #slowUntil = new Map<string, number>();
  #length = 0;

  constructor(options: FairQueueOptions) {
    this.#options = options;
  }

  get length(): number {
    return this.#length;
  }

  /** Adds a job. Returns the job that has no place: that one, or the newest of the namespace with the most jobs. */
  add(job: Job): Job | undefined {
    const { perNamespace, total } = this.#options.limits;
    const own = this.#waiting.get(job.namespace) ?? [];
    if (own.length >= perNamespace) return job;
    own.push(job);
    this.#waiting.set(job.namespace, own);
    this.#length += 1;
    if (this.#length <= total) return undefined;
    const [longest = own] = [...this.#waiting.values()].toSorted((left, right) => right.length - left.length);
    const refused = longest.at(-1);
    if (refused !== undefined) this.remove(refused);
    return refused;
  }

  /** The job that waits the longest; the jobs of one namespace wait in their order. */
  oldest(): Job | undefined {
    const firsts = [...this.#waiting.values()].flatMap(([first]) => first ?? []);
    return firsts.toSorted((left, right) => left.since - right.since)[0];
  }

  /** Takes the next job that may start now. Call `ended` for it. */
  take(): Job | undefined {
    const candidates = [...this.#waiting.keys()].filter((namespace) => this.#mayStart(namespace));
    const workersOf = (namespace: string) => this.#running.get(namespace) ?? 0;
    // The sort is stable, so namespaces with equally many workers take turns.
    const [next] = candidates.toSorted((left, right) => workersOf(left) - workersOf(right));
    const jobs = next === undefined ? undefined : this.#waiting.get(next);
    const job = jobs?.shift();
    if (next === undefined || jobs === undefined || job === undefined) return undefined;
    this.#length -= 1;
    // The namespace goes to the end.
    this.#waiting.delete(next);
    if (jobs.length > 0) this.#waiting.set(next, jobs);
    this.#running.set(next, (this.#running.get(next) ?? 0) + 1);
    return job;
  }

  /** A worker is done with a job after so many ms. */
  ended({ namespace }: Job, ms: number): void {
    const running = (this.#running.get(namespace) ?? 1) - 1;
    if (running === 0) this.#running.delete(namespace);
    else this.#running.set(namespace, running);
    const { slowMs, slowForMs, now } = this.#options;
    const time = now();
    for (const [slow, until] of this.#slowUntil) if (until <= time) this.#slowUntil.delete(slow);
    if (ms >= slowMs) this.#slowUntil.set(namespace, time + slowForMs);
  }

  /** Removes a job that no longer waits for a worker. */
  remove(job: Job): void {
    const jobs = this.#waiting.get(job.namespace) ?? [];
    const index = jobs.indexOf(job);
    if (index === -1) return;
    jobs.splice(index, 1);
    this.#length -= 1;
    if (jobs.length === 0) this.#waiting.delete(job.namespace);
  }

  /** Removes all jobs. */
  clear(): Job[] {
    const jobs = [...this.#waiting.values()].flat();
    this.#waiting.clear();
    this.#length = 0;
    return jobs;
  }

  #mayStart(namespace: string): boolean {
    if (!this.#isSlow(namespace)) return true;
    const slow = [...this.#running].map(([name, count]) => (this.#isSlow(name) ? count : 0));
    return slow.reduce((sum, count) => sum + count, 0) < Math.max(1, this.#options.workers - 1);
  }

  #isSlow(namespace: string): boolean {
    return (this.#slowUntil.get(namespace) ?? 0) > this.#options.now();
  }
}
