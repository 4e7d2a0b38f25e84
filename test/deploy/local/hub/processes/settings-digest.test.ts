import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { computeSettingsDigest } from '../../../../../deploy/local/hub/processes/settings-digest.ts';

describe('the digest of the settings of a process', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'digest-'));
    await mkdir(join(folder, 'deep'));
    await writeFile(join(folder, 'deep', 'file'), 'one');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('does not change if the settings do not change', async () => {
    assert.equal(await computeSettingsDigest(['a'], [folder]), await computeSettingsDigest(['a'], [folder]));
  });

  it('changes with the arguments, also if only the boundary between two arguments moves', async () => {
    assert.notEqual(await computeSettingsDigest(['a b'], []), await computeSettingsDigest(['a', 'b'], []));
  });

  it('changes with the content of a file in a folder', async () => {
    const before = await computeSettingsDigest([], [folder]);
    await writeFile(join(folder, 'deep', 'file'), 'two');
    assert.notEqual(await computeSettingsDigest([], [folder]), before);
  });

  it('changes when a file is created', async () => {
    const path = join(folder, 'later');
    const before = await computeSettingsDigest([], [path]);
    await writeFile(path, '');
    assert.notEqual(await computeSettingsDigest([], [path]), before);
  });
});
