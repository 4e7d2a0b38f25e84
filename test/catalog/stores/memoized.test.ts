import assert from 'node:assert/strict';
import { memoizedStore } from '../../../src/catalog/stores/memoized.ts';
import type { DefinitionStore } from '../../../src/catalog/store.ts';
import { recordedEdits } from '../../support/recorded-edits.ts';

describe('the memoized store', () => {
  it('looks each definition up once', async () => {
    const { definition } = recordedEdits('Environment', [{}]);
    const asked: string[] = [];
    const note = <T>(what: string, answer: T): Promise<T> => {
      asked.push(what);
      return Promise.resolve(answer);
    };
    const source: DefinitionStore = {
      get: (kind, namespace, name) => note(`get ${kind} ${namespace}/${name}`, definition),
      names: () => note('names', ['primary']),
      revisions: () => note('revisions', []),
      revision: (_, __, revision) => note(`revision ${revision}`, { revision }),
      recorded: (_, __, revision) => note(`recorded ${revision}`, { size: revision }),
      recordedHash: (_, __, revision) => note(`hash ${revision}`, 'abc'),
    };
    const definitions = memoizedStore(source);
    for (const _ of ['first', 'second']) {
      assert.equal(await definitions.get('Environment', 'team', 'primary'), definition);
      assert.equal(await definitions.get('WorkloadProfile', 'team', 'primary'), definition);
      assert.deepEqual(await definitions.names('Environment', 'team'), ['primary']);
      assert.deepEqual(await definitions.revisions('Environment', definition), []);
      assert.deepEqual(await definitions.revision('Environment', definition, 1), { revision: 1 });
      assert.deepEqual(await definitions.recorded('Environment', definition, 1), { size: 1 });
      assert.deepEqual(await definitions.recorded('Environment', definition, 2), { size: 2 });
      assert.equal(await definitions.recordedHash('Environment', definition, 2), 'abc');
    }
    assert.deepEqual(asked, [
      'get Environment team/primary',
      'get WorkloadProfile team/primary',
      'names',
      'revisions',
      'revision 1',
      'recorded 1',
      'recorded 2',
      'hash 2',
    ]);
  });
});
