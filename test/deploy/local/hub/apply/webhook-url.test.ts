import assert from 'node:assert/strict';
import { hasAuthorities, withLocalUrl } from '../../../../../deploy/local/hub/apply/webhook-url.ts';

const metadata = { name: 'mooring' };
const base = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingWebhookConfiguration', metadata };

describe('a webhook configuration of the local hub', () => {
  it('calls this machine at the path of the Service, and keeps the rest', () => {
    const service = { name: 'mooring-webhook', namespace: 'mooring-system', path: '/mutate', port: 443 };
    const installed = { ...base, webhooks: [{ name: 'm', timeoutSeconds: 5, clientConfig: { service } }] };
    assert.deepEqual(withLocalUrl(installed, 8443), {
      ...base,
      webhooks: [{ name: 'm', timeoutSeconds: 5, clientConfig: { url: 'https://127.0.0.1:8443/mutate' } }],
    });
  });

  it('says nothing about caBundle, so that server-side apply leaves it to the controller', () => {
    const service = { path: '/mutate' };
    const installed = { ...base, webhooks: [{ name: 'm', clientConfig: { service, caBundle: 'x' } }] };
    assert.equal(JSON.stringify(withLocalUrl(installed, 1)).includes('caBundle'), false);
  });

  const live = [
    { bundles: ['a', 'b'], answer: true, why: 'all have one' },
    { bundles: ['a', ''], answer: false, why: 'one is empty' },
    { bundles: ['a', undefined], answer: false, why: 'one is missing' },
    { bundles: [], answer: false, why: 'there is no webhook at all' },
  ];
  for (const { bundles, answer, why } of live) {
    it(`${answer ? 'can' : 'cannot'} be called yet: of its authorities ${why}`, () => {
      const webhooks = bundles.map((caBundle) => ({ clientConfig: caBundle === undefined ? {} : { caBundle } }));
      assert.equal(hasAuthorities({ ...base, webhooks }), answer);
    });
  }
});
