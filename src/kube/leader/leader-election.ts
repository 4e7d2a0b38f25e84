import type { Log } from '../../log.ts';
import type { Client } from '../client/client.ts';
import { isAlreadyExists, isConflict, isNotFound, LostLeadership } from '../client/errors.ts';
import { heldBy, type Lease, LEASES, newLease, released } from './lease.ts';
import { sleep as realSleep, type Sleep } from '../cache/sleep.ts';
import type { WriteOptions } from '../client/requests.ts';

/** In ms. `monotonic` never jumps, but may stand still while the machine sleeps; `wall` is the other way round. */
export interface Clock {
  wall(): number;
  monotonic(): number;
}

export interface LeaderElectionOptions {
  client: Client;
  namespace: string;
  name: string;
  /** Unique per process, such as host name and a random part. */
  identity: string;
  log: Log;
  clock?: Clock | undefined;
  sleep?: Sleep | undefined;
  /** In [0, 1). */
  random?: (() => number) | undefined;
  /** How long others leave an unrenewed lease alone; client-go's default, as the next two: 15 s. */
  leaseMs?: number | undefined;
  /** How long after its last renewal a leader goes on; must be below `leaseMs`: 10 s. */
  renewDeadlineMs?: number | undefined;
  /** Between two tries to acquire or renew: 2 s. */
  retryMs?: number | undefined;
}

const REAL_CLOCK: Clock = { wall: () => Date.now(), monotonic: () => performance.now() };
/** client-go's JitterFactor: candidates wait up to 2.2 times as long, so that they do not meet. */
const JITTER = 1.2;

/** At most one process of those that share a Lease leads at a time, however wrong their clocks are. */
export class LeaderElection {
  readonly #options: LeaderElectionOptions;
  readonly #clock: Clock;
  readonly #sleep: Sleep;
  readonly #random: () => number;
  readonly #leaseMs: number;
  readonly #renewDeadlineMs: number;
  readonly #retryMs: number;
  /** Another's lease, and when it was first seen like this by our own clock. The times in it are never trusted. */
  #observed: { record: string; at: number } | undefined;
  /** The lease as we wrote it last; undefined where only the server can tell. */
  #held: Lease | undefined;
  #deadline: Record<keyof Clock, number> | undefined;
  #leading = false;

  constructor(options: LeaderElectionOptions) {
    this.#options = options;
    this.#clock = options.clock ?? REAL_CLOCK;
    this.#sleep = options.sleep ?? realSleep;
    this.#random = options.random ?? Math.random;
    this.#leaseMs = options.leaseMs ?? 15_000;
    this.#renewDeadlineMs = options.renewDeadlineMs ?? 10_000;
    this.#retryMs = options.retryMs ?? 2000;
    if (this.#renewDeadlineMs >= this.#leaseMs || this.#retryMs >= this.#renewDeadlineMs) {
      throw new Error('leader election: needs retryMs < renewDeadlineMs < leaseMs');
    }
  }

  /** Whether `lead` runs and has not been told to stop. */
  isLeader(): boolean {
    return this.#leading;
  }

  /** Whether a write may be sent now: nobody else takes the lease for at least `leaseMs - renewDeadlineMs` more. */
  holds(): boolean {
    return this.#msLeft() > 0;
  }

