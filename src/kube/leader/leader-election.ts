import type { Log } from '../../log.ts';
import type { Client } from '../client/client.ts';
import { isAlreadyExists, isConflict, isNotFound, LostLeadership } from '../client/errors.ts';
import { acquireOrRenew, type Lease, leases, newLease, release } from './lease.ts';
import { sleep as realSleep, type Sleep } from '../sleep.ts';
import type { WriteOptions } from '../client/requests.ts';
import { getIfPresent } from '../client/get-if-present.ts';

/** Clocks in ms. `monotonic` never jumps but may stop while the machine sleeps; `wall` may jump but does not stop. */
export interface Clock {
  wall(): number;
  monotonic(): number;
}

export interface LeaderElectionOptions {
  client: Client;
  namespace: string;
  name: string;
  /** Unique per process, for example the host name with a random suffix. */
  identity: string;
  log: Log;
  clock?: Clock | undefined;
  sleep?: Sleep | undefined;
  /** In [0, 1). */
  random?: (() => number) | undefined;
  /** How long other candidates wait after the last renewal: 15 s. This default and the next two are those of client-go. */
  leaseMs?: number | undefined;
  /** How long a leader continues after its last renewal; must be below `leaseMs`: 10 s. */
  renewDeadlineMs?: number | undefined;
  /** The time between two attempts to acquire or renew: 2 s. */
  retryMs?: number | undefined;
}

const systemClock: Clock = { wall: () => Date.now(), monotonic: () => performance.now() };
/** client-go's JitterFactor: candidates wait up to 2.2 times as long, so that they do not compete at the same moment. */
const jitterFactor = 1.2;

/** At most one of the processes that share a Lease leads at a time, even if their clocks are wrong. */
export class LeaderElection {
  readonly #options: LeaderElectionOptions;
  readonly #clock: Clock;
  readonly #sleep: Sleep;
  readonly #random: () => number;
  readonly #leaseMs: number;
  readonly #renewDeadlineMs: number;
  readonly #retryMs: number;
  /** The Lease of another holder, and the local time when this state was first seen. The times in the Lease are not trusted. */
  #observed: { record: string; at: number } | undefined;
  /** The Lease as this process wrote it last; undefined if it must be read. */
  #own: Lease | undefined;
  #deadline: Record<keyof Clock, number> | undefined;
  #leading = false;

  constructor(options: LeaderElectionOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#sleep = options.sleep ?? realSleep;
    this.#random = options.random ?? Math.random;
    this.#leaseMs = options.leaseMs ?? 15_000;
    this.#renewDeadlineMs = options.renewDeadlineMs ?? 10_000;
    this.#retryMs = options.retryMs ?? 2000;
    if (this.#renewDeadlineMs >= this.#leaseMs || this.#retryMs >= this.#renewDeadlineMs) {
      throw new Error('leader election: retryMs < renewDeadlineMs < leaseMs is required');
    }
  }

  /** Whether `lead` is running and its signal is not aborted. */
  isLeader(): boolean {
    return this.#leading;
  }

  /** Whether a write may be sent now: no other process acquires the Lease within the next `leaseMs - renewDeadlineMs`. */
  holds(): boolean {
    return this.#msLeft() > 0;
  }

