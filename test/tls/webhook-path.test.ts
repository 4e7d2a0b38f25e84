import assert from 'node:assert/strict';
import {
  acceptedSegments,
  firstSegments,
  formatSegments,
  isSegment,
  parseSegments,
  rotateSegments,
} from '../../src/tls/webhook-path.ts';
import { createSegments } from './path-segments.ts';

const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((digit) => digit.repeat(32));
assert.ok(a !== undefined && b !== undefined && c !== undefined && d !== undefined);

describe('the segments of the paths of the webhook', () => {
  it('are random at first', () => {
    assert.deepEqual(firstSegments(undefined, createSegments()), { current: '0'.repeat(32), next: '1'.repeat(32) });
  });

  it('keep the published segment, which API servers use now', () => {
    assert.deepEqual(firstSegments(a, createSegments()), { current: a, next: '0'.repeat(32) });
  });

  it('are rotated so that a segment is accepted before it is used and after it was used', () => {
    const before = { current: a, next: b };
    const after = rotateSegments(before, () => c);
    assert.deepEqual(after, { previous: a, current: b, next: c });
    assert.ok(acceptedSegments(before).includes(after.current), 'a replica that has not seen the rotation accepts it');
    assert.ok(acceptedSegments(after).includes(before.current), 'API servers may still use it');
    assert.ok(!acceptedSegments(rotateSegments(after, () => d)).includes(a), 'two rotations later it is not accepted');
  });

  for (const segments of [
    { current: a, next: b },
    { previous: a, current: b, next: c },
  ]) {
    it(`are equal after they were formatted and parsed (${acceptedSegments(segments).length})`, () => {
      assert.deepEqual(parseSegments(formatSegments(segments)), segments);
    });
  }

  const malformed: [text: string, why: string][] = [
    ['', 'the Secret has none'],
    [a, 'there is only one'],
    [[a, b, c, d].join('\n'), 'there are four'],
    [`${a}\n`, 'one is empty'],
    [`${a}\n../x`, 'one is not hexadecimal'],
    [`${a}\n${b}0`, 'one is too long'],
  ];
  for (const [text, why] of malformed) {
    it(`are undefined if ${why}`, () => assert.equal(parseSegments(text), undefined));
  }

  it('have 128 bits in hexadecimal', () => {
    assert.equal(isSegment(a), true);
    assert.equal(isSegment('mutate'), false);
  });
});
