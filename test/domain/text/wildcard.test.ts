import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { matchesWildcard } from '../../../src/domain/text/wildcard.ts';

const cases: { pattern: string; name: string; matches: boolean; why: string }[] = [
  { pattern: 'ui', name: 'ui', matches: true, why: 'a name without a star matches itself' },
  {
    pattern: 'ui',
    name: 'gui',
    matches: false,
    why: 'the whole name has to match; KubeVela matches a part at the end',
  },
  {
    pattern: 'ui',
    name: 'ui-2',
    matches: false,
    why: 'the whole name has to match; KubeVela matches a part at the start',
  },
  { pattern: '*', name: '', matches: true, why: 'a star matches the empty string' },
  { pattern: 'web-*', name: 'web-a', matches: true, why: 'a star may be at the end' },
  { pattern: '*-web', name: 'a-web', matches: true, why: 'a star may be at the start' },
  { pattern: 'a*b*c', name: 'a-b-b-c', matches: true, why: 'stars may be in the middle' },
  { pattern: 'a*b*c', name: 'a-c-b', matches: false, why: 'the parts have to be in order' },
  { pattern: 'ab*ba', name: 'aba', matches: false, why: 'start and end may not overlap' },
  { pattern: '*b*b', name: 'ab', matches: false, why: 'a middle part may not overlap the end' },
  { pattern: '**', name: 'any', matches: true, why: 'adjacent stars are like one' },
  { pattern: 'a.c', name: 'abc', matches: false, why: 'other characters match themselves' },
];

const letters = (units: string[]) => fc.string({ unit: fc.constantFrom(...units), maxLength: 8 });

describe('a name pattern', () => {
  for (const { pattern, name, matches, why } of cases) {
    it(`${pattern} ${matches ? 'matches' : 'does not match'} ${name || 'the empty name'}: ${why}`, () => {
      assert.equal(matchesWildcard(pattern, name), matches);
    });
  }

  it('matches what the equivalent regular expression matches', () => {
    fc.assert(
      fc.property(letters(['a', 'b', '*']), letters(['a', 'b']), (pattern, name) => {
        assert.equal(matchesWildcard(pattern, name), new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(name));
      }),
    );
  });

  it('takes linear time where a regular expression would backtrack', () => {
    assert.equal(matchesWildcard('*a'.repeat(5000) + 'b', 'a'.repeat(20_000)), false);
  });
});
