import type { Dispatcher } from 'undici';
import { createForwardingHandler } from './forwarding-handler.ts';

/**
 * Calls `beforeSend` after the connection is established, immediately before the request is written. If it throws, the request
 * is not sent and fails with that error. The time that connecting takes cannot make the check outdated.
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
