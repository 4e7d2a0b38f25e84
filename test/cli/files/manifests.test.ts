import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readManifests, refuseUnserved, withNamespace } from '../../../src/cli/files/manifests.ts';
import { UsageError } from '../../../src/config.ts';

const one = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';
const item = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } };
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
    says: /^standard input:1: metadata\.namespace must be a string, not 1: put it in quotes/,
  },
  {
    what: 'a name that is a boolean to kubectl',
    text: one.replace('name: a', 'name: no'),
    says: /^standard input:1: metadata\.name must be a string, not false/,
  },
  { what: 'an alias for nothing', text: `${one}spec: *undefined\n`, says: /^standard input:4: \*undefined: / },
  { what: 'a list as a key', text: `${one}? [a]\n: 1\n`, says: /^standard input:4: a key must be a text/ },
  {
    what: 'a second item without a name',
    text: 'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  metadata:\n    name: a\n- apiVersion: v1\n  kind: Secret\n',
    says: /^standard input:8: Secret has no metadata\.name/,
  },
  {
    what: 'a second item without a name in JSON',
    text: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [item, { ...item, metadata: {} }] }, null, 2),
    says: /^standard input:12: ConfigMap has no metadata\.name/,
  },
  {
    what: 'an item in a list in a list',
    text: 'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: List\n  items:\n  - 1\n',
    says: /^standard input:7: is no object/,
  },
  {
    what: 'a List of a map',
    text: 'apiVersion: v1\nkind: List\nitems: {}\n',
    says: /^standard input:1: items of List must/,
  },
  {
    what: 'a List without items',
    text: 'apiVersion: v1\nkind: List\n',
    says: /^standard input:1: items of List must/,
  },
  {
    what: 'a List of nothing',
    text: 'apiVersion: v1\nkind: List\nitems:\n',
    says: /^standard input:1: items of List must/,
  },
  {
    what: 'a list of ours without items',
    text: 'apiVersion: spectrocloud.com/v1beta1\nkind: EnvironmentList\n',
    says: /^standard input:1: items of EnvironmentList must/,
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
    await assert.rejects(
      reading(`${one}${bomb.join('\n')}\n`),
      (error) => error instanceof UsageError && /^standard input:\d+: /.test(error.message),
    );
  });

  it('tells the line of each item of a list', async () => {
    const items = [
      '- apiVersion: v1\n  kind: Secret\n  metadata: {name: a}',
      '-\n  apiVersion: v1\n  kind: Secret\n  metadata: {name: b}',
    ];
    const found = await reading(`apiVersion: v1\nkind: List\nitems:\n${items.join('\n')}\n`);
    assert.deepEqual(
      found.map(({ source }) => source),
      ['standard input:4', 'standard input:8'],
    );
  });

  it('takes an empty list, and an object of a kind that merely ends in List', async () => {
    assert.deepEqual(await reading('apiVersion: v1\nkind: List\nitems: []\n'), []);
    const [allowList] = await reading('apiVersion: a.test/v1\nkind: AllowList\nmetadata: {name: a}\nitems: {}\n');
    assert.equal(allowList?.object.kind, 'AllowList');
  });

  for (const empty of ['""', '', '~']) {
    it(`takes namespace: ${empty} for none`, async () => {
      const text = `apiVersion: spectrocloud.com/v1beta1\nkind: Environment\nmetadata:\n  name: a\n  namespace: ${empty}\n`;
      const found = await reading(text);
      assert.deepEqual(found[0]?.object.metadata, { name: 'a' });
      assert.equal(withNamespace(found, 'team')[0]?.object.metadata.namespace, 'team');
    });
  }

  it('reads values as kubectl does', async () => {
    const [found] = await reading(`${one}spec:\n  base: &base {create: no}\n  own: {<<: *base, mode: 010}\n`);
    assert.deepEqual(found?.object.spec, { base: { create: false }, own: { create: false, mode: 8 } });
  });

  it('refuses kinds that are not served, with the place', () => {
    const object = { apiVersion: 'spectrocloud.com/v1beta1', kind: 'Enviroment', metadata: { name: 'a' } };
    assert.throws(
      () => refuseUnserved([{ source: 'a.yaml:8', object }]),
      (error) => error instanceof UsageError && /^a\.yaml:8: .*did you mean "Environment"\?/.test(error.message),
    );
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
