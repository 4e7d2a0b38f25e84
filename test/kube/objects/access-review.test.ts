import assert from 'node:assert/strict';
import { isAllowed } from '../../../src/kube/objects/access-review.ts';
import { createClient } from '../../../src/kube/client/client.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { refuse, reply, ScriptedApiServer } from '../../support/scripted-api-server.ts';

const call = 'POST /apis/authorization.k8s.io/v1/subjectaccessreviews';
const subject = { username: 'jane', uid: '7', groups: ['devs'], extra: { scopes: ['a'] } };
const access = {
  verb: 'use',
  group: 'spectrocloud.com',
  resource: 'environments',
  namespace: 'other',
  name: 'primary',
};

describe('an access review', () => {
  let server: ScriptedApiServer;
  const ask = async () =>
    isAllowed(
      createClient(await server.kubeConfig(), { log: recordedLog().log, userAgent: 'mooring/test' }),
      subject,
      access,
    );
  beforeEach(async () => {
    server = await new ScriptedApiServer().start();
  });
  afterEach(() => server.stop());

  it('asks for the user with groups and extra', async () => {
    server.on(call, reply({ status: { allowed: true } }));
    assert.equal(await ask(), true);
    assert.deepEqual(server.seen[0]?.body, {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      metadata: {},
      spec: { user: 'jane', uid: '7', groups: ['devs'], extra: { scopes: ['a'] }, resourceAttributes: access },
    });
  });

  it('allows nothing that the API server does not', async () => {
    server.on(call, reply({ status: { allowed: false } }), reply({}));
    assert.equal(await ask(), false);
    assert.equal(await ask(), false);
  });

  it('is no answer where the API server gives none', async () => {
    server.on(call, refuse(403, 'Forbidden'));
    await assert.rejects(ask(), { code: 403 });
  });
});
