import { Client, type Dispatcher } from 'undici';
import { createForwardingHandler } from './forwarding-handler.ts';

/** A request was sent on a kept-alive connection that the server had already closed, so the server did not read the request. */
export class StaleConnection extends Error {}

/** The error codes of a request whose connection the server closes before it responds. */
const closedCodes: readonly unknown[] = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'];

/** One connection of a pool. A request fails with StaleConnection if it was not the first on a connection that is closed. */
export class Connection extends Client {
  #requestsSent = 0;

  constructor(origin: URL, options: Client.Options) {
    super(origin, options);
    this.on('connect', () => (this.#requestsSent = 0));
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    let mayBeStale = false;
    const observed = createForwardingHandler(handler, {
      onRequestStart: (controller, context) => {
        mayBeStale = this.#requestsSent > 0;
        this.#requestsSent += 1;
        handler.onRequestStart?.(controller, context);
      },
      onResponseStart: (...head) => {
        mayBeStale = false;
        handler.onResponseStart?.(...head);
      },
      onResponseError: (controller, error) => {
        const stale = mayBeStale && 'code' in error && closedCodes.includes(error.code);
        handler.onResponseError?.(controller, stale ? new StaleConnection(error.message, { cause: error }) : error);
      },
    });
    return super.dispatch(options, observed);
  }
}
