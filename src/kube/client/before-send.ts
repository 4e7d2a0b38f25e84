import type { Dispatcher } from 'undici';
import { createForwardingHandler } from './forwarding-handler.ts';

/**
 * Calls `beforeSend` when the connection is established and the request is written next. The request is not sent if it
 * throws, and fails with what it throws, however long connecting took.
 */
export function callBeforeSend(beforeSend: () => void): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) =>
    dispatch(
      options,
      createForwardingHandler(handler, {
        onRequestStart(controller, context) {
          beforeSend();
          handler.onRequestStart?.(controller, context);
        },
      }),
    );
}
