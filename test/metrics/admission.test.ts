import assert from 'node:assert/strict';
import { Registry } from 'prom-client';
import { createAdmissionMetrics } from '../../src/metrics/admission.ts';

describe('metrics of admission', () => {
  it('count a request by kind, operation and decision, and its findings by rule', async () => {
    const registry = new Registry();
    const metrics = createAdmissionMetrics(registry);
    const request = { kind: 'Environment', operation: 'UPDATE', seconds: 0.002 } as const;
    metrics.recordDecision({ ...request, decision: 'allow', rules: ['OrphanWithoutCreate'] });
    metrics.recordDecision({ ...request, decision: 'deny', rules: ['OrphanWithoutCreate', 'VersionReused'] });
    const text = await registry.metrics();
    for (const line of [
      'mooring_admission_requests_total{kind="Environment",operation="UPDATE",decision="allow"} 1',
      'mooring_admission_requests_total{kind="Environment",operation="UPDATE",decision="deny"} 1',
      'mooring_admission_violations_total{rule="OrphanWithoutCreate"} 2',
      'mooring_admission_violations_total{rule="VersionReused"} 1',
      'mooring_admission_duration_seconds_count{kind="Environment",operation="UPDATE"} 2',
      'mooring_admission_duration_seconds_bucket{le="0.0025",kind="Environment",operation="UPDATE"} 2',
    ]) {
      assert.ok(text.includes(line), line);
    }
  });
});
