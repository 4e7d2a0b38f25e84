import assert from 'node:assert/strict';
import { Registry } from 'prom-client';
import { createProcessMetrics } from '../../src/metrics/process.ts';

const create = () => {
  const registry = new Registry();
  const clock = { now: 10_000 };
  return { registry, clock, metrics: createProcessMetrics(registry, () => clock.now) };
};

describe('metrics of the process', () => {
  it('export the age of a watch, which without any contact is that of the process', async () => {
    const { registry, clock, metrics } = create();
    metrics.watch('environments', () => 12_500);
    metrics.watch('placements', () => 0);
    clock.now = 15_000;
    const text = await registry.metrics();
    assert.match(text, /mooring_watch_age_seconds\{resource="environments"\} 2\.5\n/);
    assert.match(text, /mooring_watch_age_seconds\{resource="placements"\} 5\n/);
  });

  it('export whether the process leads at the time of the scrape', async () => {
    const { registry, metrics } = create();
    let leads = false;
    metrics.leader('mooring-controller', () => leads);
    assert.match(await registry.metrics(), /mooring_leader\{lease="mooring-controller"\} 0/);
    leads = true;
    assert.match(await registry.metrics(), /mooring_leader\{lease="mooring-controller"\} 1/);
  });

  it('export when a certificate expires, and nothing while there is none', async () => {
    const { registry, metrics } = create();
    let expiry: number | undefined;
    metrics.certificate('serving', () => expiry);
    assert.doesNotMatch(await registry.metrics(), /certificate="serving"/);
    expiry = 1_800_000_000_500;
    assert.match(
      await registry.metrics(),
      /mooring_certificate_expiry_timestamp_seconds\{certificate="serving"\} 1800000000\.5/,
    );
  });
});
