import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseState, readState, spokeNames, writeState } from '../../../../../deploy/local/hub/files/state.ts';

const state = { spokes: 2, withoutOcm: false, withoutMooring: true, rules: ['InUse=warn'], ports: { etcd: 20_001 } };

describe("a hub's state", () => {
  it('is read as it was written, and absent before that', async () => {
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
  for (const text of broken) {
    it(`is refused, naming the file, where it reads ${text === '' ? 'nothing' : text}`, () => {
      assert.throws(() => parseState(text, 'the/state.json'), /the\/state\.json/);
    });
  }

  it('numbers spokes from one', () => {
    assert.deepEqual(spokeNames(3), ['spoke1', 'spoke2', 'spoke3']);
    assert.deepEqual(spokeNames(0), []);
  });
});
