import assert from 'node:assert/strict';
import { Registry } from 'prom-client';
import { createCertificateMetrics } from '../../src/metrics/certificates.ts';

describe('metrics of certificates', () => {
  it('count the conflicts about the trust bundle by kind', async () => {
    const registry = new Registry();
    const count = createCertificateMetrics(registry).bundleConflicts(['Mutating', 'Validating']);
    count('Mutating');
    count('Mutating');
    const text = await registry.metrics();
    assert.match(text, /^mooring_ca_bundle_conflicts_total\{kind="Mutating"\} 2$/m);
    assert.match(text, /^mooring_ca_bundle_conflicts_total\{kind="Validating"\} 0$/m);
  });
});
