import assert from 'node:assert/strict';
import { createMetrics } from '../../src/metrics.ts';

describe('the metrics about a lost hub', () => {
  it('have a deadline only while something is missing', async () => {
    const metrics = createMetrics({ now: Date.now, defaults: false });
    let deadline: number | undefined;
    metrics.recovery.evictionDeadline(() => deadline);
    const series = async () =>
      (await metrics.expose()).body.split('\n').filter((line) => line.startsWith('mooring_hub_eviction'));
    assert.deepEqual(await series(), []);
    deadline = 1_800_000_000_500;
    assert.deepEqual(await series(), ['mooring_hub_eviction_deadline_seconds 1800000000.5']);
    deadline = undefined;
    assert.deepEqual(await series(), []);
  });
});
