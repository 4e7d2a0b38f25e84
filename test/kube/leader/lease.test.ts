import assert from 'node:assert/strict';
import { heldBy, newLease, released } from '../../../src/kube/leader/lease.ts';

const DAY = 86_400_000;

describe('lease', () => {
  it('is taken, renewed, given back and taken by another with client-go’s bookkeeping', () => {
    const taken = heldBy(newLease('ns', 'lock'), 'one', 15_000, 0);
    assert.deepEqual(taken.spec, {
      holderIdentity: 'one',
      leaseDurationSeconds: 15,
      acquireTime: '1970-01-01T00:00:00.000000Z',
      renewTime: '1970-01-01T00:00:00.000000Z',
      leaseTransitions: 0,
    });
    taken.metadata.resourceVersion = '1';
    const renewed = heldBy(taken, 'one', 15_000, DAY);
    assert.deepEqual(renewed.spec, { ...taken.spec, renewTime: '1970-01-02T00:00:00.000000Z' });
    const free = released(renewed, 2 * DAY);
    assert.deepEqual([free.spec?.holderIdentity, free.spec?.leaseDurationSeconds], ['', 1]);
    const next = heldBy(free, 'two', 15_000, 3 * DAY);
    assert.deepEqual(next.spec, {
      holderIdentity: 'two',
      leaseDurationSeconds: 15,
      acquireTime: '1970-01-04T00:00:00.000000Z',
      renewTime: '1970-01-04T00:00:00.000000Z',
      leaseTransitions: 1,
    });
  });

  it('keeps labels and fields that others set', () => {
    const lease = Object.assign(newLease('ns', 'lock'), { spec: { strategy: 'OldestEmulationVersion' } });
    lease.metadata.labels = { a: 'b' };
    const taken = heldBy(lease, 'one', 15_000, 0);
    assert.deepEqual(taken.metadata.labels, { a: 'b' });
    assert.equal(
      Object.entries(taken.spec ?? {}).some(([field]) => field === 'strategy'),
      true,
    );
  });

  it('lasts whole seconds, the only ones that a Lease knows', () => {
    assert.equal(heldBy(newLease('ns', 'lock'), 'one', 1200, 0).spec?.leaseDurationSeconds, 2);
  });
});