  /**
   * Runs `lead` whenever, and as long as, this process leads; its signal is aborted by the renew deadline at the latest,
   * and it may be run again later. Ends when `signal` is aborted, or with what `lead` returns or throws unasked; the
   * lease is given back either way.
   */
  async run(signal: AbortSignal, lead: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { log, name: lease, identity } = this.#options;
    while (!signal.aborted) {
      if ((await this.#tryToHold(signal)) === 'held') {
        log.info({ lease, identity }, 'leading');
        if ((await this.#leadUntilLost(signal, lead)) === 'done') return;
        log.warn({ lease, identity }, 'lost the lease');
      }
      await this.#sleep(this.#retryMs * (1 + this.#random() * JITTER), signal);
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
    let unasked = false;
    const work = (async () => lead(leading.signal))().finally(() => {
      unasked = !leading.signal.aborted;
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
    // `lead` may need a while to stop. It is not renewed for: its writes end at the deadline (see guardWrites).
    const error = await ended;
    this.#deadline = undefined;
    if (outcome === 'done') await this.#release();
    if (error !== undefined && unasked) throw error;
    if (error !== undefined) this.#options.log.debug({ err: error }, 'what was led ended with an error when stopped');
    return outcome;
  }

  /** Returns when `signal` is aborted, another has the lease, or the renew deadline has come. */
  async #keepRenewing(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.holds()) {
      await this.#sleep(Math.min(this.#retryMs, this.#msLeft()), signal);
      if (signal.aborted || !this.holds()) return;
      if ((await this.#tryToHold(signal)) === 'taken') return;
    }
  }

  /** One try to acquire or renew, in bounded time. `failed` leaves open whether it took effect. */
  async #tryToHold(signal: AbortSignal): Promise<'held' | 'taken' | 'failed'> {
    // Half, as in client-go: a request that hangs leaves time for another. And never beyond the deadline itself.
    const half = this.#renewDeadlineMs / 2;
    const limit = AbortSignal.timeout(Math.ceil(this.#leading ? Math.min(half, this.#msLeft()) : half));
    const either = AbortSignal.any([signal, limit]);
    try {
      try {
        return await this.#takeOrRenew(either);
      } catch (error) {
        // Either somebody else was faster, or an earlier write of ours did take effect: look once more.
        if (!isConflict(error) && !isAlreadyExists(error) && !isNotFound(error)) throw error;
        return await this.#takeOrRenew(either);
      }
    } catch (error) {
      if (!signal.aborted) {
        this.#options.log.warn({ lease: this.#options.name, err: error }, 'the lease could not be read or written');
      }
      return 'failed';
    }
  }

  async #takeOrRenew(signal: AbortSignal): Promise<'held' | 'taken'> {
    const { client, identity } = this.#options;
    const lease = this.#held ?? (await this.#read(signal));
    // Whatever happens to the write, only a fresh read or its success tells what is true after it.
    this.#held = undefined;
    if (this.#belongsToAnother(lease)) return 'taken';
    // Taken before the request is sent: others count from when it took effect, which is later.
    const wall = this.#clock.wall();
    const monotonic = this.#clock.monotonic();
    const wanted = heldBy(lease, identity, this.#leaseMs, wall);
    this.#held =
      lease.metadata.resourceVersion === undefined
        ? await client.create(LEASES, wanted, { signal })
        : await client.replace(LEASES, wanted, { signal });
    this.#deadline = { wall: wall + this.#renewDeadlineMs, monotonic: monotonic + this.#renewDeadlineMs };
    return 'held';
  }

  /** Whether somebody else holds it, and has renewed it within its duration as seen by our own clock. */
  #belongsToAnother({ spec = {} }: Lease): boolean {
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
    try {
      return await client.get<Lease>(LEASES, { namespace, name }, { signal });
    } catch (error) {
      if (isNotFound(error)) return newLease(namespace, name);
      throw error;
    }
  }

  /** Lets the next one lead at once. If it fails, they wait out the lease. */
  async #release(): Promise<void> {
    const { client, identity, log, name } = this.#options;
    const signal = AbortSignal.timeout(this.#renewDeadlineMs / 2);
    try {
      const lease = await this.#read(signal);
      this.#held = undefined;
      if (lease.spec?.holderIdentity !== identity) return;
      await client.replace(LEASES, released(lease, this.#clock.wall()), { signal });
    } catch (error) {
      log.warn({ lease: name, err: error }, 'the lease could not be given back');
    }
  }

  #msLeft(): number {
    if (this.#deadline === undefined) return 0;
    const { wall, monotonic } = this.#deadline;
    return Math.min(wall - this.#clock.wall(), monotonic - this.#clock.monotonic());
  }
}

/**
 * The same client, but a write throws LostLeadership instead of being sent once `holds` says no. It is asked right before
 * each request goes out, so neither a retry nor a slow credential plugin carries a write beyond the deadline.
 */
export function guardWrites(client: Client, holds: () => boolean): Client {
  const guard = <O extends WriteOptions>(options: O): O => ({
    ...options,
    beforeSend: () => {
      if (!holds()) throw new LostLeadership("not sent: the lease may be another's by now");
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
