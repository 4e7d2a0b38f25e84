import assert from 'node:assert/strict';
import { KnownOrphans } from '../../../src/controller/orphans/known-orphans.ts';
import type { NamedOwner } from '../../../src/domain/render/ownership.ts';
import { createMemoryClient } from '../../support/memory-client.ts';
import { aPlacement } from '../../support/placements.ts';
import { recordedLog } from '../../support/recorded-log.ts';

const owner: NamedOwner = { kind: 'WorkloadDeployment', namespace: 'apps', name: 'web' };

function known() {
  const clock = { now: 0 };
  const client = createMemoryClient();
  const { log, lines } = recordedLog();
  const counted: string[] = [];
  const orphans = new KnownOrphans({
    client,
    log,
    now: () => clock.now,
    graceMs: 30_000,
    countDeleted: (kind) => counted.push(kind),
  });
  const reasons = () => client.writes.map(({ body }) => (body as { reason: string }).reason);
  return { orphans, clock, lines, counted, reasons };
}

describe('what a leader knows about objects without an owner', () => {
  it('is since when the owner is missing, so that tools may create it again', () => {
    const { orphans, clock } = known();
    assert.equal(orphans.msToWait(owner), 30_000);
    clock.now = 20_000;
    assert.equal(orphans.msToWait(owner), 10_000);
    assert.equal(orphans.msToWait({ ...owner, kind: 'Environment' }), 30_000, 'each owner has its own time');
    clock.now = 40_000;
    assert.equal(orphans.msToWait(owner), 0);
  });

  it('begins again for an owner that existed in between, and for one whose objects are gone', () => {
    const { orphans, clock } = known();
    orphans.msToWait(owner);
    clock.now = 90_001;
    assert.equal(orphans.msToWait(owner), 30_000);
    assert.equal(orphans.forget(owner), true);
    assert.equal(orphans.forget(owner), false);
    clock.now = 100_000;
    assert.equal(orphans.msToWait(owner), 30_000);
  });

  it('is reported with an Event about each deleted object, a metric and a log line', async () => {
    const { orphans, lines, counted, reasons } = known();
    await orphans.reportDeleted(owner, [aPlacement({ name: 'a' }), aPlacement({ name: 'b' })]);
    assert.deepEqual(reasons(), ['OrphanDeleted', 'OrphanDeleted']);
    assert.deepEqual(counted, ['Placement', 'Placement']);
    assert.equal(lines.length, 2);
  });

  it('is reported once for each reason why objects stay', async () => {
    const { orphans, reasons } = known();
    orphans.msToWait(owner);
    for (const why of ['first', 'first', 'second']) await orphans.reportHeld(owner, aPlacement(), why);
    assert.deepEqual(reasons(), ['OrphanHeld', 'OrphanHeld']);
  });
});
