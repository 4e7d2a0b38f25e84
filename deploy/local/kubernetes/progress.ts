import type { Output } from '../hub/line-output.ts';

/** The progress of a step. */
export interface ProgressState {
  done: number;
  /** Undefined while it is unknown. */
  total?: number | undefined;
  /** The present item, such as a package. */
  current?: string | undefined;
}

/** The name of the step, such as "building Kubernetes", and the unit of its progress, such as "packages". */
export interface ProgressNames {
  what: string;
  unit: string;
}

const logMs = 15_000;
const terminalMs = 200;

/** Shows the progress of a long step: on a terminal in one line that is replaced, else in a new line every 15 s. */
export class Progress {
  readonly #names: ProgressNames;
  readonly #output: Output;
  readonly #now: () => number;
  readonly #began: number;
  readonly #timer: NodeJS.Timeout;
  #state: ProgressState = { done: 0 };

  constructor(names: ProgressNames, output: Output, now = () => performance.now()) {
    this.#names = names;
    this.#output = output;
    this.#now = now;
    this.#began = now();
    this.#timer = setInterval(() => this.#show(), output.replace === undefined ? logMs : terminalMs);
  }

  update(state: ProgressState): void {
    this.#state = state;
  }

  /** Removes the line from a terminal. */
  stop(): void {
    clearInterval(this.#timer);
    this.#output.replace?.('');
  }

  get seconds(): number {
    return Math.round((this.#now() - this.#began) / 1000);
  }

  #show(): void {
    const line = describeProgress(this.#names, this.#state, this.#now() - this.#began);
    const { current } = this.#state;
    if (this.#output.replace === undefined) this.#output.print(line);
    else this.#output.replace(current === undefined ? line : `${line}: ${current}`);
  }
}

/** One line. The time left is estimated from the rate so far. */
export function describeProgress(
  { what, unit }: ProgressNames,
  { done, total }: ProgressState,
  elapsedMs: number,
): string {
  const elapsed = `${Math.round(elapsedMs / 1000)} s so far`;
  if (total === undefined) return `${what}: ${elapsed}`;
  const left =
    done > 0 && done < total ? `, about ${Math.ceil((elapsedMs * (total - done)) / done / 1000)} s left` : '';
  return `${what}: ${Math.floor(done)} of ${Math.ceil(total)} ${unit}, ${elapsed}${left}`;
}
