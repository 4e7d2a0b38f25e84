import assert from 'node:assert/strict';
import { CommandFailed } from '../../../src/cli/live/command-failed.ts';
import {
  contentIn,
  findObject,
  historyIn,
  revisionIn,
  revisionTitle,
  titleOf,
} from '../../../src/cli/live/found-object.ts';
import { parseSelector } from '../../../src/domain/refs/version-ref.ts';
import { liveStore } from '../../../src/catalog/stores/live.ts';
import { sha256 } from '../../../src/cli/sha256.ts';
import { createMemoryClient } from '../../support/memory-client.ts';
import { recordedEdits } from '../../support/recorded-edits.ts';
import { catalogOf } from '../../support/catalog.ts';

const edits = [{ spec: { size: 1 } }, { spec: { size: 2, version: '1.0.0' } }, { spec: { size: 3, version: '2.0.0' } }];
const { definition, objects } = recordedEdits('WorkloadProfile', edits);
const shared = recordedEdits('WorkloadProfile', [{}], { namespace: 'mural-system', name: 'shared' });
const client = createMemoryClient([...objects, ...shared.objects]);
const catalog = catalogOf(liveStore(client));
const command = { catalog, namespace: 'team' };
const found = { kind: 'WorkloadProfile', namespace: 'team', name: 'primary', definition } as const;

describe('the object of a command', () => {
  it('is found in its namespace', async () => {
    const { name, namespace } = await findObject(command, 'WorkloadProfile', 'primary');
    assert.equal(`${namespace}/${name}`, 'team/primary');
  });

  const missing: [name: string, hint: RegExp, why: string][] = [
    ['primry', /did you mean "primary"\?$/, 'a slip'],
    ['shared', /it exists in mural-system: add -n mural-system$/, 'shared by all'],
    ['nothing', /^there is no WorkloadProfile team\/nothing$/, 'nothing like it'],
  ];
  for (const [name, message, why] of missing) {
    it(`is not found as ${name}: ${why}`, () =>
      assert.rejects(findObject(command, 'WorkloadProfile', name), { name: 'CommandFailed', message }));
  }

  it('without a stamp has no history', async () => {
    const bare = { ...found, definition: { ...definition, metadata: { name: 'primary', namespace: 'team' } } };
    await assert.rejects(historyIn(catalog, bare), CommandFailed);
  });

  it('has no history if it is terminating and its newest revision is not recorded', async () => {
    const metadata = { ...definition.metadata, uid: 'another', deletionTimestamp: '2026-01-01T00:00:00Z' };
    await assert.rejects(historyIn(catalog, { ...found, definition: { ...definition, metadata } }), {
      name: 'CommandFailed',
      message: 'WorkloadProfile team/primary is being deleted, and its newest revision is not recorded',
    });
  });

  it('has a title, and so have its revisions', () => {
    assert.equal(titleOf(found), 'WorkloadProfile team/primary');
    assert.deepEqual([{ revision: 1 }, { revision: 2, version: '1.0.0' }].map(revisionTitle), ['v1', 'v2 (1.0.0)']);
  });

  it('has no content at a revision that is not recorded', async () => {
    assert.deepEqual((await contentIn(client, found, 1, sha256)).spec, { size: 1 });
    await assert.rejects(contentIn(client, found, 9, sha256), CommandFailed);
  });
});

describe('a selected revision', () => {
  const rows: { text: string; exact?: boolean; revision: number; warns?: boolean; why: string }[] = [
    { text: '3', revision: 3, why: 'a plain number' },
    { text: '1.0.0', revision: 2, why: 'a version' },
    { text: '2', revision: 3, warns: true, why: 'versions 2.x.y are published, as for any ref' },
    { text: '2', exact: true, revision: 2, why: 'with the option it is the number' },
    { text: '2.0', exact: true, revision: 3, why: 'the option has no effect on a version' },
  ];
  for (const { text, exact = false, revision, warns = false, why } of rows) {
    it(`@v${text} is ${revision}: ${why}`, async () => {
      const warnings: string[] = [];
      const options = { exactRevision: exact, warn: (warning: string) => void warnings.push(warning) };
      const selector = parseSelector(text);
      assert.ok(typeof selector !== 'string');
      const history = await historyIn(catalog, found);
      const version = edits[revision - 1]?.spec.version;
      assert.deepEqual(revisionIn(options, found, selector, history), { revision, ...(version && { version }) });
      assert.equal(warnings.length, warns ? 1 : 0);
    });
  }

  it('that does not exist causes an error with a list of those that exist', async () => {
    const history = await historyIn(catalog, found);
    const ask = () =>
      revisionIn({ exactRevision: false, warn: assert.fail }, found, { kind: 'number', number: 9 }, history);
    assert.throws(ask, { name: 'CommandFailed', message: /existing revisions: v3 \(2\.0\.0\), v2 \(1\.0\.0\), v1$/ });
  });
});
