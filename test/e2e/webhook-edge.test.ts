import assert from 'node:assert/strict';
import { Agent } from 'node:https';
import { getObject, sharedHub } from '../support/hub.ts';
import { httpsCall, type Call, type Reply } from '../support/https-call.ts';

interface WebhookConfiguration {
  webhooks: { name: string; clientConfig: { caBundle: string; service: { path: string } } }[];
}

const json = { 'Content-Type': 'application/json' };

const rows: { title: string; call: Partial<Call>; status: number; says: RegExp }[] = [
  { title: 'GET', call: { method: 'GET', path: '/validate' }, status: 405, says: /POST an AdmissionReview/ },
  { title: 'PUT', call: { method: 'PUT', path: '/mutate', headers: json }, status: 405, says: /POST/ },
  { title: 'an additional segment', call: { path: '/validate/x', headers: json }, status: 404, says: /not found/ },
  { title: 'the root', call: { method: 'GET', path: '/' }, status: 404, says: /not found/ },
  { title: 'a missing content type', call: { path: '/validate', body: '{}' }, status: 415, says: /application\/json/ },
  {
    title: 'YAML',
    call: { path: '/validate', headers: { 'Content-Type': 'application/yaml' }, body: '{}' },
    status: 415,
    says: /application\/json/,
  },
  {
    title: 'a compressed body',
    call: { path: '/validate', headers: { ...json, 'Content-Encoding': 'gzip' }, body: '{}' },
    status: 415,
    says: /Content-Encoding/,
  },
  {
    title: 'more than 7 MiB',
    call: { path: '/validate', headers: json, body: `"${'x'.repeat(7 * 1024 * 1024)}"` },
    status: 413,
    says: /the body has 7340034 bytes, more than 7340032/,
  },
  {
    title: 'a body that is not JSON',
    call: { path: '/mutate', headers: json, body: 'hello' },
    status: 400,
    says: /not JSON/,
  },
  { title: 'an empty body', call: { path: '/mutate', headers: json }, status: 400, says: /not JSON/ },
  {
    title: 'JSON that is not an AdmissionReview',
    call: { path: '/mutate', headers: json, body: '{"kind": "Pod"}' },
    status: 400,
    says: /kind is not AdmissionReview/,
  },
  {
    title: 'a review without a request',
    call: { path: '/mutate', headers: json, body: '{"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1"}' },
    status: 400,
    says: /request is missing/,
  },
];

describe('the port of the webhook', function () {
  this.timeout(30_000);
  let agent: Agent;
  let port: number;
  let segment: string;

  before(async function () {
    this.timeout(300_000);
    port = (await sharedHub()).webhookPort;
    const configuration = await getObject<WebhookConfiguration>(['mutatingwebhookconfiguration', 'mooring']);
    segment = configuration?.webhooks[0]?.clientConfig.service.path.split('/')[2] ?? '';
    assert.match(segment, /^[0-9a-f]{32}$/);
    agent = new Agent({ keepAlive: true, ca: await authorityOf('mutatingwebhookconfiguration') });
  });

  after(() => agent.destroy());

  async function authorityOf(kind: string): Promise<string> {
    const configuration = await getObject<WebhookConfiguration>([kind, 'mooring']);
    const bundles = new Set(configuration?.webhooks.map(({ clientConfig }) => clientConfig.caBundle));
    assert.equal(bundles.size, 1, 'one authority for every webhook of the configuration');
    return Buffer.from([...bundles].join(''), 'base64').toString();
  }

  /** The paths of the rows are completed by the random segment. */
  const ask = (call: Partial<Call>): Promise<Reply> => {
    const path = (call.path ?? '/validate').replace(/^\/(?:mutate|validate)/, (action) => `${action}/${segment}`);
    return httpsCall({ agent, host: '127.0.0.1', port, ...call, path });
  };

  it('has a certificate that both webhook configurations trust', async () => {
    assert.equal(await authorityOf('validatingwebhookconfiguration'), agent.options.ca);
  });

  for (const { title, call, status, says } of rows) {
    it(`responds with ${status} to ${title}`, async () => {
      const reply = await ask(call);
      assert.equal(reply.status, status);
      assert.match(reply.text, says);
      assert.equal(reply.text.trimEnd().split('\n').length, 1);
      if (status === 405) assert.equal(reply.headers.allow, 'POST');
    });
  }

  for (const path of ['/mutate', '/validate', '/validate/', `/validate/${'0'.repeat(32)}`]) {
    it(`responds with 404 to a review at ${path}, which anybody can send who reaches the port`, async () => {
      const reply = await httpsCall({ agent, host: '127.0.0.1', port, path, headers: json, body: '{}' });
      assert.deepEqual([reply.status, reply.text], [404, 'not found\n']);
    });
  }

  it('still decides requests after that', async () => {
    const request = {
      uid: 'edge-1',
      kind: { group: 'spectrocloud.com', version: 'v1beta1', kind: 'Environment' },
      resource: { group: 'spectrocloud.com', version: 'v1beta1', resource: 'environments' },
      operation: 'CREATE',
      namespace: 'default',
      name: 'edge',
      userInfo: { username: 'edge' },
      object: { metadata: { name: 'edge', namespace: 'default', labels: { constructor: 'x' } }, spec: {} },
    };
    const body = JSON.stringify({ kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1', request });
    const reply = await ask({ path: '/mutate?timeout=5s', headers: json, body });
    assert.equal(reply.status, 200);
    const { response, apiVersion } = JSON.parse(reply.text);
    assert.deepEqual([apiVersion, response.uid, response.allowed], ['admission.k8s.io/v1', 'edge-1', false]);
    assert.match(response.status.message, /spec\.topology: is required/);
  });

  it('has a certificate that is not trusted without its authority', async () => {
    const stranger = new Agent();
    await assert.rejects(ask({ agent: stranger, method: 'GET', path: '/' }), /certificate/);
    stranger.destroy();
  });
});
