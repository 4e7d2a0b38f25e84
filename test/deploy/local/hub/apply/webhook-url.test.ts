import assert from 'node:assert/strict';
import { hasCaBundles, withLocalUrl } from '../../../../../deploy/local/hub/apply/webhook-url.ts';

const metadata = { name: 'mooring' };
const base = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingWebhookConfiguration', metadata };

describe('a webhook configuration of the local hub', () => {
  it('has a URL on this machine with the path of the Service, and the same other fields', () => {
    const service = { name: 'mooring-webhook', namespace: 'mooring-system', path: '/mutate', port: 443 };
    const installed = { ...base, webhooks: [{ name: 'm', timeoutSeconds: 5, clientConfig: { service } }] };
    assert.deepEqual(withLocalUrl(installed, 8443), {
      ...base,
      webhooks: [{ name: 'm', timeoutSeconds: 5, clientConfig: { url: 'https://127.0.0.1:8443/mutate' } }],
    });
  });

  it('does not contain caBundle, so that server-side apply leaves the field to the controller', () => {
    const service = { path: '/mutate' };
    const installed = { ...base, webhooks: [{ name: 'm', clientConfig: { service, caBundle: 'x' } }] };
    assert.equal(JSON.stringify(withLocalUrl(installed, 1)).includes('caBundle'), false);
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
