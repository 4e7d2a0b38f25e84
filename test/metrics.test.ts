import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createMetrics } from '../src/metrics.ts';

describe('the metrics of a process', () => {
  it('include the default metrics of Node, unless these are disabled', async () => {
    const { contentType, body } = await createMetrics({ now: Date.now }).expose();
    assert.match(contentType, /^text\/plain; version=0\.0\.4/);
    assert.match(body, /^process_cpu_seconds_total /m);
    assert.doesNotMatch((await createMetrics({ now: Date.now, defaults: false }).expose()).body, /process_cpu/);
  });

  it('are separate for two instances', async () => {
    const [one, other] = [
      createMetrics({ now: Date.now, defaults: false }),
      createMetrics({ now: Date.now, defaults: false }),
    ];
    one.loop('aggregator').depth(3);
    assert.doesNotMatch((await other.expose()).body, /loop="aggregator"/);
  });

  it('follow the conventions: a prefix, base units, and the suffix _total of counters', async () => {
    const metrics = createMetrics({ now: Date.now, defaults: false });
    const types = [...(await metrics.expose()).body.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
    assert.ok(types.length >= 15);
    for (const [, name = '', type] of types) {
      assert.match(name, /^mooring_[a-z_]+$/);
      assert.equal(name.endsWith('_total'), type === 'counter', name);
      if (type === 'histogram') assert.match(name, /_seconds$/);
    }
  });

  it('have no label that a scrape attaches to its targets, because Prometheus would rename it', async () => {
    const metrics = createMetrics({ now: Date.now });
    metrics.admission.recordDecision({
      kind: 'Environment',
      operation: 'UPDATE',
      decision: 'deny',
      seconds: 0.001,
      rules: ['InvalidSpec'],
    });
    const environment = { ready: true, selectedClusters: 1, requiredClusters: 1, revision: 1 };
    metrics.environments.set('team', 'prod', environment);
    metrics.loop('aggregator').finished(0.001, 'success');
    metrics.process.watch('environments', Date.now);
    metrics.process.leader('mooring-aggregator', () => true);
    metrics.process.certificate('serving', Date.now);
    metrics.recovery.evictionDeadline(Date.now);
    metrics.recovery.orphanedObjects(() => ({ orphaned: 1, foreign: 0, unproven: 0 }));
    metrics.recovery.orphanDeleted('Placement');
    metrics.certificates.bundleConflicts(['MutatingWebhookConfiguration']);
    const { body } = await metrics.expose();
    for (const [, name = ''] of body.matchAll(/^# TYPE (mooring_\S+)/gm)) {
      assert.match(body, new RegExp(`^${name}(_count)?[{ ]`, 'm'), `${name} has no series to look at`);
    }
    const labels = new Set([...body.matchAll(/[{,]([a-z_]+)="/g)].map(([, label = '']) => label));
    const targetLabels = ['cluster', 'container', 'endpoint', 'instance', 'job', 'name', 'namespace', 'node', 'pod'];
    assert.deepEqual(
      [...targetLabels, 'prometheus', 'service'].filter((label) => labels.has(label)),
      [],
    );
  });

  it('include all metrics of the alert rules', async () => {
    const { body } = await createMetrics({ now: Date.now, defaults: false }).expose();
    const exported = new Set([...body.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
    const rules = readFileSync(new URL('../deploy/monitoring/alerts.yaml', import.meta.url), 'utf8');
    const asked = new Set([...rules.matchAll(/\bmooring_[a-z_]+/g)].map(([name]) => name.replace(/_bucket$/, '')));
    assert.ok(asked.size >= 9);
    assert.deepEqual(
      [...asked].filter((name) => !exported.has(name)),
      [],
    );
  });
});
