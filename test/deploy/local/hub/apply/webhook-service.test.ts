import assert from 'node:assert/strict';
import {
  buildWebhookService,
  hasCaBundles,
  webhookServiceHost,
  withLocalPort,
} from '../../../../../deploy/local/hub/apply/webhook-service.ts';

const metadata = { name: 'mooring' };
const base = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingWebhookConfiguration', metadata };

describe('a webhook configuration of the local hub', () => {
  it('has the port of the webhook on this machine, and the same other fields', () => {
    const service = { name: 'mooring-webhook', namespace: 'mooring-system', port: 443 };
    const installed = { ...base, webhooks: [{ name: 'm', timeoutSeconds: 5, clientConfig: { service } }] };
    assert.deepEqual(withLocalPort(installed, 8443), {
      ...base,
      webhooks: [{ name: 'm', timeoutSeconds: 5, clientConfig: { service: { ...service, port: 8443 } } }],
    });
  });

  it('refers to the Service of the local hub, whose name is in the certificate', () => {
    const { name, namespace = '' } = buildWebhookService().metadata;
    assert.equal(`${name}.${namespace}.svc`, webhookServiceHost);
    const installed = { ...base, webhooks: [{ name: 'm', clientConfig: {} }] };
    assert.match(
      JSON.stringify(withLocalPort(installed, 1)),
      new RegExp(`"namespace":"${namespace}","name":"${name}"`),
    );
  });

  it('contains neither caBundle nor path, so that server-side apply leaves both to the controller', () => {
    const service = { path: '/mutate/x' };
    const installed = { ...base, webhooks: [{ name: 'm', clientConfig: { service, caBundle: 'x' } }] };
    assert.doesNotMatch(JSON.stringify(withLocalPort(installed, 1)), /caBundle|path/);
  });

  const live = [
    { bundles: ['a', 'b'], expected: true, why: 'every webhook has a caBundle' },
    { bundles: ['a', ''], expected: false, why: 'one caBundle is empty' },
    { bundles: ['a', undefined], expected: false, why: 'one caBundle is missing' },
    { bundles: [], expected: false, why: 'there is no webhook' },
  ];
  for (const { bundles, expected, why } of live) {
    it(`${expected ? 'can' : 'cannot'} be called when ${why}`, () => {
      const webhooks = bundles.map((caBundle) => ({ clientConfig: caBundle === undefined ? {} : { caBundle } }));
      assert.equal(hasCaBundles({ ...base, webhooks }), expected);
    });
  }
});
