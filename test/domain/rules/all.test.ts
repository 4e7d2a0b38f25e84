import assert from 'node:assert/strict';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { kindNamed } from '../../../src/api/kinds.ts';
import { rules } from '../../../src/domain/rules/all.ts';

describe('the rules', () => {
  it('have codes of their own, which never change: they are metric labels and anchors', () => {
    const codes = rules.map((rule) => rule.code);
    assert.equal(new Set(codes).size, codes.length);
    for (const code of codes) assert.match(code, /^[A-Z][A-Za-z]+$/);
  });

  it('say in one line what they are about', () => {
    for (const { code, summary } of rules) assert.match(summary, /^[A-Z`].{20,200}\.$/, code);
  });

  it('are about our kinds only', () => {
    for (const rule of rules) for (const kind of rule.kinds) assert.ok(kindNamed(kind), `${rule.code}: ${kind}`);
  });

  it('cannot be switched where nothing would hold without them', () => {
    const fixed = rules.filter((rule) => rule.fixed === true).map((rule) => rule.code);
    for (const code of ['InvalidSpec', 'NotYetRecorded', 'RevisionIsImmutable']) assert.ok(fixed.includes(code), code);
  });

  it('are all in the list', async () => {
    const folder = join(import.meta.dirname, '../../../src/domain/rules');
    const listed = new Set(rules);
    for await (const file of glob('*.ts', { cwd: folder })) {
      if (file === 'all.ts') continue;
      const exported: Record<string, unknown> = await import(join(folder, file));
      const found = Object.values(exported).filter(
        (value) => typeof value === 'object' && value !== null && 'find' in value,
      );
      for (const rule of found)
        assert.ok(
          [...listed].some((known) => known === rule),
          file,
        );
    }
  });
});
