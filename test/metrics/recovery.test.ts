import assert from 'node:assert/strict';
import { createMetrics } from '../../src/metrics.ts';
import type { OrphanCounts } from '../../src/metrics/recovery.ts';

describe('the metrics about objects without an owner', () => {
  it('exist while this process leads, and count deletions', async () => {
    const metrics = createMetrics({ now: Date.now, defaults: false });
    let counts: OrphanCounts | undefined;
    metrics.recovery.orphanedObjects(() => counts);
    const series = async () =>
      (await metrics.expose()).body.split('\n').filter((line) => line.startsWith('mooring_orphaned'));
    assert.deepEqual(await series(), []);
    counts = { orphaned: 1, foreign: 0, unproven: 2 };
    metrics.recovery.orphanDeleted('Placement');
    assert.deepEqual(await series(), [
      'mooring_orphaned_objects_deleted_total{kind="Placement"} 1',
      'mooring_orphaned_objects{state="orphaned"} 1',
      'mooring_orphaned_objects{state="foreign"} 0',
      'mooring_orphaned_objects{state="unproven"} 2',
    ]);
    counts = undefined;
    assert.deepEqual(await series(), ['mooring_orphaned_objects_deleted_total{kind="Placement"} 1']);
  });
});

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
