import assert from 'node:assert/strict';
import { appliedSelections, jsonOf, renderedSelections } from '../../../src/controller/deployments/selections.ts';
import type { AppliedReplicaSet } from '../../../src/domain/spoke/from-replica-sets.ts';
import { aReplicaSet } from '../../support/hub-objects.ts';
import { aPlacement } from '../../support/placements.ts';
import { rendered, setOf } from '../../support/rendered-sets.ts';

const bare = aPlacement();
const own = {
  ...bare,
  metadata: { ...bare.metadata, annotations: { 'spectrocloud.com/deployment': 'team/web' } },
  spec: { numberOfClusters: 2 },
};
const applied = (placements: AppliedReplicaSet['placements']): AppliedReplicaSet => ({
  replicaSet: aReplicaSet(),
  environment: 'team/primary',
  manifestWorks: [],
  placements,
});

describe('the Placements that decide where a deployment is', () => {
  it('are its own ones on the hub, each once', () => {
    assert.deepEqual(appliedSelections('team/web', [applied([own]), applied([own])]), [{ numberOfClusters: 2 }]);
    assert.deepEqual(appliedSelections('team/web', []), []);
  });

  it('are not known if one belongs to somebody else, or does not exist', () => {
    assert.equal(appliedSelections('team/other', [applied([own])]), undefined);
    assert.equal(appliedSelections('team/web', [applied([own]), applied([])]), undefined);
  });

  it('are not known for a render that refers to a Placement that it does not contain', () => {
    assert.equal(renderedSelections(rendered(setOf('web', []))), undefined);
    assert.deepEqual(renderedSelections(rendered()), []);
  });

  it('are JSON', () => {
    assert.deepEqual(jsonOf({ a: 1 }), { a: 1 });
  });
});
