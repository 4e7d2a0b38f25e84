import assert from 'node:assert/strict';
import { looksLikeExpression, wildcardInsteadOf } from '../../../src/domain/text/regular-expression.ts';

const cases: { name: string; wildcard: string | undefined }[] = [
  { name: 'web-(blue|green)', wildcard: 'web-*' },
  { name: '^web-blue$', wildcard: 'web-blue' },
  { name: 'web-.*', wildcard: 'web-*' },
  { name: 'web-[0-9]+', wildcard: 'web-*' },
  { name: 'web-\\d{1,3}-api', wildcard: 'web-*-api' },
  { name: '((a|b)-)?web', wildcard: '*web' },
  { name: 'web\\.test', wildcard: 'web.test' },
  { name: 'blue|green', wildcard: undefined },
  { name: '.*', wildcard: undefined },
  { name: 'web-(', wildcard: undefined },
];

describe('looksLikeExpression', () => {
  for (const { name, wildcard } of cases) {
    it(`finds ${name}, instead of which ${wildcard ?? 'no wildcard'} can be written`, () => {
      assert.equal(looksLikeExpression(name), true);
      assert.equal(wildcardInsteadOf(name), wildcard);
    });
  }

  for (const name of ['web', 'web-*', '*', 'web.test', 'Web Blue!', 'a_b', 'ä']) {
    it(`leaves ${name} alone`, () => {
      assert.equal(looksLikeExpression(name), false);
    });
  }
});

describe('the wildcard instead of an expression with very many groups', () => {
  const groups: [string, string][] = [
    ['are nested', `web-${'('.repeat(20_000)}a${')'.repeat(20_000)}`],
    ['follow each other', `web-${'(a)'.repeat(20_000)}`],
    ['are nested in turns with sets', `web-${'(['.repeat(10_000)}a${'])'.repeat(10_000)}`],
  ];
  for (const [how, expression] of groups) {
    it(`is found in proportion to the length if they ${how}`, function () {
      this.timeout(2000);
      assert.equal(wildcardInsteadOf(expression), 'web-*');
    });
  }

  it('ignores a group that is not closed', () => {
    assert.equal(wildcardInsteadOf('web-(a[b)c'), 'web-*c');
    assert.equal(wildcardInsteadOf('web-(a'), undefined);
    assert.equal(wildcardInsteadOf('web-a)b'), undefined);
  });
});
