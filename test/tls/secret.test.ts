import assert from 'node:assert/strict';
import { base64, decodeSecret, encodeSecret } from '../../src/tls/secret.ts';

const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' } };

describe('a certificate Secret', () => {
  it('is equal after it was encoded and decoded', () => {
    const stored = { certificate: 'the leaf', key: 'its key', bundle: 'whom to trust' };
    const data = encodeSecret(stored);
    assert.deepEqual(data, {
      'ca.crt': base64('whom to trust'),
      'tls.crt': base64('the leaf'),
      'tls.key': base64('its key'),
    });
    assert.deepEqual(decodeSecret({ ...secret, data }), stored);
  });

  it('is decoded to empty strings if it has no data', () => {
    assert.deepEqual(decodeSecret(secret), { certificate: '', key: '', bundle: '' });
  });
});
