import assert from 'node:assert/strict';
import { Registry } from 'prom-client';
import type { LoopMetrics } from '../../src/kube/queue/loop.ts';
import { createLoopMetrics } from '../../src/metrics/loops.ts';

describe('metrics of a loop', () => {
  it('can be passed to a loop, and count its reconciles', async () => {
    const registry = new Registry();
    const metrics: LoopMetrics = createLoopMetrics(registry)('revisions');
    metrics.depth(7);
    metrics.started();
    metrics.started();
    metrics.finished(0.2, 'error');
    const text = await registry.metrics();
    for (const line of [
      'mooring_workqueue_depth{loop="revisions"} 7',
      'mooring_reconcile_active{loop="revisions"} 1',
      'mooring_reconcile_total{loop="revisions",outcome="error"} 1',
      'mooring_reconcile_total{loop="revisions",outcome="success"} 0',
      'mooring_reconcile_duration_seconds_count{loop="revisions"} 1',
    ]) {
      assert.ok(text.includes(line), line);
    }
  });
});
