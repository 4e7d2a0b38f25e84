import assert from 'node:assert/strict';
import { WorkNames } from '../../../../../deploy/local/ocm-stand-in/hub/work-names.ts';

const web = { base: 'web', uid: 'u', cluster: 'c1', placement: 'p' };

/** Random numbers that repeat only after many names. */
function countingUp(): () => number {
  let next = 0;
  return () => (next++ % 100) / 100;
}

describe('OCM stand-in: names of ManifestWorks', () => {
  it('are the name of the replica set and five random characters', () => {
    assert.match(new WorkNames(Math.random).nameOf(web), /^web[a-z0-9]{5}$/);
  });

  it('are the same until the ManifestWork is seen, so that a cache that is late does not lead to a second one', () => {
    const names = new WorkNames(countingUp());
    assert.equal(names.nameOf(web), names.nameOf(web));
  });

  it('differ when a ManifestWork that was seen is created again', () => {
    const names = new WorkNames(countingUp());
    const before = names.nameOf(web);
    names.seen(web);
    assert.notEqual(names.nameOf(web), before);
  });

  it('differ for each cluster, Placement and replica set', () => {
    const names = new WorkNames(countingUp());
    const all = [web, { ...web, cluster: 'c2' }, { ...web, placement: 'q' }, { ...web, uid: 'v' }];
    assert.equal(new Set(all.map((one) => names.nameOf(one))).size, all.length);
  });
});
