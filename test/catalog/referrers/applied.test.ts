import assert from 'node:assert/strict';
import { manifestWorkReplicaSets } from '../../../src/api/ocm.ts';
import { appliedIn } from '../../../src/catalog/referrers/applied.ts';
import { aReplicaSet } from '../../support/hub-objects.ts';
import { createMemoryClient } from '../../support/memory-client.ts';

const prefix = 'spectrocloud.com/';

describe('the deployments that are applied in a spoke namespace', () => {
  const label = `${prefix}spoke-namespace`;
  const sets: [deployment: string | undefined, labels: Record<string, string>][] = [
    ['team/web', { [label]: 'shop' }],
    ['team/second', { [label]: 'shop' }],
    ['team/elsewhere', { [label]: 'store' }],
    ['team/several', { [label]: 'Various' }],
    ['team/known', {}],
    ['team/unknown', {}],
    [undefined, { [label]: 'shop' }],
  ];
  const client = createMemoryClient(
    sets.map(([deployment, labels], index) => [
      manifestWorkReplicaSets,
      {
        ...aReplicaSet(),
        metadata: {
          namespace: 'hub',
          name: `set-${index}`,
          labels: { [`${prefix}deployment-hash`]: 'any', ...labels },
          annotations: deployment === undefined ? {} : { [`${prefix}deployment`]: deployment },
        },
      },
    ]),
  );

  it('are those with its label, those with several, and those without a label that no cache has', async () => {
    const found = await appliedIn('shop', { client, isCached: (_, name) => name === 'known' });
    assert.deepEqual(
      found.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`),
      ['web', 'second', 'several', 'unknown'].map((name) => `WorkloadDeployment team/${name}`),
    );
  });
});
