import assert from 'node:assert/strict';
import { Registry } from 'prom-client';
import { createEnvironmentMetrics } from '../../src/metrics/environments.ts';

const create = (objects = true) => {
  const registry = new Registry();
  const seriesOf = async (name: string) =>
    (await registry.metrics())
      .split('\n')
      .filter((line) => line.includes(`environment="${name}"`))
      .map((line) => line.replace(`environment_namespace="team",environment="${name}"`, '').replace('{}', ''));
  return { metrics: createEnvironmentMetrics(registry, { objects }), registry, seriesOf };
};

const unchanged = [
  'mooring_environment_transitions_total{,to="Ready"} 0',
  'mooring_environment_transitions_total{,to="NotReady"} 0',
];

describe('metrics of Environments', () => {
  const full = { ready: true, selectedClusters: 3, requiredClusters: 2, revision: 4 };

  it('export one series of each gauge, and one of the counter for each status', async () => {
    const { metrics, seriesOf } = create();
    metrics.set('team', 'prod', full);
    assert.deepEqual(await seriesOf('prod'), [
      'mooring_environment_ready 1',
      'mooring_environment_selected_clusters 3',
      'mooring_environment_required_clusters 2',
      'mooring_environment_revision 4',
      ...unchanged,
    ]);
  });

  it('count Environments by status, also without series that name objects', async () => {
    for (const objects of [true, false]) {
      const { metrics, registry, seriesOf } = create(objects);
      metrics.set('team', 'prod', full);
      metrics.set('team', 'prod', { ...full, ready: false });
      metrics.set('team', 'dev', full);
      metrics.set('team', 'new', { ...full, ready: undefined });
      metrics.set('team', 'old', full);
      metrics.remove('team', 'old');
      metrics.countTransition('team', 'prod', 'NotReady');
      const body = await registry.metrics();
      assert.match(body, /^mooring_environments{status="Ready"} 1$/m);
      assert.match(body, /^mooring_environments{status="NotReady"} 1$/m);
      assert.equal((await seriesOf('prod')).length, objects ? 6 : 0);
      if (!objects) assert.doesNotMatch(body, /"(?:prod|dev|new|team)"/);
      metrics.clear();
      assert.doesNotMatch(await registry.metrics(), /status=/);
    }
  });

  it('export no gauge for a value that is not known, instead of a zero', async () => {
    const { metrics, seriesOf } = create();
    metrics.set('team', 'prod', full);
    metrics.set('team', 'prod', {
      ready: undefined,
      selectedClusters: undefined,
      requiredClusters: undefined,
      revision: 4,
    });
    assert.deepEqual(await seriesOf('prod'), ['mooring_environment_revision 4', ...unchanged]);
  });

  it('are removed with the object, and all of them when the process stops leading', async () => {
    const { metrics, seriesOf } = create();
    metrics.set('team', 'prod', { ...full, ready: false });
    metrics.set('team', 'dev', full);
    metrics.countTransition('team', 'prod', 'NotReady');
    metrics.remove('team', 'prod');
    assert.deepEqual(await seriesOf('prod'), []);
    assert.equal((await seriesOf('dev')).length, 6);
    metrics.clear();
    assert.deepEqual(await seriesOf('dev'), []);
  });

  it('export no series before the first Environment, so that a process that does not lead exports none', async () => {
    const { registry } = create();
    assert.doesNotMatch(await registry.metrics(), /^mooring_environment_/m);
  });

  it('count the changes of each Environment from zero, so that increase() sees the first one', async () => {
    const { metrics, seriesOf } = create();
    const transitionsOf = async (name: string) =>
      (await seriesOf(name)).filter((line) => line.startsWith('mooring_environment_transitions_total'));
    metrics.set('team', 'prod', full);
    metrics.set('team', 'dev', full);
    assert.deepEqual(await transitionsOf('prod'), unchanged);
    metrics.countTransition('team', 'prod', 'NotReady');
    metrics.set('team', 'prod', { ...full, ready: false });
    assert.deepEqual(await transitionsOf('prod'), [
      'mooring_environment_transitions_total{,to="Ready"} 0',
      'mooring_environment_transitions_total{,to="NotReady"} 1',
    ]);
    assert.deepEqual(await transitionsOf('dev'), unchanged);
  });

  it('count from zero again when the process leads again or an Environment of the same name is created', async () => {
    const { metrics, seriesOf } = create();
    const forget = { clear: () => metrics.clear(), remove: () => metrics.remove('team', 'prod') };
    for (const [way, run] of Object.entries(forget)) {
      metrics.set('team', 'prod', full);
      metrics.countTransition('team', 'prod', 'NotReady');
      run();
      metrics.set('team', 'prod', full);
      assert.deepEqual((await seriesOf('prod')).slice(-2), unchanged, way);
    }
  });

  it('measure the time from a decision to the status', async () => {
    const { metrics, registry } = create();
    metrics.observeDecisionToStatus(0.02);
    assert.match(await registry.metrics(), /mooring_decision_to_status_seconds_bucket\{le="0.025"\} 1/);
  });
});
