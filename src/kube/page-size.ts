import { ResponseTooLarge, ServerUnreachable } from './client/errors.ts';

/** The same as in client-go's pager. */
const largest = 500;
/** The first page: the API server assembles a whole page, and objects may have more than 1 MiB. Metadata has less than 300 KiB. */
const first = { metadata: 500, objects: 6 };
/** The number of bytes that a page should have. Parsed JSON needs up to 21 times its length. */
const targetBytes = 4 * 1024 * 1024;
/** A longer response is dropped, and a smaller page is requested. */
const maxBytes = 8 * 1024 * 1024;

/** How many objects the pages of one list have: as many as their size in bytes allows, because an object may have some bytes or 1 MiB. */
export class PageSize {
  #objects: number;

  /** `limit` is the number of objects that are wanted, if not all. */
  constructor({
    metadataOnly = false,
    limit,
  }: { metadataOnly?: boolean | undefined; limit?: number | undefined } = {}) {
    this.#objects = limit ?? (metadataOnly ? first.metadata : first.objects);
  }

  /** The number of objects of the next page. */
  get objects(): number {
    return this.#objects;
  }

  /** The length of a response that is accepted. A page of one object cannot be divided. */
  get maxBytes(): number | undefined {
    return this.#objects === 1 ? undefined : maxBytes;
  }

  /** A page of this size arrived. */
  received({ objects, bytes }: { objects: number; bytes: number }): void {
    if (objects === 0) return;
    const fitting = Math.floor((targetBytes * objects) / bytes);
    // The next objects may be larger, so the size grows in steps.
    this.#objects = Math.max(1, Math.min(fitting, this.#objects * 4, largest));
  }

  /** Whether a page failed because it was too large: then the next one is smaller. */
  shrinksAfter(error: unknown): boolean {
    const isTooLarge = error instanceof ResponseTooLarge || (error instanceof ServerUnreachable && error.timedOut);
    if (!isTooLarge || this.#objects === 1) return false;
    this.#objects = Math.max(1, Math.floor(this.#objects / 4));
    return true;
  }
}
