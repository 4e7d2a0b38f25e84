import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readManifests } from '../../src/cli/manifests.ts';
import { UsageError } from '../../src/config.ts';

const one = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';
const reading = (text: string) => readManifests(['-'], () => Promise.resolve(text));

const bad: { what: string; text: string; says: RegExp }[] = [
  { what: 'broken YAML', text: 'a: [', says: /standard input/ },
  { what: 'a key that stands twice', text: `${one}kind: Secret\n`, says: /unique/ },
  { what: 'a list', text: '- a\n', says: /standard input:1: is no object/ },
  { what: 'no kind', text: 'apiVersion: v1\n', says: /has no apiVersion or kind/ },
  { what: 'no name', text: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n', says: /has no metadata.name/ },
  {
    what: 'a namespace that is a number',
    text: one.replace('{name: a}', '{name: a, namespace: 1}'),
    says: /namespace must be a string/,
  },
];

describe('reading manifests', () => {
  it('tells the file and the line on which each begins', async () => {
    const found = await reading(`${one}---\n# comment\n${one}`);
    assert.deepEqual(
      found.map(({ source }) => source),
      ['standard input:1', 'standard input:6'],
    );
  });

  it('reads JSON too, takes lists apart, and passes by empty documents', async () => {
    const item = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } };
    const found = await reading(`---\n---\n${JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [item, item] })}`);
    assert.equal(found.length, 2);
  });

  for (const { what, text, says } of bad) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(reading(text), (error) => error instanceof UsageError && says.test(error.message));
    });
  }

  it('is not blown up by aliases', async () => {
    const bomb = Array.from(
      { length: 20 },
      (_, level) => `x${level}: &x${level} [${level === 0 ? '1' : `*x${level - 1}, *x${level - 1}, *x${level - 1}`}]`,
    );
    await assert.rejects(reading(`${one}${bomb.join('\n')}\n`));
  });

  it('reads folders, in the order of names, and only manifests', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mooring-manifests-'));
    try {
      await writeFile(join(folder, 'b.yaml'), one);
      await writeFile(
        join(folder, 'a.json'),
        JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } }),
      );
      await writeFile(join(folder, 'README.md'), 'no manifest');
      const found = await readManifests([folder], () => Promise.resolve(''));
      assert.deepEqual(
        found.map(({ object }) => object.kind),
        ['Secret', 'ConfigMap'],
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('says which file cannot be read', async () => {
    await assert.rejects(
      readManifests(['/nowhere/x.yaml'], () => Promise.resolve('')),
      /\/nowhere\/x\.yaml cannot be read/,
    );
  });
});
