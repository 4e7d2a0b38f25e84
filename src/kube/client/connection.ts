import { Client, type Dispatcher } from 'undici';
import { createForwardingHandler } from './forwarding-handler.ts';

/** The server had already closed the kept-alive connection on which a request was sent, so it did not read the request. */
export class StaleConnection extends Error {}

/** What a request fails with if the server closes its connection before it responds. */
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
