import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandFailed } from '../../../src/cli/live/command-failed.ts';
import { connect } from '../../../src/cli/live/connection.ts';

const content = {
  'current-context': 'one',
  contexts: [
    { name: 'one', context: { cluster: 'a', user: 'me', namespace: 'team' } },
    { name: 'two', context: { cluster: 'a', user: 'me' } },
  ],
  clusters: [{ name: 'a', cluster: { server: 'http://127.0.0.1:1' } }],
  users: [{ name: 'me', user: { token: 'secret' } }],
};

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
    assert.equal(connect({ kubeconfig }, {}).namespace, 'team');
    assert.equal(connect({ kubeconfig, context: 'two' }, {}).namespace, 'default');
  });

  it('fails with a message for the user if the context or the file does not exist', () => {
    assert.throws(() => connect({ kubeconfig, context: 'three' }, {}), CommandFailed);
    assert.throws(() => connect({ kubeconfig: join(folder, 'none') }, {}), CommandFailed);
  });
});
