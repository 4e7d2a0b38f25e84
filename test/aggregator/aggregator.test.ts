import assert from 'node:assert/strict';
import { createAggregator } from '../../src/aggregator/aggregator.ts';
import type { Environment } from '../../src/api/environment.ts';
import { environments, workloadDeployments } from '../../src/api/kinds.ts';
import { placementDecisions, placements } from '../../src/api/ocm.ts';
import { sha256 } from '../../src/cli/sha256.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';
import { eventually } from '../support/eventually.ts';
import { createMemoryClient } from '../support/memory-client.ts';
import { aPlacement, anEnvironment, decisionsOf, deploymentFor } from '../support/placements.ts';

function start() {
  const client = createMemoryClient();
  const metrics = createMetrics({ now: Date.now, defaults: false });
  const aggregator = createAggregator({
    client,
    log: createLog('silent', 'test'),
    metrics,
    hash: sha256,
    now: () => performance.now(),
  });
  const stop = new AbortController();
  const leadershipLost = new AbortController();
  const watching = aggregator.watch(stop.signal);
  const leading = aggregator.lead(AbortSignal.any([stop.signal, leadershipLost.signal]));
  const statusOf = async (name = 'prod') =>
    (await client.get<Environment>(environments, { namespace: 'team', name })).status?.status;
  const end = async () => {
    stop.abort();
    await Promise.all([watching, leading]);
  };
  return { client, metrics, aggregator, leadershipLost, leading, statusOf, end };
}

describe('the aggregator', () => {
  const placement = aPlacement({ from: 'team/prod@v1', reason: 'AllDecisionsScheduled' });
  const [decision] = decisionsOf(placement, ['a']);
  assert.ok(decision !== undefined);

  it('follows a Placement and its decisions, in any order', async () => {
    const { client, statusOf, end, aggregator, metrics } = start();
    await eventually('caches are complete', () => aggregator.whyNotReady().length === 0);
    await client.create(placementDecisions, decision);
    await client.create(environments, anEnvironment());
    await client.create(workloadDeployments, deploymentFor(placement));
    await client.create(placements, placement);
    await eventually('Ready', async () => (await statusOf()) === 'Ready');
    await client.delete(placementDecisions, { namespace: 'hub', name: decision.metadata.name });
    await eventually('NotReady', async () => (await statusOf()) === 'NotReady');
    assert.match((await metrics.expose()).body, /mooring_decision_to_status_seconds_count 1\n/);
    await end();
  });

  it('follows a Placement that is only referred to, from missing to existing', async () => {
    const { client, statusOf, end } = start();
    const placementRefs = [{ namespace: 'hub', name: 'placement' }];
    await client.create(environments, anEnvironment({ name: 'byop', status: { placementRefs } }));
    await eventually('NotReady', async () => (await statusOf('byop')) === 'NotReady');
    await client.create(placements, aPlacement());
    await client.create(placementDecisions, decision);
    await eventually('Ready', async () => (await statusOf('byop')) === 'Ready');
    await end();
  });

  it('reconciles only Environments that a change affects', async () => {
    const { client, statusOf, end } = start();
    await client.create(environments, anEnvironment());
    await client.create(environments, anEnvironment({ name: 'other' }));
    await client.create(workloadDeployments, deploymentFor(placement));
    await client.create(placements, placement);
    await client.create(placementDecisions, decision);
    await eventually('Ready', async () => (await statusOf()) === 'Ready');
    const before = client.writes.length;
    await client.create(placementDecisions, {
      ...decision,
      metadata: { ...decision.metadata, name: 'foreign', labels: {} },
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(client.writes.length, before + 1);
    assert.equal(await statusOf('other'), undefined);
    await end();
  });

  it('exports series of objects only while it leads', async () => {
    const { client, statusOf, end, leadershipLost, leading, metrics } = start();
    await client.create(environments, anEnvironment());
    await client.create(workloadDeployments, deploymentFor(placement));
    await client.create(placements, placement);
    await client.create(placementDecisions, decision);
    await eventually('Ready', async () => (await statusOf()) === 'Ready');
    const series = /mooring_environment_ready\{environment_namespace="team",environment="prod"\} 1/;
    await eventually('the series', async () => series.test((await metrics.expose()).body));
    leadershipLost.abort();
    await leading;
    assert.doesNotMatch((await metrics.expose()).body, /"prod"/);
    assert.match((await metrics.expose()).body, /mooring_watch_age_seconds\{resource="placements"\}/);
    const before = client.writes.length;
    await client.delete(placementDecisions, { namespace: 'hub', name: decision.metadata.name });
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(client.writes.length, before + 1);
    await end();
  });
});
