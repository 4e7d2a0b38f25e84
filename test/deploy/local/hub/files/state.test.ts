import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseState, readState, listSpokeNames, writeState } from '../../../../../deploy/local/hub/files/state.ts';

const state = { spokes: 2, withoutOcm: false, withoutMooring: true, rules: ['InUse=warn'], ports: { etcd: 20_001 } };

describe('the state of a hub', () => {
  it('is undefined before it is written, and is read as it was written', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'state-'));
    try {
      const path = join(folder, 'state.json');
      assert.equal(await readState(path), undefined);
      await writeState(path, state);
      assert.deepEqual(await readState(path), state);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  const broken = ['', '{', '[]', '{}', 'null', JSON.stringify({ ...state, ports: { etcd: 'x' } })];
  for (const content of broken) {
    it(`is rejected with the name of the file if the content is ${content === '' ? 'empty' : content}`, () => {
      assert.throws(() => parseState(content, 'the/state.json'), /the\/state\.json/);
    });
  }

  it('names the spokes with numbers from one', () => {
    assert.deepEqual(listSpokeNames(3), ['spoke1', 'spoke2', 'spoke3']);
    assert.deepEqual(listSpokeNames(0), []);
  });
});
