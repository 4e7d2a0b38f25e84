import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { extractMember } from '../../../../deploy/local/kubernetes/extract-member.ts';
import { OriginError } from '../../../../deploy/local/kubernetes/origin-error.ts';

const run = promisify(execFile);

describe('one file of an archive', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'extract-'));
    await mkdir(join(folder, 'etcd-v3'));
    await writeFile(join(folder, 'etcd-v3', 'etcd'), 'the program');
    await run('tar', ['-czf', 'archive.tar.gz', 'etcd-v3'], { cwd: folder });
  });
  afterEach(() => rm(folder, { recursive: true }));

  const extract = (member: string, path = process.env['PATH'] ?? '') =>
    extractMember({
      archive: join(folder, 'archive.tar.gz'),
      member,
      target: join(folder, 'etcd'),
      url: 'https://example.com/archive.tar.gz',
      environment: { PATH: path },
    });

  it('is written to the given path', async () => {
    await extract('etcd-v3/etcd');
    assert.equal(await readFile(join(folder, 'etcd'), 'utf8'), 'the program');
  });

  it('is not extracted if the archive does not contain it, and a build is still possible', async () => {
    await assert.rejects(extract('etcd-v4/etcd'), (error) => error instanceof OriginError && /tar/.test(error.message));
  });

  it('is not extracted without the program tar, and a build is still possible', async () => {
    await assert.rejects(extract('etcd-v3/etcd', folder), (error) => {
      return error instanceof OriginError && /tar cannot unpack it: .*ENOENT/.test(error.message);
    });
  });
});
