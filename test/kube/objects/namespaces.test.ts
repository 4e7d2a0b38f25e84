import assert from 'node:assert/strict';
import { createClient } from '../../../src/kube/client/client.ts';
import { readNamespaceState } from '../../../src/kube/objects/namespaces.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { refuse, reply, ScriptedApiServer } from '../../support/scripted-api-server.ts';

const call = 'GET /api/v1/namespaces/team';

describe('the state of a namespace', () => {
  let server: ScriptedApiServer;
  const state = async () =>
    readNamespaceState(
      createClient(await server.kubeConfig(), { log: recordedLog().log, userAgent: 'mooring/test' }),
      'team',
    );
  beforeEach(async () => {
    server = await new ScriptedApiServer().start();
  });
  afterEach(() => server.stop());

  it('is read from its metadata', async () => {
    server.on(call, reply({ metadata: { name: 'team', labels: { a: 'b' }, annotations: { c: 'd' } } }));
    assert.deepEqual(await state(), { labels: { a: 'b' }, annotations: { c: 'd' }, terminating: false });
  });

  it('shows that it is terminating', async () => {
    server.on(call, reply({ metadata: { name: 'team', deletionTimestamp: '2026-01-01T00:00:00Z' } }));
    assert.deepEqual(await state(), { labels: {}, annotations: {}, terminating: true });
  });

  it('is undefined if it does not exist', async () => {
    server.on(call, refuse(404, 'NotFound'));
    assert.equal(await state(), undefined);
  });

  it('rejects if the API server refuses the read', async () => {
    server.on(call, refuse(403, 'Forbidden'));
    await assert.rejects(state(), { code: 403 });
  });
});
