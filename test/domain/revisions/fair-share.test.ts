import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fairShare } from '../../../src/domain/revisions/fair-share.ts';

const cases: { objects: [stored: number, required: number][]; total: number; share: number; why: string }[] = [
  { objects: [], total: 10, share: Infinity, why: 'there is nothing' },
  {
    objects: [
      [4, 1],
      [6, 1],
    ],
    total: 10,
    share: Infinity,
    why: 'everything fits',
  },
  {
    objects: [
      [4, 1],
      [9, 1],
    ],
    total: 10,
    share: 6,
    why: 'the largest shrinks',
  },
  {
    objects: [
      [9, 1],
      [9, 1],
    ],
    total: 10,
    share: 5,
    why: 'equal ones shrink equally',
  },
  {
    objects: [
      [9, 8],
      [9, 1],
    ],
    total: 10,
    share: 2,
    why: 'one must retain 8',
  },
  {
    objects: [
      [9, 8],
      [9, 8],
    ],
    total: 10,
    share: 0,
    why: 'more must be retained than fits',
  },
];

describe('the fair share of objects in a limit', () => {
  for (const { objects, total, share, why } of cases) {
    it(`of ${JSON.stringify(objects)} in ${total} is ${share}: ${why}`, () => {
      const shares = objects.map(([stored, required]) => ({ stored, required }));
      assert.equal(fairShare(shares, total), share);
    });
  }

  it('is the largest that fits', () => {
    const object = fc.record({ stored: fc.nat(100), required: fc.nat(100) });
    fc.assert(
      fc.property(fc.array(object, { maxLength: 8 }), fc.nat(400), (drawn, total) => {
        const objects = drawn.map(({ stored, required }) => ({ stored, required: Math.min(stored, required) }));
        const sum = (share: number) =>
          objects.reduce((all, { stored, required }) => all + Math.max(required, Math.min(stored, share)), 0);
        const share = fairShare(objects, total);
        if (sum(0) <= total) assert.ok(sum(share) <= total);
        if (share !== Infinity) assert.ok(sum(share + 1) > total);
      }),
    );
  });
});
