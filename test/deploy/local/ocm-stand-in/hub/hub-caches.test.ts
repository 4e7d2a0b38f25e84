import assert from 'node:assert/strict';
import {
  managedClusterSetBindings,
  placementDecisions,
  placements,
} from '../../../../../deploy/local/ocm-stand-in/hub/cluster-kinds.ts';
import { groupDecisions } from '../../../../../deploy/local/ocm-stand-in/hub/decisions.ts';
import { createHubCaches } from '../../../../../deploy/local/ocm-stand-in/hub/hub-caches.ts';
import { manifestWorkReplicaSets, manifestWorks } from '../../../../../deploy/local/ocm-stand-in/work-kinds.ts';
import { createMemoryClient } from '../../../../support/memory-client.ts';
import { recordedLog } from '../../../../support/recorded-log.ts';
import { binding, placement, replicaSet, work } from '../builders.ts';

describe('OCM stand-in: the caches of the hub', () => {
  it('have the indexes that the controllers use', async () => {
    const [decision] = groupDecisions(placement(), []).decisions;
    assert.ok(decision);
    const client = createMemoryClient([
      [managedClusterSetBindings, binding('global')],
      [placements, placement()],
      [placementDecisions, decision],
      [manifestWorkReplicaSets, replicaSet({})],
      [manifestWorks, work('spoke1', {})],
    ]);
    const caches = createHubCaches({ client, log: recordedLog().log });
    const end = new AbortController();
    const running = caches.run(end.signal);
    await caches.synced;
    const found = [
      caches.bindings.byIndex('namespace', 'apps'),
      caches.placements.byIndex('namespace', 'apps'),
      caches.decisions.byIndex('placement', 'apps/p'),
      caches.replicaSets.byIndex('placement', 'apps/p'),
      caches.works.byIndex('replicaSet', 'apps.web'),
    ];
    end.abort();
    await running;
    assert.deepEqual(
      found.map((objects) => objects.length),
      [1, 1, 1, 1, 1],
    );
  });
});
