import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listFiles } from '../../../src/cli/files/list-files.ts';

describe('listFiles', () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mooring-list-'));
    await mkdir(join(folder, 'b', 'deep'), { recursive: true });
    await mkdir(join(folder, '.git'));
    for (const file of ['c.yml', 'a.yaml', 'README.md', 'b/x.json', 'b/deep/y.yaml', '.git/z.yaml']) {
      await writeFile(join(folder, file), '');
    }
  });
  after(() => rm(folder, { recursive: true }));

  const names = (files: { path: string }[]) => files.map(({ path }) => path.slice(folder.length + 1));

  it('lists the manifests of a folder in the order of their names, and names the folders in it', async () => {
    const { files, skippedFolders } = await listFiles(folder, { recursive: false });
    assert.deepEqual(names(files), ['a.yaml', 'c.yml']);
    assert.deepEqual(skippedFolders, [join(folder, 'b')]);
    assert.ok(files.every(({ isNamed }) => !isNamed));
  });

  it('lists sub-folders as kubectl does', async () => {
    const { files, skippedFolders } = await listFiles(folder, { recursive: true });
    assert.deepEqual(names(files), ['.git/z.yaml', 'a.yaml', 'b/deep/y.yaml', 'b/x.json', 'c.yml']);
    assert.deepEqual(skippedFolders, []);
  });

  it('lists any file that is named, and standard input', async () => {
    const readme = join(folder, 'README.md');
    assert.deepEqual((await listFiles(readme, { recursive: false })).files, [{ path: readme, isNamed: true }]);
    assert.deepEqual((await listFiles('-', { recursive: true })).files, [{ path: '-', isNamed: true }]);
  });

  it('rejects for a path that does not exist', () =>
    assert.rejects(listFiles('/nowhere', { recursive: false }), /ENOENT/));
});
