import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandFailed } from '../../../src/cli/live/command-failed.ts';
import { connect } from '../../../src/cli/live/connection.ts';
import { EchoApiServer } from '../../support/echo-api-server.ts';
import { OidcIssuer } from '../../support/oidc-issuer.ts';

const content = {
  'current-context': 'one',
  contexts: [
    { name: 'one', context: { cluster: 'a', user: 'me', namespace: 'team' } },
    { name: 'two', context: { cluster: 'a', user: 'me' } },
  ],
  clusters: [{ name: 'a', cluster: { server: 'http://127.0.0.1:1' } }],
  users: [{ name: 'me', user: { token: 'secret' } }],
};

const caller = { environment: {}, warn: assert.fail };

describe('a connection', () => {
  let folder: string;
  let kubeconfig: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mooring-'));
    kubeconfig = join(folder, 'config');
    await writeFile(kubeconfig, JSON.stringify(content));
  });
  after(() => rm(folder, { recursive: true }));

  it('has the namespace of the context', () => {
    assert.equal(connect({ kubeconfig }, caller).namespace, 'team');
    assert.equal(connect({ kubeconfig, context: 'two' }, caller).namespace, 'default');
  });

  it('fails with a message for the user if the context or the file does not exist', () => {
    assert.throws(() => connect({ kubeconfig, context: 'three' }, caller), CommandFailed);
    assert.throws(() => connect({ kubeconfig: join(folder, 'none') }, caller), CommandFailed);
  });

  it('gets a warning if renewed credentials cannot be saved', async () => {
    const issuer = await new OidcIssuer().start();
    const server = await new EchoApiServer().start();
    try {
      const config = {
        'client-id': 'mooring',
        'idp-issuer-url': issuer.url,
        'idp-certificate-authority-data': btoa(issuer.authority),
        'refresh-token': issuer.refreshToken,
      };
      const cluster = { server: server.url, 'certificate-authority-data': btoa(server.authority) };
      const users = [{ name: 'me', user: { 'auth-provider': { name: 'oidc', config } } }];
      await writeFile(kubeconfig, JSON.stringify({ ...content, clusters: [{ name: 'a', cluster }], users }));
      // Nobody can replace the file, not even root.
      await mkdir(`${kubeconfig}.mooring.tmp`);
      const warnings: string[] = [];
      const { client } = connect({ kubeconfig }, { ...caller, warn: (text) => warnings.push(text) });
      assert.match(JSON.stringify(await client.raw('GET', '/')), new RegExp(`Bearer ${issuer.newest}`));
      assert.match(warnings.join(), /^the renewed OIDC tokens of user "me" are not saved in /);
    } finally {
      await Promise.all([issuer.stop(), server.stop()]);
    }
  });
});
