import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settingsDigest } from '../../../../../deploy/local/hub/processes/settings-digest.ts';

describe("a digest of a process's settings", () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'digest-'));
    await mkdir(join(folder, 'deep'));
    await writeFile(join(folder, 'deep', 'file'), 'one');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is the same for the same', async () => {
    assert.equal(await settingsDigest(['a'], [folder]), await settingsDigest(['a'], [folder]));
  });

  it('tells words apart, also where they only divide differently', async () => {
    assert.notEqual(await settingsDigest(['a b'], []), await settingsDigest(['a', 'b'], []));
  });

  it('changes with a file in a folder', async () => {
    const before = await settingsDigest([], [folder]);
    await writeFile(join(folder, 'deep', 'file'), 'two');
    assert.notEqual(await settingsDigest([], [folder]), before);
  });

  it('changes when a file appears', async () => {
    const path = join(folder, 'later');
    const before = await settingsDigest([], [path]);
    await writeFile(path, '');
    assert.notEqual(await settingsDigest([], [path]), before);
  });
});
