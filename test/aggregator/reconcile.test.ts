import assert from 'node:assert/strict';
import { shownByResourceVersion, WriteOverlay } from '../../src/kube/cache/write-overlay.ts';
import { DecisionTimes } from '../../src/aggregator/decision-latency.ts';
import { createReconcile } from '../../src/aggregator/reconcile.ts';
import type { Environment } from '../../src/api/environment.ts';
import { environments } from '../../src/api/kinds.ts';
import { placementDecisions, placements, type Placement } from '../../src/api/ocm.ts';
import { ApiError } from '../../src/kube/client/errors.ts';
import { sha256 } from '../../src/cli/sha256.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';
import { createMemoryClient } from '../support/memory-client.ts';
import { aPlacement, anEnvironment, decisionsOf, deploymentFor } from '../support/placements.ts';

const reason = 'AllDecisionsScheduled';
const key = { namespace: 'team', name: 'prod' };

/** One Environment in an API server, and caches that the test updates by hand. */
async function scene(environment: Environment = anEnvironment()) {
  const placement = aPlacement({ from: 'team/prod@v1', reason });
  const client = createMemoryClient([
    [environments, environment],
    [placements, placement],
  ]);
  const cache = {
    environment: (await client.get<Environment>(environments, key)) as Environment | undefined,
    placements: [placement] as Placement[],
    decisions: decisionsOf(placement, ['b', 'a']),
  };
  const clock = { now: 1000 };
  const decisionTimes = new DecisionTimes(() => clock.now);
  const metrics = createMetrics({ now: () => clock.now, defaults: false });
  const reconcile = createReconcile({
    client,
    caches: {
      environments: { get: () => cache.environment },
      placements: { get: () => cache.placements[0], byIndex: () => cache.placements },
      decisions: { byIndex: () => cache.decisions },
      deployments: { get: () => deploymentFor(placement) },
    },
    ownWrites: new WriteOverlay<Environment>({ isShown: shownByResourceVersion }),
    decisionTimes,
    metrics: metrics.environments,
    hash: sha256,
    log: createLog('silent', 'test'),
    now: () => clock.now,
  });
  const stored = async () => client.get<Environment>(environments, key);
  const refresh = async () => void (cache.environment = await stored());
  const series = async () => {
    const { body } = await metrics.expose();
    return body.split('\n').filter((line) => /^mooring_(environment|decision)/.test(line) && !line.includes('_bucket'));
  };
  return { client, cache, clock, decisionTimes, reconcile: () => reconcile('team/prod'), stored, refresh, series };
}

