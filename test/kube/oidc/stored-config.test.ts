import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { storeConfig, storedConfig } from '../../../src/kube/oidc/stored-config.ts';

const ann = (indent: string) => `# my clusters
apiVersion: v1
kind: Config
clusters:
${indent}- name: c # the cluster
${indent}  cluster: { server: "https://one", certificate-authority-data: ${'QUJD'.repeat(60)} }
users:
${indent}- name: bob
${indent}  user:
${indent}    token: 'on'
${indent}- name: ann
${indent}  user:
${indent}    auth-provider:
${indent}      config:
${indent}        # from the login page
${indent}        client-id: mooring

${indent}        id-token: old-id # expires
${indent}        refresh-token: "old"
${indent}      name: oidc
contexts: []
`;

describe('the stored configuration of an auth-provider', () => {
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mooring-stored-'));
    file = join(folder, 'config');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const provider = () => ({ name: 'oidc', config: {}, user: 'ann', file });

  for (const indent of ['', '  ']) {
    it(`gets new values, and the rest of the file stays (items ${indent === '' ? 'not ' : ''}indented)`, async () => {
      await writeFile(file, ann(indent));
      await storeConfig(provider(), { 'id-token': 'new-id', 'refresh-token': '1e5' });
      assert.equal(await readFile(file, 'utf8'), ann(indent).replace('old-id', 'new-id').replace('"old"', '"1e5"'));
      assert.deepEqual(await storedConfig(provider()), {
        'client-id': 'mooring',
        'id-token': 'new-id',
        'refresh-token': '1e5',
      });
    });
  }

  it('gets a value that it does not have', async () => {
    await writeFile(file, ann('').replace(/.*refresh-token.*\n/, ''));
    await storeConfig(provider(), { 'refresh-token': '1e5' });
    assert.equal((await storedConfig(provider()))?.['refresh-token'], '1e5');
  });

  it('may be JSON', async () => {
    const config = (token: string) => ({
      users: [{ name: 'ann', user: { 'auth-provider': { name: 'oidc', config: { 'id-token': token } } } }],
    });
    await writeFile(file, JSON.stringify(config('old')));
    await storeConfig(provider(), { 'id-token': 'new' });
    assert.deepEqual(JSON.parse(await readFile(file, 'utf8')), config('new'));
  });

  it('is undefined if the file, the user or its auth-provider has gone', async () => {
    assert.equal(await storedConfig(provider()), undefined);
    await writeFile(file, 'users: [{ name: bob }]');
    assert.equal(await storedConfig(provider()), undefined);
    await writeFile(file, 'users: [{ name: ann, user: { token: t } }]');
    assert.equal(await storedConfig(provider()), undefined);
    await writeFile(file, 'users: {');
    assert.equal(await storedConfig(provider()), undefined);
  });

  it('keeps the mode and the owner of the file, and follows a symbolic link', async () => {
    const real = join(folder, 'real');
    await writeFile(real, ann(''));
    await chmod(real, 0o640);
    await symlink('real', file);
    const before = await stat(real);
    await storeConfig(provider(), { 'id-token': 'new' });
    const after = await stat(real);
    assert.deepEqual([after.mode, after.uid, after.gid], [before.mode, before.uid, before.gid]);
    assert.notEqual(after.ino, before.ino, 'the file is replaced in one step');
    assert.match(await readFile(file, 'utf8'), /id-token: new # expires/);
    assert.deepEqual((await readdir(folder)).toSorted(), ['config', 'real']);
  });

  it('replaces what a process that was killed has left', async () => {
    await writeFile(file, ann(''));
    await writeFile(`${file}.mooring.tmp`, 'half', { mode: 0o666 });
    await storeConfig(provider(), { 'id-token': 'new' });
    assert.deepEqual(await readdir(folder), ['config']);
  });

  it('leaves the file as it is if it cannot be replaced', async () => {
    const text = ann('').replace('config:\n', 'config: &c\n').replace('client-id: mooring', 'client-id: *d');
    await writeFile(file, text);
    await assert.rejects(storeConfig(provider(), { 'id-token': 'new' }));
    assert.equal(await readFile(file, 'utf8'), text);
    assert.deepEqual(await readdir(folder), ['config']);
  });
});
