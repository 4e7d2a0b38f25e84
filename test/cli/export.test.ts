import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { environments, workloadDeployments } from '../../src/api/kinds.ts';
import type { KubeObject, Resource } from '../../src/api/object.ts';
import { mooring } from '../support/command-line.ts';
import { deployment, environment } from '../support/manifests.ts';
import { createMemoryClient } from '../support/memory-client.ts';
import { recordedEdits } from '../support/recorded-edits.ts';

const edits = [{ spec: { size: 1, version: '1.0.0' } }, { spec: { size: 2 } }];
const { objects } = recordedEdits('Environment', edits);
const live = () => createMemoryClient([...objects, [workloadDeployments, deployment('team')]]);

const documentsIn = (text: string): KubeObject[] => parseAllDocuments(text).map((document) => document.toJS());

describe('mooring export', () => {
  it('prints revisions before the objects that they belong to, and deployments last', async () => {
    const { code, out, error } = await mooring(['export'], { client: live() });
    assert.equal(code, 0);
    const found = documentsIn(out);
    const kinds = found.map(({ kind }) => kind);
    assert.deepEqual(kinds.slice(-2), ['Environment', 'WorkloadDeployment']);
    assert.ok(kinds.slice(0, -2).every((kind) => kind === 'DefinitionRevision') && kinds.length > 3, String(kinds));
    for (const { metadata } of found) {
      assert.deepEqual(
        [metadata.uid, metadata.resourceVersion, metadata.ownerReferences],
        [undefined, undefined, undefined],
      );
    }
    assert.match(error, /^exported 2 DefinitionRevisions, .*1 Environment, 1 WorkloadDeployment\n$/);
  });

  it('leaves out objects that are being deleted, and says so', async () => {
    const metadata = { ...environment('team').metadata, name: 'old', deletionTimestamp: 'now', finalizers: ['a/b'] };
    const client = createMemoryClient([[environments, { ...environment('team'), metadata }]]);
    const { out, error } = await mooring(['export', '-o', 'json'], { client });
    assert.deepEqual(JSON.parse(out).items, []);
    assert.match(error, /Warning: Environment team\/old is being deleted and is left out/);
  });

  it('contains an object that is being deleted as long as its history is complete', async () => {
    const leave = (object: KubeObject): KubeObject => {
      return { ...object, metadata: { ...object.metadata, deletionTimestamp: 'now', finalizers: ['a/b'] } };
    };
    const exportOf = async (...held: typeof objects) => {
      const { out, error } = await mooring(['export', '-o', 'json'], { client: createMemoryClient(held) });
      const items: KubeObject[] = JSON.parse(out).items;
      return { kinds: items.map(({ kind }) => kind), items, error };
    };
    const [environmentOf, ...revisions] = objects;
    assert.ok(environmentOf);
    const held: [Resource, KubeObject] = [environments, leave(environmentOf[1])];
    const whole = await exportOf(held, ...revisions);
    assert.deepEqual(whole.kinds, ['DefinitionRevision', 'DefinitionRevision', 'Environment']);
    assert.equal(whole.items.at(-1)?.metadata.deletionTimestamp, undefined);
    assert.match(whole.error, /Warning: Environment team\/primary is being deleted and is exported, because/);

    const begun = await exportOf(held, ...revisions.slice(0, 1));
    assert.deepEqual(begun.kinds, [], 'the revision that its number means is gone');
    const edited: [Resource, KubeObject] = [environments, { ...held[1], spec: { size: 9 } } as KubeObject];
    assert.deepEqual((await exportOf(edited, ...revisions)).kinds, [], 'its content is not what was recorded');
  });

  it('writes a file, which is replaced only as a whole', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mooring-export-'));
    try {
      const file = join(folder, 'backup.yaml');
      const { out } = await mooring(['export', file, '-n', 'team'], { client: live() });
      assert.equal(out, '');
      assert.ok(documentsIn(await readFile(file, 'utf8')).length > 3);
      const { code, error } = await mooring(['export', join(folder, 'missing', 'a.yaml')], { client: live() });
      assert.equal(code, 1);
      assert.match(error, /a\.yaml cannot be written: /);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('refuses further arguments', async () => {
    const { code, error } = await mooring(['export', 'a', 'b'], { client: live() });
    assert.equal(code, 2);
    assert.match(error, /too many arguments/);
  });
});