  /**
   * Runs `lead` while this process leads, and again whenever it becomes the leader. The signal of `lead` is aborted at the renew
   * deadline at the latest. Ends when `signal` is aborted, or with the result of `lead` if that ends before; the Lease is released
   * in both cases.
   */
  async run(signal: AbortSignal, lead: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { log, name: lease, identity } = this.#options;
    while (!signal.aborted) {
      if ((await this.#tryToAcquire(signal)) === 'held') {
        log.info({ lease, identity }, 'became the leader');
        if ((await this.#leadUntilLost(signal, lead)) === 'done') return;
        log.warn({ lease, identity }, 'lost the Lease');
      }
      await this.#sleep(this.#retryMs * (1 + this.#random() * jitterFactor), signal);
    }
  }

  async #leadUntilLost(signal: AbortSignal, lead: (signal: AbortSignal) => Promise<void>): Promise<'lost' | 'done'> {
    const leading = new AbortController();
    const stop = () => {
      this.#leading = false;
      leading.abort();
    };
    signal.addEventListener('abort', stop, { once: true });
    this.#leading = true;
    if (signal.aborted) stop();
    let endedByItself = false;
    const work = (async () => lead(leading.signal))().finally(() => {
      endedByItself = !leading.signal.aborted;
      stop();
    });
    const ended = work.then(
      () => undefined,
      (error: unknown) => error,
    );
    await this.#keepRenewing(leading.signal);
    const outcome = leading.signal.aborted ? 'done' : 'lost';
    stop();
    signal.removeEventListener('abort', stop);
    // `lead` may need time to stop. The Lease is not renewed meanwhile: writes end at the deadline (see guardWrites).
    const error = await ended;
    this.#deadline = undefined;
    if (outcome === 'done') await this.#release();
    if (error !== undefined && endedByItself) throw error;
    if (error !== undefined) this.#options.log.debug({ err: error }, 'the leading work failed while it was stopped');
    return outcome;
  }

  /** Returns when `signal` is aborted, another process has the Lease, or the renew deadline has passed. */
  async #keepRenewing(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.holds()) {
      await this.#sleep(Math.min(this.#retryMs, this.#msLeft()), signal);
      if (signal.aborted || !this.holds()) return;
      if ((await this.#tryToAcquire(signal)) === 'taken') return;
    }
  }

  /** Attempts once to acquire or renew, with a timeout. After `failed` it is unknown whether the write took effect. */
  async #tryToAcquire(signal: AbortSignal): Promise<'held' | 'taken' | 'failed'> {
    // Half of the deadline, as in client-go, so that there is time for a second request if this one hangs. It never ends after the
    // deadline itself.
    const half = this.#renewDeadlineMs / 2;
    const limit = AbortSignal.timeout(Math.ceil(this.#leading ? Math.min(half, this.#msLeft()) : half));
    const either = AbortSignal.any([signal, limit]);
    try {
      try {
        return await this.#acquireOrRenew(either);
      } catch (error) {
        // Another process was faster, or an earlier write of this process did take effect: read once more.
        if (!isConflict(error) && !isAlreadyExists(error) && !isNotFound(error)) throw error;
        return await this.#acquireOrRenew(either);
      }
    } catch (error) {
      if (!signal.aborted) {
        this.#options.log.warn({ lease: this.#options.name, err: error }, 'the Lease could not be read or written');
      }
      return 'failed';
    }
  }

  async #acquireOrRenew(signal: AbortSignal): Promise<'held' | 'taken'> {
    const { client, identity } = this.#options;
    const lease = this.#own ?? (await this.#read(signal));
    // If the write fails, its effect is unknown and the Lease has to be read again.
    this.#own = undefined;
    if (this.#isHeldByAnother(lease)) return 'taken';
    // The clocks are read before the request is sent: other processes count from the time when it took effect, which is later.
    const wall = this.#clock.wall();
    const monotonic = this.#clock.monotonic();
    const desired = acquireOrRenew(lease, identity, this.#leaseMs, wall);
    this.#own =
      lease.metadata.resourceVersion === undefined
        ? await client.create(leases, desired, { signal })
        : await client.replace(leases, desired, { signal });
    this.#deadline = { wall: wall + this.#renewDeadlineMs, monotonic: monotonic + this.#renewDeadlineMs };
    return 'held';
  }

  /** Whether another process holds the Lease and has renewed it within its duration, by the local clock. */
  #isHeldByAnother({ spec = {} }: Lease): boolean {
    const { holderIdentity = '', renewTime, leaseTransitions, leaseDurationSeconds } = spec;
    if (holderIdentity === '' || holderIdentity === this.#options.identity) return false;
    const now = this.#clock.monotonic();
    const record = JSON.stringify([holderIdentity, renewTime, leaseTransitions]);
    if (this.#observed?.record !== record) this.#observed = { record, at: now };
    const durationMs = leaseDurationSeconds === undefined ? this.#leaseMs : leaseDurationSeconds * 1000;
    return now < this.#observed.at + durationMs;
  }

  async #read(signal: AbortSignal): Promise<Lease> {
    const { client, namespace, name } = this.#options;
    return (await getIfPresent<Lease>(client, leases, { namespace, name }, { signal })) ?? newLease(namespace, name);
  }

  /** Releases the Lease, so that another process can lead at once. If this fails, the other process waits until the Lease expires. */
  async #release(): Promise<void> {
    const { client, identity, log, name } = this.#options;
    const signal = AbortSignal.timeout(this.#renewDeadlineMs / 2);
    try {
      const lease = await this.#read(signal);
      this.#own = undefined;
      if (lease.spec?.holderIdentity !== identity) return;
      await client.replace(leases, release(lease, this.#clock.wall()), { signal });
    } catch (error) {
      log.warn({ lease: name, err: error }, 'the Lease could not be released');
    }
  }

  #msLeft(): number {
    if (this.#deadline === undefined) return 0;
    const { wall, monotonic } = this.#deadline;
    return Math.min(wall - this.#clock.wall(), monotonic - this.#clock.monotonic());
  }
}

/**
 * A client whose writes throw LostLeadership while `holds` returns false. `holds` is called immediately before each request is
 * sent, so that no write is sent after the deadline, even by a retry or after a slow credential plugin.
 */
export function guardWrites(client: Client, holds: () => boolean): Client {
  const guard = <O extends WriteOptions>(options: O): O => ({
    ...options,
    beforeSend: () => {
      if (!holds()) throw new LostLeadership('not sent: another process may hold the Lease');
      options.beforeSend?.();
    },
  });
  return {
    get: (resource, key, options) => client.get(resource, key, options),
    list: (resource, options) => client.list(resource, options),
    watch: (resource, options) => client.watch(resource, options),
    create: (resource, object, options = {}) => client.create(resource, object, guard(options)),
    replace: (resource, object, options = {}) => client.replace(resource, object, guard(options)),
    apply: (resource, object, options) => client.apply(resource, object, guard(options)),
    patch: (resource, key, body, options = {}) => client.patch(resource, key, body, guard(options)),
    delete: (resource, key, options = {}) => client.delete(resource, key, guard(options)),
    raw: (method, path, body, options = {}) =>
      client.raw(method, path, body, method === 'GET' ? options : guard(options)),
  };
}
