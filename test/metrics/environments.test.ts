import assert from 'node:assert/strict';
import { Registry } from 'prom-client';
import { createEnvironmentMetrics } from '../../src/metrics/environments.ts';

const create = () => {
  const registry = new Registry();
  const seriesOf = async (name: string) =>
    (await registry.metrics())
      .split('\n')
      .filter((line) => line.includes(`name="${name}"`))
      .map((line) => line.replace(/\{.*\}/, ''));
  return { metrics: createEnvironmentMetrics(registry), registry, seriesOf };
};

describe('metrics of Environments', () => {
  const full = { ready: true, selectedClusters: 3, requiredClusters: 2, revision: 4 };

  it('export one series of each for an object', async () => {
    const { metrics, seriesOf } = create();
    metrics.set('team', 'prod', full);
    assert.deepEqual(await seriesOf('prod'), [
      'mooring_environment_ready 1',
      'mooring_environment_selected_clusters 3',
      'mooring_environment_required_clusters 2',
      'mooring_environment_revision 4',
    ]);
  });

  it('export nothing where nothing is known, not a zero', async () => {
    const { metrics, seriesOf } = create();
    metrics.set('team', 'prod', full);
    metrics.set('team', 'prod', {
      ready: undefined,
      selectedClusters: undefined,
      requiredClusters: undefined,
      revision: 4,
    });
    assert.deepEqual(await seriesOf('prod'), ['mooring_environment_revision 4']);
  });

  it('vanish with the object, and all of them with the leadership', async () => {
    const { metrics, seriesOf } = create();
    metrics.set('team', 'prod', { ...full, ready: false });
    metrics.set('team', 'dev', full);
    metrics.remove('team', 'prod');
    assert.deepEqual(await seriesOf('prod'), []);
    assert.equal((await seriesOf('dev')).length, 4);
    metrics.clear();
    assert.deepEqual(await seriesOf('dev'), []);
  });

  it('count changes from zero, so that the first one is a rate already', async () => {
    const { metrics, registry } = create();
    assert.match(await registry.metrics(), /mooring_environment_transitions_total\{to="NotReady"\} 0/);
    metrics.transition('NotReady');
    assert.match(await registry.metrics(), /mooring_environment_transitions_total\{to="NotReady"\} 1/);
  });

  it('measure from decision to status', async () => {
    const { metrics, registry } = create();
    metrics.decisionToStatus(0.02);
    assert.match(await registry.metrics(), /mooring_decision_to_status_seconds_bucket\{le="0.025"\} 1/);
  });
});
