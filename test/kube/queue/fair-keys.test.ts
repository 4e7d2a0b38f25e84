import assert from 'node:assert/strict';
import { FairKeys } from '../../../src/kube/queue/fair-keys.ts';

const groupOf = (key: string) => key.split('/')[0] ?? '';

function takeAll(keys: FairKeys): string[] {
  const taken: string[] = [];
  for (let key = keys.take(); key !== undefined; key = keys.take()) taken.push(key);
  return taken;
}

describe('FairKeys', () => {
  it('takes one key of each group in turn, and the keys of a group in order of arrival', () => {
    const keys = new FairKeys({ groupOf });
    for (const key of ['a/1', 'a/2', 'a/3', 'a/1', 'b/1', 'b/2', 'c/1']) keys.add(key);
    assert.equal(keys.size, 6);
    assert.deepEqual(takeAll(keys), ['a/1', 'b/1', 'c/1', 'a/2', 'b/2', 'a/3']);
    assert.equal(keys.size, 0);
  });

  it('puts a group that was just served behind the others, also if it was empty meanwhile', () => {
    const keys = new FairKeys({ groupOf });
    for (const key of ['a/1', 'b/1', 'b/2']) keys.add(key);
    assert.equal(keys.take(), 'a/1');
    keys.add('a/1');
    assert.deepEqual(takeAll(keys), ['b/1', 'a/1', 'b/2']);
  });

  it('has one group by default', () => {
    const keys = new FairKeys();
    for (const key of ['a/1', 'a/2', 'b/1']) keys.add(key);
    assert.deepEqual(takeAll(keys), ['a/1', 'a/2', 'b/1']);
  });

  it('leaves out a group that is at its limit, until one of its keys is finished', () => {
    const keys = new FairKeys({ groupOf, maxPerGroup: 2 });
    for (const key of ['a/1', 'a/2', 'a/3', 'b/1']) keys.add(key);
    assert.deepEqual(takeAll(keys), ['a/1', 'b/1', 'a/2']);
    keys.finish('b/1');
    assert.equal(keys.take(), undefined);
    keys.finish('a/1');
    assert.deepEqual(takeAll(keys), ['a/3']);
  });

  it('drops keys that were not taken', () => {
    const keys = new FairKeys({ groupOf });
    keys.add('a/1');
    keys.clear();
    assert.equal(keys.size, 0);
    assert.equal(keys.take(), undefined);
  });
});
