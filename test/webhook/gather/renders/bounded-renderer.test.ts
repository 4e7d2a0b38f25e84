import assert from 'node:assert/strict';
import { renderSample } from '../../../../src/domain/render/sample-render.ts';
import type { RenderTools } from '../../../../src/domain/render/workload-render.ts';
import type { TopologyResult } from '../../../../src/topology/topology-result.ts';
import { BoundedRenderer } from '../../../../src/webhook/gather/renders/bounded-renderer.ts';
import { startedOnce } from '../../../../src/webhook/gather/renders/time-bound.ts';
import { simpleRender } from '../../../support/controller-scene.ts';
import { webhookSources } from '../../../support/webhook-sources.ts';
import type { RenderLimits } from '../../../../src/webhook/gather/context.ts';

const sample = (tools: RenderTools) =>
  renderSample({ namespace: 'team', name: 'primary', isBuiltin: true, template: 'template', properties: {} }, tools);

interface Engine {
  limits?: RenderLimits;
  signal?: AbortSignal;
  render: (signal: AbortSignal | undefined) => Promise<TopologyResult>;
}

function rendererWith({ limits, signal = new AbortController().signal, render }: Engine): BoundedRenderer {
  const sources = webhookSources();
  return new BoundedRenderer({
    ...sources,
    topologies: {
      ...sources.topologies,
      render: (_template, _parameter, _context, options) => render(options?.signal),
    },
    namespace: 'team',
    signal,
    renderTimeout: startedOnce(limits),
    ...(limits === undefined ? {} : { renderLimits: limits }),
  });
}

const succeeding = (): Promise<TopologyResult> => Promise.resolve({ ok: true, objects: simpleRender({}, []) });
const failing = (reason: 'InvalidTemplate' | 'EngineFailed') => (): Promise<TopologyResult> =>
  Promise.resolve({ ok: false, reason, violations: [{ path: [], message: 'why' }] });
/** Rejects when its signal is aborted, as the engine does. */
const endless = (signal: AbortSignal | undefined) =>
  new Promise<TopologyResult>((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason));
  });

describe('a renderer for one request', () => {
  it('tells success, failure, and load of the engine apart', async () => {
    const verdicts = [succeeding, failing('InvalidTemplate'), failing('EngineFailed')].map((render) =>
      rendererWith({ render }).evaluate(sample),
    );
    assert.deepEqual(await Promise.all(verdicts), [
      { state: 'rendered' },
      { state: 'failed', message: 'why', aboutProperties: false },
      { state: 'unknown' },
    ]);
  });

  it('begins no more renders than the request may', async () => {
    const renderer = rendererWith({ render: succeeding, limits: { count: 1, ms: 60_000 } });
    assert.deepEqual(
      [await renderer.evaluate(sample), await renderer.evaluate(sample)],
      [{ state: 'rendered' }, { state: 'unknown' }],
    );
  });

  it('does not wait longer than the request may', async () => {
    const renderer = rendererWith({ render: endless, limits: { count: 9, ms: 20 } });
    assert.deepEqual(await renderer.evaluate(sample), { state: 'unknown' });
    assert.deepEqual(await renderer.evaluate(sample), { state: 'unknown' });
  });

  it('rejects if the request is aborted', async () => {
    const controller = new AbortController();
    const renderer = rendererWith({ render: endless, signal: controller.signal, limits: { count: 9, ms: 60_000 } });
    const verdict = renderer.evaluate(sample);
    controller.abort(new Error('too late'));
    await assert.rejects(verdict, /too late/);
  });
});
