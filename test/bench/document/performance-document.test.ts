import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readResults } from '../record.ts';
import { performanceDocument } from './performance-document.ts';

const docs = join(import.meta.dirname, '..', '..', '..', 'docs');

describe('docs/performance.md', () => {
  it('and its plots show the recorded results', async () => {
    const { markdown, plots } = performanceDocument(await readResults());
    assert.equal(await readFile(join(docs, 'performance.md'), 'utf8'), markdown);
    for (const [name, svg] of Object.entries(plots)) {
      assert.equal(await readFile(join(docs, 'images', name), 'utf8'), svg);
    }
  });

  it('does not have a section for a part that was not measured', () => {
    const { markdown, plots } = performanceDocument({});
    assert.doesNotMatch(markdown, /^## /m);
    assert.deepEqual(plots, {});
  });
});
