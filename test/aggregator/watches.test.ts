import assert from 'node:assert/strict';
import { createWatches, runWatches } from '../../src/aggregator/watches.ts';
import { environments, workloadDeployments } from '../../src/api/kinds.ts';
import { placementDecisions, placements } from '../../src/api/ocm.ts';
import { createLog } from '../../src/log.ts';
import { createMemoryClient } from '../support/memory-client.ts';
import { aPlacement, anEnvironment, decisionsOf, deploymentFor } from '../support/placements.ts';

/** Runs `change` on watched objects (two Environments, of which `byop` refers to the Placement) and returns the enqueued keys. */
async function enqueuedBy(change: (client: ReturnType<typeof createMemoryClient>) => Promise<unknown>) {
  const placement = aPlacement({ from: 'team/prod@v1' });
  const placementRefs = [{ namespace: 'hub', name: 'placement' }];
  const client = createMemoryClient([
    [environments, anEnvironment()],
    [environments, anEnvironment({ name: 'byop', status: { placementRefs } })],
    [placements, placement],
    ...decisionsOf(placement, ['a']).map(
      (decision) => [placementDecisions, decision] as [typeof placementDecisions, typeof decision],
    ),
  ]);
  const enqueued: string[] = [];
  const watches = createWatches({
    client,
    log: createLog('silent', 'test'),
    onChange: (key, cause) => enqueued.push(`${cause} ${key}`),
  });
  assert.ok(Object.values(watches).every((watch) => !watch.hasSynced()));
  const stop = new AbortController();
  const running = runWatches(watches, stop.signal);
  await Promise.all(Object.values(watches).map(({ synced }) => synced));
  assert.ok(Object.values(watches).every((watch) => watch.hasSynced()));
  enqueued.length = 0;
  await change(client);
  await new Promise((resolve) => setTimeout(resolve, 5));
  stop.abort();
  await running;
  return enqueued.toSorted();
}

describe('the watches of the aggregator', () => {
  const key = { namespace: 'hub', name: 'placement' };
  const decision = { namespace: 'hub', name: 'placement-decision-1' };
  const rows: { what: string; change: Parameters<typeof enqueuedBy>[0]; enqueued: string[] }[] = [
    {
      what: 'an Environment that changes',
      change: (client) =>
        client.patch(environments, { namespace: 'team', name: 'prod' }, { metadata: { labels: { a: 'b' } } }),
      enqueued: ['environment team/prod'],
    },
    {
      what: 'a Placement, for the Environment that it was rendered from and those that refer to it',
      change: (client) => client.patch(placements, key, { spec: { numberOfClusters: 2 } }),
      enqueued: ['placement team/byop', 'placement team/prod'],
    },
    {
      what: 'a Placement that is given to another Environment, for both',
      change: (client) =>
        client.patch(placements, key, {
          metadata: { annotations: { 'spectrocloud.com/environment': 'team/other@v1' } },
        }),
      enqueued: ['placement team/byop', 'placement team/other', 'placement team/prod'],
    },
    {
      what: 'a Placement that is deleted',
      change: (client) => client.delete(placements, key),
      enqueued: ['placement team/byop', 'placement team/prod'],
    },
    {
      what: 'a decision, for the Environments of its Placement',
      change: (client) => client.patch(placementDecisions, decision, { metadata: { labels: { a: 'b' } } }),
      enqueued: ['decision team/byop', 'decision team/prod'],
    },
    {
      what: 'a decision that is given to another Placement, for the previous one',
      change: (client) =>
        client.patch(placementDecisions, decision, {
          metadata: { labels: { 'cluster.open-cluster-management.io/placement': 'elsewhere' } },
        }),
      enqueued: ['decision team/byop', 'decision team/prod'],
    },
    {
      what: 'a deployment that is created or deleted, for the Environment that its Placement was rendered from',
      change: async (client) => {
        const made = deploymentFor(aPlacement({ from: 'team/prod@v1' }));
        await client.create(workloadDeployments, made);
        await client.patch(workloadDeployments, made.metadata, { metadata: { labels: { a: 'b' } } });
        await client.delete(workloadDeployments, made.metadata);
      },
      enqueued: ['deployment team/prod', 'deployment team/prod'],
    },
    {
      what: 'nothing for a decision of a Placement that is not in the cache',
      change: (client) => client.create(placementDecisions, decisionsOf(aPlacement({ name: 'foreign' }), ['a'])[0]),
      enqueued: [],
    },
  ];
  for (const { what, change, enqueued } of rows) {
    it(`enqueue ${what}`, async () => {
      assert.deepEqual(await enqueuedBy(change), enqueued);
    });
  }
});
