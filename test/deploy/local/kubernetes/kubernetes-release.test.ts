import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { releaseFile, versions } from '../../../../deploy/local/kubernetes/kubernetes-release.ts';

describe('the published programs', () => {
  it('have the same versions as those that are built', async () => {
    const goMod = await readFile(join(import.meta.dirname, '../../../../deploy/local/kubernetes/go.mod'), 'utf8');
    assert.ok(goMod.includes(`k8s.io/kubernetes ${versions.kubernetes} `));
    assert.ok(goMod.includes(`go.etcd.io/etcd/server/v3 ${versions.etcd} `));
  });

  it('have the URLs of Kubernetes and etcd', () => {
    const { url, sumsUrl } = releaseFile('kubectl', { platform: 'linux', arch: 'arm64' }) ?? {};
    assert.equal(url, `https://dl.k8s.io/release/${versions.kubernetes}/bin/linux/arm64/kubectl`);
    assert.equal(sumsUrl, `${url}.sha256`);
    const etcd = releaseFile('etcd', { platform: 'linux', arch: 'x64' });
    const folder = `https://github.com/etcd-io/etcd/releases/download/${versions.etcd}`;
    assert.equal(etcd?.url, `${folder}/etcd-${versions.etcd}-linux-amd64.tar.gz`);
    assert.equal(etcd?.sumsUrl, `${folder}/SHA256SUMS`);
    assert.equal(etcd?.member, `etcd-${versions.etcd}-linux-amd64/etcd`);
  });

  it('have the same paths on a mirror', () => {
    for (const program of ['etcd', 'kube-apiserver'] as const) {
      const { path, url } = releaseFile(program, { platform: 'linux', arch: 'x64', mirror: 'http://m/base' }) ?? {};
      assert.equal(url, `http://m/base/${path}`);
    }
  });

  const unpublished = [
    { platform: 'darwin', arch: 'arm64', why: 'there are no server programs for macOS' },
    { platform: 'win32', arch: 'x64', why: 'the local hub does not run on Windows' },
    { platform: 'linux', arch: 'riscv64', why: 'Kubernetes publishes nothing for it' },
  ] as const;
  for (const { platform, arch, why } of unpublished) {
    it(`do not exist for ${platform}/${arch}: ${why}`, () => {
      assert.equal(releaseFile('kube-apiserver', { platform, arch }), undefined);
    });
  }
});
