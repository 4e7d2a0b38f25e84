import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { matchesWildcard } from '../../../src/domain/text/wildcard.ts';

const cases: { pattern: string; name: string; matches: boolean; why: string }[] = [
  { pattern: 'ui', name: 'ui', matches: true, why: 'a plain name is itself' },
  { pattern: 'ui', name: 'gui', matches: false, why: 'names match whole: KubeVela takes a part at the end' },
  { pattern: 'ui', name: 'ui-2', matches: false, why: 'names match whole: KubeVela takes a part at the start' },
  { pattern: '*', name: '', matches: true, why: 'a star stands for nothing too' },
  { pattern: 'web-*', name: 'web-a', matches: true, why: 'a star at the end' },
  { pattern: '*-web', name: 'a-web', matches: true, why: 'a star at the start' },
  { pattern: 'a*b*c', name: 'a-b-b-c', matches: true, why: 'stars in the middle' },
  { pattern: 'a*b*c', name: 'a-c-b', matches: false, why: 'parts come in order' },
  { pattern: 'ab*ba', name: 'aba', matches: false, why: 'start and end do not overlap' },
  { pattern: '*b*b', name: 'ab', matches: false, why: 'a middle part may not use up the end' },
  { pattern: '**', name: 'any', matches: true, why: 'stars in a row are one' },
  { pattern: 'a.c', name: 'abc', matches: false, why: 'nothing but a star is special' },
];

const letters = (units: string[]) => fc.string({ unit: fc.constantFrom(...units), maxLength: 8 });

describe('a name pattern', () => {
  for (const { pattern, name, matches, why } of cases) {
    it(`${pattern} ${matches ? 'fits' : 'does not fit'} ${name || 'the empty name'}: ${why}`, () => {
      assert.equal(matchesWildcard(pattern, name), matches);
    });
  }

  it('agrees with the regular expression that it stands for', () => {
    fc.assert(
      fc.property(letters(['a', 'b', '*']), letters(['a', 'b']), (pattern, name) => {
        assert.equal(matchesWildcard(pattern, name), new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(name));
      }),
    );
  });

  it('needs no time to speak of where a regular expression would backtrack', () => {
    assert.equal(matchesWildcard('*a'.repeat(5000) + 'b', 'a'.repeat(20_000)), false);
  });
});
