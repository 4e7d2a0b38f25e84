import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import type { Dispatcher } from 'undici';
import { createForwardingHandler } from '../../../src/kube/client/forwarding-handler.ts';

describe('createForwardingHandler', () => {
  const controller: Dispatcher.DispatchController = {
    aborted: false,
    paused: false,
    reason: null,
    abort: () => undefined,
    pause: () => undefined,
    resume: () => undefined,
  };
  const stepsOf = (
    calls: string[],
    prefix = '',
  ): Required<Omit<Dispatcher.DispatchHandler, 'onResponseStarted' | 'onBodySent' | 'onRequestSent'>> => ({
    onRequestStart: () => calls.push(`${prefix}start`),
    onRequestUpgrade: () => calls.push(`${prefix}upgrade`),
    onResponseStart: () => calls.push(`${prefix}head`),
    onResponseData: () => calls.push(`${prefix}data`),
    onResponseEnd: () => calls.push(`${prefix}end`),
    onResponseError: () => calls.push(`${prefix}error`),
  });
  const run = (handler: Dispatcher.DispatchHandler) => {
    handler.onRequestStart?.(controller, {});
    handler.onRequestUpgrade?.(controller, 101, {}, new PassThrough());
    handler.onResponseStart?.(controller, 200, {});
    handler.onResponseData?.(controller, Buffer.from('x'));
    handler.onResponseEnd?.(controller, {});
    handler.onResponseError?.(controller, new Error('lost'));
  };

  it('forwards every event', () => {
    const calls: string[] = [];
    run(createForwardingHandler(stepsOf(calls), {}));
    assert.deepEqual(calls, ['start', 'upgrade', 'head', 'data', 'end', 'error']);
  });

  it('replaces the events in the overrides, and only those', () => {
    const calls: string[] = [];
    const { onResponseError } = stepsOf(calls, 'own ');
    run(createForwardingHandler(stepsOf(calls), { onResponseError }));
    assert.deepEqual(calls, ['start', 'upgrade', 'head', 'data', 'end', 'own error']);
  });
});
