import assert from 'node:assert/strict';
import type { JsonObject } from '../../../src/api/object.ts';
import { contentDiff } from '../../../src/cli/output/content-diff.ts';

const side = (title: string, spec: JsonObject, labels?: Record<string, string>) => ({
  title,
  content: { metadata: labels === undefined ? {} : { labels }, spec },
});

describe('the diff of two contents', () => {
  it('is unified, of YAML with sorted keys', () => {
    const from = side('a@v1', { size: 1, name: 'x' }, { tier: 'gold' });
    const to = side('a@v2', { name: 'x', size: 2 }, { tier: 'gold' });
    assert.equal(
      contentDiff(from, to, { colour: false }),
      [
        '--- a@v1',
        '+++ a@v2',
        '@@ -3,4 +3,4 @@',
        '     tier: gold',
        ' spec:',
        '   name: x',
        '-  size: 1',
        '+  size: 2',
        '',
      ].join('\n'),
    );
  });

  it('is empty if there is no difference', () => {
    assert.equal(contentDiff(side('a', { b: 1, c: 2 }), side('b', { c: 2, b: 1 }), { colour: true }), '');
  });

  it('is coloured only on request, each line separately', () => {
    const [from, to] = [side('a', { b: 1 }), side('b', { b: 2 })];
    const coloured = contentDiff(from, to, { colour: true });
    assert.ok(coloured.split('\n').includes('\u001b[31m-  b: 1\u001b[0m'));
    assert.ok(coloured.split('\n').includes('\u001b[32m+  b: 2\u001b[0m'));
    assert.ok(!contentDiff(from, to, { colour: false }).includes('\u001b'));
  });

  it('escapes control sequences in content', () => {
    const shown = contentDiff(side('a', {}), side('b', { note: '\u001b[2J\u009b2J' }), { colour: false });
    assert.ok(!shown.includes('\u001b') && !shown.includes('\u009b'));
  });
});