describe('reconciling an Environment', () => {
  it('writes the whole status by server-side apply, without the fields of others', async () => {
    const rendered = { type: 'Rendered', status: 'True' as const, reason: 'Rendered' };
    const { reconcile, stored, client } = await scene(
      anEnvironment({ status: { revision: 1, conditions: [rendered] } }),
    );
    await reconcile();
    assert.deepEqual((await stored()).status, {
      revision: 1,
      status: 'Ready',
      totalSelectedClusters: 2,
      selectedClusters: ['a', 'b'],
      requiredClusters: 1,
      placements: [{ namespace: 'hub', name: 'placement', selected: 2, required: 1, satisfied: true, reason }],
      observedGeneration: 1,
      conditions: [
        rendered,
        {
          type: 'EnvironmentReady',
          status: 'True',
          reason: 'PlacementsSatisfied',
          message: 'every placement selects as many clusters as it requires',
        },
      ],
    });
    assert.deepEqual(
      client.writes.map(({ verb }) => verb),
      ['apply'],
    );
  });

  it('writes nothing for an unchanged state, even if the cache does not show its own write', async () => {
    const { reconcile, refresh, client } = await scene();
    await reconcile();
    await reconcile();
    await refresh();
    await reconcile();
    assert.equal(client.writes.length, 1);
  });

  it('records an Event for a change between Ready and NotReady, once, and none for the first evaluation', async () => {
    const { reconcile, cache, client, series } = await scene();
    await reconcile();
    cache.decisions = [];
    await reconcile();
    await reconcile();
    const events = client.writes.filter(({ resource }) => resource === 'events');
    assert.equal(events.length, 1);
    const text = JSON.stringify(events);
    assert.match(text, /"type":"Warning","reason":"NotReady"/);
    assert.match(text, /"note":"TotalSelectedClustersLessThanZero: placement hub\/placement selects 0 of 1/);
    assert.ok(
      (await series()).includes(
        'mooring_environment_transitions_total{environment_namespace="team",environment="prod",to="NotReady"} 1',
      ),
    );
  });

  it('stays Ready while only a cache lacks decisions, and tries again soon', async () => {
    const { reconcile, cache, client, stored, series } = await scene();
    await reconcile();
    const [decision] = cache.decisions;
    await client.create(placementDecisions, decision);
    cache.decisions = [];
    for (let count = 0; count < 2; count += 1) {
      assert.deepEqual(await reconcile(), { backoff: { fromMs: 500, toMs: 10_000 } });
    }
    assert.equal((await stored()).status?.status, 'Ready');
    assert.ok(!client.writes.some(({ resource }) => resource === 'events'));
    assert.ok(
      (await series()).includes('mooring_environment_ready{environment_namespace="team",environment="prod"} 1'),
    );
    await client.delete(placementDecisions, { namespace: 'hub', name: decision?.metadata.name ?? '' });
    assert.equal(await reconcile(), undefined);
    assert.equal((await stored()).status?.status, 'NotReady');
  });

  it('stays Ready while the API server cannot confirm that it is not', async () => {
    const { reconcile, cache, client, stored } = await scene();
    await reconcile();
    cache.decisions = [];
    const error = new ApiError('no', { code: 503, reason: 'ServiceUnavailable' });
    client.list = () => Promise.reject(error);
    await assert.rejects(reconcile(), error);
    assert.equal((await stored()).status?.status, 'Ready');
  });

  it('keeps the last status while OCM has not evaluated a Placement of the newest revision', async () => {
    const { reconcile, cache, stored, client } = await scene();
    await reconcile();
    const before = await stored();
    cache.environment = {
      ...before,
      metadata: {
        ...before.metadata,
        generation: 2,
        annotations: { 'spectrocloud.com/revision': '2' },
        resourceVersion: '99',
      },
    };
    await reconcile();
    assert.equal(client.writes.length, 1);
  });

  it('ignores a terminating Environment', async () => {
    const environment = anEnvironment();
    environment.metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
    environment.metadata.finalizers = ['spectrocloud.com/mooring'];
    const { reconcile, client } = await scene(environment);
    await reconcile();
    assert.deepEqual(client.writes, []);
  });

  it('exports its series, and removes them with the object', async () => {
    const { reconcile, cache, series } = await scene(anEnvironment({ status: { revision: 1 } }));
    await reconcile();
    const present = await series();
    for (const line of [
      'mooring_environment_ready{environment_namespace="team",environment="prod"} 1',
      'mooring_environment_selected_clusters{environment_namespace="team",environment="prod"} 2',
      'mooring_environment_required_clusters{environment_namespace="team",environment="prod"} 1',
      'mooring_environment_revision{environment_namespace="team",environment="prod"} 1',
      'mooring_environment_transitions_total{environment_namespace="team",environment="prod",to="Ready"} 0',
      'mooring_environment_transitions_total{environment_namespace="team",environment="prod",to="NotReady"} 0',
    ]) {
      assert.ok(present.includes(line), line);
    }
    cache.environment = undefined;
    await reconcile();
    assert.equal((await series()).filter((line) => line.includes('prod')).length, 0);
  });

  it('measures the time from a decision to the status, including a failed write', async () => {
    const { reconcile, decisionTimes, clock, client, series } = await scene();
    decisionTimes.record('team/prod');
    clock.now += 500;
    client.failNext('apply', new ApiError('busy', { code: 500, reason: 'InternalError' }));
    await assert.rejects(reconcile(), ApiError);
    clock.now += 1500;
    await reconcile();
    assert.ok((await series()).includes('mooring_decision_to_status_seconds_sum 2'));
    assert.ok((await series()).includes('mooring_decision_to_status_seconds_count 1'));
  });

  it('uses the cached object after a conflict, because a restored etcd may have lost the own write', async () => {
    const { reconcile, refresh, cache, client, stored } = await scene();
    await reconcile();
    await refresh();
    cache.decisions = [];
    await reconcile();
    const [lost, restored] = [await stored(), cache.environment];
    await client.delete(environments, key);
    await client.create(environments, { ...restored, metadata: { ...restored?.metadata, uid: lost.metadata.uid } });
    cache.environment = { ...(await stored()), metadata: { ...(await stored()).metadata, resourceVersion: '1' } };
    const apply = client.apply.bind(client);
    const versions: unknown[] = [];
    client.apply = (resource, object, options) => {
      versions.push((object as Environment).metadata.resourceVersion);
      return apply(resource, object, options);
    };
    cache.decisions = decisionsOf(aPlacement({ from: 'team/prod@v1', reason }), ['c']);
    await assert.rejects(reconcile());
    await assert.rejects(reconcile());
    assert.deepEqual(versions, [lost.metadata.resourceVersion, '1']);
  });

  it('succeeds when the Environment is deleted before the write', async () => {
    const { reconcile, client, cache } = await scene();
    await client.delete(environments, key);
    await reconcile();
    assert.ok(cache.environment !== undefined);
  });

  it('does not write to a new object of the same name', async () => {
    const { reconcile, client, stored } = await scene();
    await client.delete(environments, key);
    await client.create(environments, anEnvironment());
    await assert.rejects(reconcile(), { code: 409 });
    assert.equal((await stored()).status, undefined);
  });
});
