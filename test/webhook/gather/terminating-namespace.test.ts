import assert from 'node:assert/strict';
import { withoutTerminating } from '../../../src/webhook/gather/terminating-namespace.ts';

describe('the objects that may block a deletion', () => {
  const near = { namespace: 'team' };
  const far = { namespace: 'other' };
  const { signal } = new AbortController();
  const context = (terminating: boolean) => ({
    namespaceState: () => Promise.resolve({ labels: {}, terminating }),
    signal,
  });

  it('do not include those in the same terminating namespace', async () => {
    assert.deepEqual(await withoutTerminating([near, far], 'team', context(true)), [far]);
    assert.deepEqual(await withoutTerminating([near, far], 'team', context(false)), [near, far]);
  });

  it('include those in a namespace that does not exist', async () => {
    const missing = { namespaceState: () => Promise.resolve(undefined), signal };
    assert.deepEqual(await withoutTerminating([near, far], 'team', missing), [near, far]);
  });

  it('are found without reading the namespace if none of them is in it', async () => {
    const fail = () => Promise.reject(new Error('the namespace was read'));
    assert.deepEqual(await withoutTerminating([far], 'team', { namespaceState: fail, signal }), [far]);
  });
});
