import assert from 'node:assert/strict';
import { sha256 } from '../../src/cli/sha256.ts';
import { contentAt, newestContent, recordedRevisions } from '../../src/catalog/recorded-content.ts';
import { stampedAs } from '../support/facts.ts';
import { createMemoryClient } from '../support/memory-client.ts';
import { recordedEdits } from '../support/recorded-edits.ts';

const edits = [{ labels: { tier: 'gold' }, spec: { size: 1 } }, { spec: { size: 2 } }];
const { definition, objects } = recordedEdits('Environment', edits);
const at = (revision: number, of = definition) =>
  contentAt(createMemoryClient(objects), 'Environment', of, revision, sha256);

describe('the content of a revision', () => {
  it('is the recorded content, with labels', async () => {
    assert.deepEqual(await at(1), { metadata: { labels: { tier: 'gold' } }, spec: { size: 1 } });
  });

  it('is read from the live object if the revision is the newest, recorded or not', async () => {
    const client = createMemoryClient();
    assert.deepEqual(await contentAt(client, 'Environment', definition, 2, sha256), {
      metadata: {},
      spec: { size: 2 },
    });
  });

  it('is not read from a live object that was changed without a stamp', async () => {
    const changed = { ...definition, spec: { size: 3 } };
    assert.equal(newestContent(changed, sha256), undefined);
    assert.deepEqual((await at(2, changed))?.spec, { size: 2 });
  });

  it('is not read from a terminating object', async () => {
    const metadata = { ...definition.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' };
    const edited = stampedAs({ ...definition, metadata, spec: { size: 3 } }, 2);
    assert.equal(newestContent(edited, sha256), undefined);
    assert.deepEqual((await at(2, edited))?.spec, { size: 2 });
  });

  it('is absent if the revision was pruned, or belongs to a deleted object of the same name', async () => {
    assert.equal(await at(7), undefined);
    assert.equal(await at(1, { ...definition, metadata: { ...definition.metadata, uid: 'another' } }), undefined);
  });
});

describe('the recorded revisions of an object', () => {
  it('are sorted, newest first, without those of other objects', async () => {
    const neighbour = recordedEdits('Environment', [{}], { name: 'second' });
    const client = createMemoryClient([...objects, ...neighbour.objects]);
    const found = await recordedRevisions(client, 'Environment', definition);
    assert.deepEqual(
      found.map(({ spec }) => spec.revision),
      [2, 1],
    );
    const namesake = { ...definition, metadata: { ...definition.metadata, uid: 'another' } };
    assert.deepEqual(await recordedRevisions(client, 'Environment', namesake), []);
  });
});
