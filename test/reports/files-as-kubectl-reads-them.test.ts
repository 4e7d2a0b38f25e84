import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubeObject } from '../../src/api/object.ts';
import { createNamespace, kubectl } from '../support/hub.ts';
import { environment, manifest, profile } from '../support/manifests.ts';
import { runMooring } from '../support/mooring.ts';

/** A file, how many objects kubectl applies from it, and whether all of it can be applied. */
interface Row {
  why: string;
  name?: string;
  text: (first: KubeObject, second: KubeObject) => string;
  applied: number;
  accepted: boolean;
}

const json = (object: object, spaces?: number) => JSON.stringify(object, null, spaces);
const { metadata: _, ...nameless } = environment('x');
const generated = { ...nameless, metadata: { generateName: 'made-' } };

const rows: Row[] = [
  {
    why: 'JSON objects in lines',
    text: (...objects) => objects.map((object) => `${json(object)}\n`).join(''),
    applied: 2,
    accepted: true,
  },
  {
    why: 'JSON objects without a space',
    text: (...objects) => objects.map((object) => json(object, 2)).join(''),
    applied: 2,
    accepted: true,
  },
  {
    why: 'JSON objects in a file for YAML',
    name: 'x.yaml',
    text: (...objects) => objects.map((object) => json(object)).join('\n'),
    applied: 2,
    accepted: true,
  },
  {
    why: 'JSON objects as YAML documents',
    text: (...objects) => objects.map((object) => json(object)).join('\n---\n'),
    applied: 2,
    accepted: true,
  },
  {
    why: 'YAML with comments and empty documents',
    name: 'x.yaml',
    text: (...objects) => `# one\n---\n${manifest(...objects)}\n---\n# end\n`,
    applied: 2,
    accepted: true,
  },
  {
    why: 'a list',
    name: 'x.yaml',
    text: (...items) => json({ apiVersion: 'v1', kind: 'List', items }),
    applied: 2,
    accepted: true,
  },
  { why: 'only comments', name: 'x.yaml', text: () => '# nothing\n', applied: 0, accepted: false },
  { why: 'values of a chart', name: 'x.yaml', text: () => 'replicas: 1\n', applied: 0, accepted: false },
  {
    why: 'a list of patches',
    name: 'x.yaml',
    text: () => '- op: remove\n  path: /spec\n',
    applied: 0,
    accepted: false,
  },
  {
    why: 'an object and the values of a chart',
    name: 'x.yaml',
    text: (first) => `${manifest(first)}\n---\nreplicas: 1\n`,
    applied: 1,
    accepted: false,
  },
  {
    why: 'an object whose name is generated',
    name: 'x.yaml',
    text: () => json(generated),
    applied: 0,
    accepted: false,
  },
  {
    why: 'an object and one without a name',
    name: 'x.yaml',
    text: (first) => `${manifest(first)}\n---\n${json(nameless)}\n`,
    applied: 1,
    accepted: false,
  },
];

describe('mooring check reads a file as kubectl apply does', function () {
  this.timeout(120_000);
  let folder: string;
  let namespace: string;

  before(async function () {
    this.timeout(300_000);
    folder = await mkdtemp(join(tmpdir(), 'mooring-files-'));
    namespace = await createNamespace('files');
  });
  after(() => rm(folder, { recursive: true }));

  const count = (stdout: string) => stdout.split('\n').filter((line) => /\bcreated\b/.test(line)).length;

  for (const { why, name = 'x.json', text, applied, accepted } of rows) {
    it(`${accepted ? 'accepts' : 'does not accept'} ${why}`, async () => {
      const path = join(folder, name);
      await writeFile(path, text(profile(namespace), environment(namespace)));
      const theirs = await kubectl(['apply', '--dry-run=server', '-n', namespace, '-f', path]);
      const ours = await runMooring(['check', '-n', namespace, path]);
      assert.deepEqual([theirs.code === 0, count(theirs.stdout)], [accepted, applied], theirs.stderr);
      assert.deepEqual([ours.code, count(ours.stdout)], [accepted ? 0 : 2, applied], ours.stderr);
    });
  }
});
