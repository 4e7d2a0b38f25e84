import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readKubeConfigFile } from '../../../src/kube/kubeconfig/kubeconfig-file.ts';
import { OidcProvider } from '../../../src/kube/oidc/oidc-provider.ts';
import { OidcIssuer } from '../../support/oidc-issuer.ts';

describe('an OIDC provider', () => {
  let folder: string;
  let file: string;
  let issuer: OidcIssuer;
  let warnings: string[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mooring-oidc-'));
    file = join(folder, 'config');
    issuer = await new OidcIssuer().start();
    warnings = [];
  });
  afterEach(async () => {
    await issuer.stop();
    await rm(folder, { recursive: true });
  });

  const write = async (fields: Record<string, string> = {}): Promise<void> => {
    const config = {
      'client-id': 'mooring',
      'idp-issuer-url': issuer.url,
      'idp-certificate-authority-data': btoa(issuer.authority),
      'id-token': issuer.idToken(-60),
      'refresh-token': issuer.refreshToken,
      ...fields,
    };
    const user = { 'auth-provider': { name: 'oidc', config } };
    await writeFile(file, JSON.stringify({ users: [{ name: 'ann', user }] }));
  };
  const stored = async () => readKubeConfigFile(await readFile(file, 'utf8'), file).users.get('ann')?.authProvider;
  const load = async (lockWaitMs = 5000): Promise<OidcProvider> => {
    const provider = await stored();
    assert.ok(provider);
    return new OidcProvider(provider, { environment: {}, warn: (text) => warnings.push(text), lockWaitMs });
  };
  const token = async (provider: OidcProvider): Promise<string> => (await provider.idToken()).token;

  it('uses the id-token until ten seconds before it expires', async () => {
    const idToken = issuer.idToken(11);
    await write({ 'id-token': idToken });
    const { token: used, expiresAt } = await (await load()).idToken();
    assert.equal(used, idToken);
    assert.ok(expiresAt > Date.now() && expiresAt < Date.now() + 1000);
    assert.equal(issuer.grants.length, 0);
  });

  for (const idToken of ['expires soon', '']) {
    it(`renews an id-token (${idToken || 'none'}), and saves both tokens`, async () => {
      await write({ 'id-token': idToken === '' ? '' : issuer.idToken(9) });
      const provider = await load();
      const { token: used, expiresAt } = await provider.idToken();
      assert.equal(used, issuer.newest);
      assert.ok(expiresAt > Date.now() + 3_500_000);
      assert.equal(await token(provider), used);
      const { config } = (await stored()) ?? {};
      assert.deepEqual([config?.['id-token'], config?.['refresh-token']], [issuer.newest, issuer.refreshToken]);
      assert.equal(issuer.grants.length, 1);
      assert.deepEqual(warnings, []);
      assert.equal(existsSync(`${file}.lock`), false);
    });
  }

  it('keeps the refresh token if the issuer does not send another one', async () => {
    await write();
    issuer.replyOnce({ body: { refresh_token: undefined } });
    await token(await load());
    assert.equal((await stored())?.config['refresh-token'], 'refresh-0');
  });

  it('uses what another process has saved', async () => {
    await write();
    const [one, two] = [await load(), await load()];
    assert.equal(await token(one), await token(two));
    assert.equal(issuer.grants.length, 1);
    issuer.lifetime = 5;
    await write({ 'refresh-token': issuer.refreshToken });
    const [three, four] = [await load(), await load()];
    for (const provider of [three, four, three]) assert.equal(await token(provider), issuer.newest);
    assert.equal(issuer.grants.length, 4);
  });

  it('renews nothing while the file is locked, because the new refresh token could not be saved', async () => {
    await write();
    await writeFile(`${file}.lock`, '');
    await assert.rejects(token(await load(100)), /config\.lock exists: .*; delete the lock if no command is running$/);
    assert.equal(issuer.grants.length, 0);
    await rm(`${file}.lock`);
  });

  it('releases the lock when the issuer refuses', async () => {
    await write({ 'refresh-token': 'used' });
    await assert.rejects(token(await load()), /invalid_grant/);
    assert.equal(existsSync(`${file}.lock`), false);
  });

  it('continues with a warning if nothing can be saved, uses its own newer tokens, and those of the file after a login', async () => {
    issuer.lifetime = 5;
    await write();
    const provider = await load();
    // Nobody can replace the file, not even root.
    await mkdir(`${file}.mooring.tmp`);
    for (const count of [1, 2]) {
      assert.equal(await token(provider), issuer.newest);
      assert.equal(warnings.length, count);
      assert.match(
        warnings.at(-1) ?? '',
        /^the renewed OIDC tokens of user "ann" are not saved in .*\/config: .*; kubectl/,
      );
      assert.equal((await stored())?.config['refresh-token'], 'refresh-0');
    }
    const login = issuer.idToken(3600);
    await write({ 'id-token': login });
    assert.equal(await token(provider), login);
    assert.equal(issuer.grants.length, 2);
  });

  it('continues with a warning if the file cannot be locked', async () => {
    await write();
    const provider = await load();
    await rm(folder, { recursive: true });
    assert.equal(await token(provider), issuer.newest);
    assert.match(warnings[0] ?? '', /are not saved in .*\/config: ENOENT: .*config\.lock/);
    await mkdir(folder);
  });

  it('continues with a warning if the user is not in the file any more, or has another issuer', async () => {
    for (const users of [
      '[]',
      JSON.stringify([
        { name: 'ann', user: { 'auth-provider': { name: 'oidc', config: { 'idp-issuer-url': 'https://other' } } } },
      ]),
    ]) {
      await write();
      const provider = await load();
      await writeFile(file, `users: ${users}`);
      assert.equal(await token(provider), issuer.newest);
      assert.match(
        warnings.pop() ?? '',
        /are not saved in .*\/config: it no longer defines this user; kubectl may have/,
      );
      assert.equal(await readFile(file, 'utf8'), `users: ${users}`);
    }
  });

  it('says so if there is no refresh token', async () => {
    await write({ 'refresh-token': '' });
    await assert.rejects(token(await load()), /the id-token has expired, and there is no refresh-token; log in again$/);
  });

  it('refuses an id-token that is no JWT, as kubectl does', async () => {
    await write({ 'id-token': 'text' });
    await assert.rejects(token(await load()), /the id-token is not a JWT; log in again$/);
  });
});
