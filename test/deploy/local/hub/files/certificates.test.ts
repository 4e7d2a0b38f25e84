import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureCertificates } from '../../../../../deploy/local/hub/files/certificates.ts';

const clients = { admin: { user: 'me', groups: ['system:masters'] } };

describe("a cluster's certificates", () => {
  let folder = '';
  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'certificates-')), 'certificates', 'hub');
  });
  afterEach(() => rm(join(folder, '..', '..'), { recursive: true }));

  async function read(path: string): Promise<X509Certificate> {
    return new X509Certificate(await readFile(path));
  }

  it('are signed by one authority, and are valid for this machine and the users', async () => {
    const files = await ensureCertificates(folder, 'hub', clients, new Date());
    const authority = await read(files.authority);
    const server = await read(files.serverCertificate);
    const admin = await read(files.client('admin').certificate);
    assert.equal(server.verify(authority.publicKey) && admin.verify(authority.publicKey), true);
    assert.equal(server.checkIP('127.0.0.1'), '127.0.0.1');
    assert.match(admin.subject, /O=system:masters\s+CN=me/);
  });

  it('have private keys that only the owner can read', async () => {
    const files = await ensureCertificates(folder, 'hub', clients, new Date());
    for (const path of [files.serverKey, files.serviceAccountKey, files.client('admin').key]) {
      assert.equal((await stat(path)).mode & 0o077, 0, path);
    }
  });

  it('are created once', async () => {
    const first = await read((await ensureCertificates(folder, 'hub', clients, new Date())).authority);
    const second = await read((await ensureCertificates(folder, 'hub', clients, new Date())).authority);
    assert.equal(second.serialNumber, first.serialNumber);
  });
});
