import assert from 'node:assert/strict';
import type { KubeObject } from '../../../../src/api/object.ts';
import type { SpokeState } from '../../../../src/domain/spoke/spoke-state.ts';
import { isBlockedByRule } from '../../../../src/webhook/gather/changes/observed.ts';
import { changeSourcesOf, stateWith } from '../../../support/change-gathering.ts';
import { lifecycles } from '../../../support/deployment-changes.ts';
import { editedEnvironment, environmentSpec } from '../../../support/environment-edits.ts';
import { requestObject } from '../../../support/facts.ts';
import { placedDeployment } from '../../../support/placed-deployment.ts';

const { owner, keeper, guest } = lifecycles;
const primary = editedEnvironment([environmentSpec({ lifecycle: owner })], { selected: ['b', 'a'] });

describe('the observed state of a deployment', () => {
  const presents: { why: string; deployment: KubeObject; expected: SpokeState }[] = [
    {
      why: 'the status, even if the Environment renders something else',
      deployment: placedDeployment({ lifecycle: keeper, clusters: ['z', 'y'] }),
      expected: stateWith(keeper, ['y', 'z']),
    },
    { why: 'a render if there is no status', deployment: placedDeployment(), expected: stateWith(owner, ['a', 'b']) },
    {
      why: 'the status for the lifecycle, and the Environment for the clusters until its ManifestWorks are created',
      deployment: placedDeployment({ lifecycle: keeper, clusters: [], notApplied: 'Applying' }),
      expected: stateWith(keeper, ['a', 'b']),
    },
    {
      why: 'the status, if no cluster is selected for it',
      deployment: placedDeployment({ lifecycle: owner, clusters: [], notApplied: 'NoClustersSelected' }),
      expected: stateWith(owner, []),
    },
    {
      why: 'a render without clusters, if a rule blocks its first write',
      deployment: placedDeployment({ clusters: [], notApplied: 'WorkloadConflict' }),
      expected: stateWith(owner, []),
    },
    {
      why: 'the status, if a rule blocks a later write',
      deployment: placedDeployment({ lifecycle: owner, clusters: ['z'], notApplied: 'NamespaceWouldBeDeleted' }),
      expected: stateWith(owner, ['z']),
    },
  ];
  for (const { why, deployment, expected } of presents) {
    it(`comes from ${why}`, async () => {
      const { states } = changeSourcesOf([...primary.objects, deployment]);
      assert.deepEqual(await states.observedState(requestObject(deployment)), expected);
    });
  }

  it('has the names that are applied, not those in the spec', async () => {
    const { states } = changeSourcesOf(primary.objects);
    const moved = placedDeployment({ spokeNamespace: 'store', lifecycle: owner, clusters: ['a'] });
    const status = { ...moved.status, workload: { namespace: 'shop', name: 'old' } };
    const observed = await states.observedState(requestObject({ ...moved, status } as KubeObject));
    assert.deepEqual([observed?.namespace, observed?.workloadName], ['shop', 'old']);
  });

  it('does not read the Environment if the status is complete', async () => {
    const catalog = new Proxy(changeSourcesOf([]).catalog, {
      get: () => assert.fail('the catalog was read'),
    });
    const { states } = changeSourcesOf([], { catalog });
    const deployment = placedDeployment({ lifecycle: keeper, clusters: ['a'] });
    assert.deepEqual(await states.observedState(requestObject(deployment)), stateWith(keeper, ['a']));
  });

  it('is undefined for a deployment without a Workload', async () => {
    const { spec: _, ...bare } = placedDeployment();
    assert.equal(await changeSourcesOf([]).states.observedState(requestObject(bare as KubeObject)), undefined);
  });
});

describe('the state of a deployment in an Environment', () => {
  it('is what the Environment renders for its names, on the given clusters', async () => {
    const other = editedEnvironment([environmentSpec({ lifecycle: guest })], { name: 'other' });
    const { states, environments } = changeSourcesOf([...primary.objects, ...other.objects]);
    const environment = await environments.desired(requestObject(placedDeployment({ environmentRef: 'other' })));
    const deployment = requestObject(placedDeployment());
    assert.deepEqual(await states.stateIn(environment, deployment, ['z']), stateWith(guest, ['z']));
    assert.deepEqual(await states.stateIn(undefined, deployment, undefined), stateWith(undefined));
  });
});

describe('a deployment', () => {
  it('is blocked by a rule if the reason of Applied=False is the code of one', () => {
    assert.equal(isBlockedByRule({ notAppliedReason: 'WorkloadConflict' }), true);
    assert.equal(isBlockedByRule({ notAppliedReason: 'Applying' }), false);
    assert.equal(isBlockedByRule({}), false);
  });
});
