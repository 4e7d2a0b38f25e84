import assert from 'node:assert/strict';
import { createClient } from '../../src/kube/client.ts';
import { namespaceLabels } from '../../src/kube/namespaces.ts';
import { recordedLog } from '../support/recorded-log.ts';
import { refuse, reply, ScriptedApiServer } from '../support/scripted-api-server.ts';

const call = 'GET /api/v1/namespaces/team';

describe('the labels of a namespace', () => {
  let server: ScriptedApiServer;
  const labels = async () =>
    namespaceLabels(
      createClient(await server.kubeConfig(), { log: recordedLog().log, userAgent: 'mooring/test' }),
      'team',
    );
  beforeEach(async () => {
    server = await new ScriptedApiServer().start();
  });
  afterEach(() => server.stop());

  it('are read from its metadata', async () => {
    server.on(call, reply({ metadata: { name: 'team', labels: { a: 'b' } } }));
    assert.deepEqual(await labels(), { a: 'b' });
  });

  it('are none where there is no such namespace', async () => {
    server.on(call, refuse(404, 'NotFound'));
    assert.equal(await labels(), undefined);
  });

  it('are not made up where the API server refuses', async () => {
    server.on(call, refuse(403, 'Forbidden'));
    await assert.rejects(labels(), { code: 403 });
  });
});
