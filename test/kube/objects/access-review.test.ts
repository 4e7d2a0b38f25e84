import assert from 'node:assert/strict';
import { isAllowed, isSelfAllowed } from '../../../src/kube/objects/access-review.ts';
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
  const check = async () =>
    isAllowed(
      createClient(await server.kubeConfig(), { log: recordedLog().log, userAgent: 'mooring/test' }),
      subject,
      access,
    );
  beforeEach(async () => {
    server = await new ScriptedApiServer().start();
  });
  afterEach(() => server.stop());

  it('sends the user with groups and extra', async () => {
    server.on(call, reply({ status: { allowed: true } }));
    assert.equal(await check(), true);
    assert.deepEqual(server.seen[0]?.body, {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      metadata: {},
      spec: { user: 'jane', uid: '7', groups: ['devs'], extra: { scopes: ['a'] }, resourceAttributes: access },
    });
  });

  it('allows only what the API server allows', async () => {
    server.on(call, reply({ status: { allowed: false } }), reply({}));
    assert.equal(await check(), false);
    assert.equal(await check(), false);
  });

  it('asks about the user of the client, at cluster scope if there is no namespace', async () => {
    server.on('POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews', reply({ status: { allowed: true } }));
    const client = createClient(await server.kubeConfig(), { log: recordedLog().log, userAgent: 'mooring/test' });
    const { namespace: _, ...atClusterScope } = access;
    assert.equal(await isSelfAllowed(client, atClusterScope), true);
    assert.deepEqual(server.seen[0]?.body, {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      metadata: {},
      spec: { resourceAttributes: atClusterScope },
    });
  });

  it('rejects if the API server does not respond', async () => {
    server.on(call, refuse(403, 'Forbidden'));
    await assert.rejects(check(), { code: 403 });
  });
});
