import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readManifests, withNamespace, withoutUnserved, type Manifest } from '../../../src/cli/files/manifests.ts';

const one = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';
const item = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } };
const readingAll = (text: string) => readManifests(['-'], () => Promise.resolve(text));
/** Reads text without a note and without a problem. */
async function reading(text: string): Promise<Manifest[]> {
  const { manifests, notes, problems } = await readingAll(text);
  assert.deepEqual([notes, problems], [[], []]);
  return manifests;
}

const bad: { what: string; text: string; says: RegExp }[] = [
  { what: 'broken YAML in one line', text: `${one}a: [`, says: /^standard input:4: [^\n]*$/ },
  {
    what: 'JSON that is broken after complete objects',
    text: `${JSON.stringify(item)}\n{"apiVersion": `,
    says: /^standard input:2: /,
  },
  { what: 'a key that is defined twice', text: `${one}kind: Secret\n`, says: /unique/ },
  { what: 'a list', text: '- a\n', says: /standard input:1: is not an object/ },
  { what: 'no kind', text: 'apiVersion: v1\n', says: /has no apiVersion or kind/ },
  {
    what: 'an object of ours without a name',
    text: one.replaceAll('v1', 'spectrocloud.com/v1beta1').replace('ConfigMap', 'Environment').replace('name: a', ''),
    says: /^standard input:1: Environment has no metadata.name$/,
  },
  {
    what: 'an object of ours whose name kubectl apply does not generate',
    text: one
      .replaceAll('v1', 'spectrocloud.com/v1beta1')
      .replace('ConfigMap', 'Environment')
      .replace('name', 'generateName'),
    says: /^standard input:1: Environment has no metadata.name, and kubectl apply does not use generateName$/,
  },
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
  { what: 'an alias without an anchor', text: `${one}spec: *undefined\n`, says: /^standard input:4: \*undefined: / },
  { what: 'a list as a key', text: `${one}? [a]\n: 1\n`, says: /^standard input:4: a key must be a string/ },
  {
    what: 'a second item without a name',
    text: 'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  metadata:\n    name: a\n- apiVersion: spectrocloud.com/v1\n  kind: Secret\n',
    says: /^standard input:8: Secret has no metadata\.name/,
  },
  {
    what: 'a second item without a name in JSON',
    text: JSON.stringify(
      { apiVersion: 'v1', kind: 'List', items: [item, { ...item, metadata: { name: 1 } }] },
      null,
      2,
    ),
    says: /^standard input:12: metadata\.name must be a string/,
  },
  {
    what: 'an item in a list in a list',
    text: 'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: List\n  items:\n  - 1\n',
    says: /^standard input:7: is not an object/,
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
  it('names the file and the line on which each begins', async () => {
    const found = await reading(`${one}---\n# comment\n${one}`);
    assert.deepEqual(
      found.map(({ source }) => source),
      ['standard input:1', 'standard input:6'],
    );
  });

  it('reads JSON too, splits lists, and skips empty documents', async () => {
    const found = await reading(`---\n---\n${JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [item, item] })}`);
    assert.equal(found.length, 2);
  });

  for (const { what, text, says } of bad) {
    it(`reports ${what}`, async () => {
      const { problems, notes } = await readingAll(text);
      assert.equal(problems.length, 1, problems.join('; '));
      assert.match(problems[0] ?? '', says);
      assert.deepEqual(notes, []);
    });
  }

  it('limits the expansion of aliases', async () => {
    const bomb = Array.from(
      { length: 20 },
      (_, level) => `x${level}: &x${level} [${level === 0 ? '1' : `*x${level - 1}, *x${level - 1}, *x${level - 1}`}]`,
    );
    const { problems } = await readingAll(`${one}${bomb.join('\n')}\n`);
    assert.match(problems.join('\n'), /^standard input:\d+: [^\n]*$/);
  });

  it('names the line of each item of a list', async () => {
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

  it('accepts an empty list, and an object of a kind whose name ends with List', async () => {
    assert.deepEqual(await reading('apiVersion: v1\nkind: List\nitems: []\n'), []);
    const [allowList] = await reading('apiVersion: a.test/v1\nkind: AllowList\nmetadata: {name: a}\nitems: {}\n');
    assert.equal(allowList?.object.kind, 'AllowList');
  });

  for (const empty of ['""', '', '~']) {
    it(`reads namespace: ${empty} as none`, async () => {
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

  it('reports kinds that are not served, with file and line', () => {
    const object = { apiVersion: 'spectrocloud.com/v1beta1', kind: 'Enviroment', metadata: { name: 'a' } };
    const served = { source: 'a.yaml:1', object: { ...object, kind: 'Environment' } };
    const manifests = [served, { source: 'a.yaml:8', object }];
    const found = withoutUnserved({ manifests, notes: [], problems: ['earlier'] });
    assert.deepEqual(found.manifests, [served]);
    assert.match(found.problems.join('\n'), /^earlier\na\.yaml:8: .*did you mean "Environment"\?/);
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
      const { manifests } = await readManifests([folder], () => Promise.resolve(''));
      assert.deepEqual(
        manifests.map(({ object }) => object.kind),
        ['Secret', 'ConfigMap'],
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('reads JSON objects that stand one after the other, with their lines', async () => {
    const found = await reading(`${JSON.stringify(item)}\n\n${JSON.stringify(item, null, 2)}${JSON.stringify(item)}`);
    assert.deepEqual(
      found.map(({ source }) => source),
      ['standard input:1', 'standard input:3', 'standard input:9'],
    );
  });

  it('skips an object of another kind without a name, because it is nothing to check', async () => {
    const job = 'apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: migrate-}\n';
    const { manifests, notes, problems } = await readingAll(`${job}---\n${one}`);
    assert.equal(manifests.length, 1);
    assert.deepEqual([notes, problems], [['standard input:1: Job skipped: it has no metadata.name'], []]);
  });

  describe('in a folder', () => {
    let folder: string;

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'mooring-manifests-'));
    });
    afterEach(() => rm(folder, { recursive: true }));

    const rows: [what: string, text: string, read: { notes?: RegExp; problems?: RegExp }][] = [
      ['values of a chart', 'replicas: 1\n', { notes: /x\.yaml:1: skipped: it has no apiVersion or kind$/ }],
      ['a list of patches', '- op: remove\n', { notes: /x\.yaml:1: skipped: it is not an object$/ }],
      ['only comments', '# nothing\n---\n# here\n', { notes: /x\.yaml: skipped: it contains no object$/ }],
      ['text', 'hello\n', { notes: /x\.yaml:1: skipped: it is not an object$/ }],
      ['an object of ours without its version', 'kind: Environment\n', { problems: /:1: has no apiVersion or kind$/ }],
      ['an object of ours without its kind', 'apiVersion: spectrocloud.com/v1beta1\n', { problems: /:1: has no apiV/ }],
      [
        'no object in a list',
        'apiVersion: v1\nkind: List\nitems: [{}]\n',
        { problems: /:3: has no apiVersion or kind$/ },
      ],
      ['broken YAML', 'a: [\n', { problems: /x\.yaml:\d: / }],
    ];
    for (const [what, text, read] of rows) {
      it(`${read.notes === undefined ? 'reports' : 'skips'} ${what}, and reads other files`, async () => {
        await writeFile(join(folder, 'x.yaml'), text);
        await writeFile(join(folder, 'y.yaml'), one);
        const { manifests, notes, problems } = await readManifests([folder], () => Promise.resolve(''));
        assert.equal(manifests.length, 1);
        assert.equal(notes.length + problems.length, 1);
        assert.match(notes.join(), read.notes ?? /^$/);
        assert.match(problems.join(), read.problems ?? /^$/);
      });
    }

    it('names sub-folders that are skipped, or reads them', async () => {
      await mkdir(join(folder, 'sub'));
      await writeFile(join(folder, 'sub', 'x.yaml'), one);
      const flat = await readManifests([folder], () => Promise.resolve(''));
      assert.deepEqual(
        [flat.manifests, flat.notes],
        [[], [`${join(folder, 'sub')}: folder skipped; add -R to read it`]],
      );
      const deep = await readManifests([folder], () => Promise.resolve(''), { recursive: true });
      assert.deepEqual([deep.manifests.length, deep.notes], [1, []]);
    });
  });

  it('names the file that cannot be read', async () => {
    await assert.rejects(
      readManifests(['/nowhere/x.yaml'], () => Promise.resolve('')),
      /\/nowhere\/x\.yaml cannot be read/,
    );
  });
});
