import type { GatherContext, RenderLimits } from '../context.ts';

/** The time limit of the renders of one request. Most requests need none, so it begins when it is asked for. */
export function startedOnce(limits: RenderLimits | undefined): GatherContext['renderTimeout'] {
  let timeout: AbortSignal | undefined;
  return () => (timeout ??= limits === undefined ? undefined : AbortSignal.timeout(limits.ms));
}

/** Ends what a request evaluates when its time for renders is over. */
export class TimeBound {
  /** For all reads and renders: aborts with the request, and when the time is over. */
  readonly signal: AbortSignal;
  readonly #request: AbortSignal;
  readonly #timeout: AbortSignal | undefined;

  constructor({ signal, renderTimeout }: Pick<GatherContext, 'signal' | 'renderTimeout'>) {
    this.#request = signal;
    this.#timeout = renderTimeout();
    this.signal = this.#timeout === undefined ? signal : AbortSignal.any([signal, this.#timeout]);
  }

  /** The result; `undefined` if the time was over before. Rejects like `evaluate`, unless that fails because the time is over. */
  async within<T>(evaluate: () => Promise<T>): Promise<{ value: T } | undefined> {
    if (this.#isOver()) return undefined;
    try {
      return { value: await evaluate() };
    } catch (error) {
      if (this.#isOver()) return undefined;
      throw error;
    }
  }

  #isOver(): boolean {
    return this.#timeout?.aborted === true && !this.#request.aborted;
  }
}
