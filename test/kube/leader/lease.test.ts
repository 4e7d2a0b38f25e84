import assert from 'node:assert/strict';
import { acquireOrRenew, newLease, release } from '../../../src/kube/leader/lease.ts';

const dayMs = 86_400_000;

describe('lease', () => {
  it('is acquired, renewed, released and acquired by another process with the fields of client-go', () => {
    const acquired = acquireOrRenew(newLease('ns', 'lock'), 'one', 15_000, 0);
    assert.deepEqual(acquired.spec, {
      holderIdentity: 'one',
      leaseDurationSeconds: 15,
      acquireTime: '1970-01-01T00:00:00.000000Z',
      renewTime: '1970-01-01T00:00:00.000000Z',
      leaseTransitions: 0,
    });
    acquired.metadata.resourceVersion = '1';
    const renewed = acquireOrRenew(acquired, 'one', 15_000, dayMs);
    assert.deepEqual(renewed.spec, { ...acquired.spec, renewTime: '1970-01-02T00:00:00.000000Z' });
    const free = release(renewed, 2 * dayMs);
    assert.deepEqual([free.spec?.holderIdentity, free.spec?.leaseDurationSeconds], ['', 1]);
    const next = acquireOrRenew(free, 'two', 15_000, 3 * dayMs);
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
    const acquired = acquireOrRenew(lease, 'one', 15_000, 0);
    assert.deepEqual(acquired.metadata.labels, { a: 'b' });
    assert.equal(
      Object.entries(acquired.spec ?? {}).some(([field]) => field === 'strategy'),
      true,
    );
  });

  it('lasts whole seconds, because a Lease has no fractions', () => {
    assert.equal(acquireOrRenew(newLease('ns', 'lock'), 'one', 1200, 0).spec?.leaseDurationSeconds, 2);
  });
});
