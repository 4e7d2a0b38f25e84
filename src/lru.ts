/** What an `Lru` may hold. */
export interface LruOptions<Value> {
  /** How many values. */
  capacity: number;
  /** What all values together may measure, in the unit of `sizeOf`; no bound unless given. */
  budget?: number;
  /** What one value measures, asked once when it is set; 1 unless given. */
  sizeOf?: (value: Value) => number;
}

/** A map that forgets what was not asked for longest once it holds more than it may. What alone is too big, it never keeps. */
export class Lru<Value> {
  readonly #capacity: number;
  readonly #budget: number;
  readonly #sizeOf: (value: Value) => number;
  /** In the order in which they were last used. */
  readonly #entries = new Map<string, { value: Value; size: number }>();
  #total = 0;

  constructor({ capacity, budget = Infinity, sizeOf = () => 1 }: LruOptions<Value>) {
    this.#capacity = capacity;
    this.#budget = budget;
    this.#sizeOf = sizeOf;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  set(key: string, value: Value): void {
    this.#forget(key);
    const size = this.#sizeOf(value);
    if (size > this.#budget) return;
    this.#entries.set(key, { value, size });
    this.#total += size;
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#capacity && this.#total <= this.#budget) break;
      this.#forget(oldest);
    }
  }

  #forget(key: string): void {
    this.#total -= this.#entries.get(key)?.size ?? 0;
    this.#entries.delete(key);
  }
}
