import assert from 'node:assert/strict';
import { requestedEnvironment } from '../../../../src/webhook/gather/changes/environments.ts';
import { changeSourcesOf } from '../../../support/change-gathering.ts';
import { lifecycles } from '../../../support/deployment-changes.ts';
import { editedEnvironment, environmentSpec, nextEdit } from '../../../support/environment-edits.ts';
import { requestObject } from '../../../support/facts.ts';
import { placedDeployment, type PlacedDeployment } from '../../../support/placed-deployment.ts';

const { owner, keeper } = lifecycles;
const specs = [environmentSpec({ lifecycle: keeper }), environmentSpec({ lifecycle: owner })];
const { live, objects } = editedEnvironment(specs, { selected: ['b', 'a'] });
const environments = () => changeSourcesOf(objects).environments;
const deploymentWith = (options: PlacedDeployment) => requestObject(placedDeployment(options));

describe('the Environment that a deployment refers to', () => {
  it('has the content of the revision that the ref resolves to', async () => {
    const found = await environments().desired(deploymentWith({ environmentRef: 'primary@v1' }));
    assert.deepEqual([found?.revision, found?.spec], [1, specs[0]]);
    const newest = await environments().desired(deploymentWith({ environmentRef: 'primary' }));
    assert.deepEqual([newest?.revision, newest?.spec], [2, specs[1]]);
  });

  it('does not exist for a ref that cannot be resolved', async () => {
    for (const environmentRef of ['other', 'primary@v9', 'primary@']) {
      assert.equal(await environments().desired(deploymentWith({ environmentRef })), undefined, environmentRef);
    }
  });

  const evaluations = [
    { environmentRef: 'primary', isEvaluated: true, expected: true, why: 'the status is about the newest revision' },
    { environmentRef: 'primary', isEvaluated: false, expected: false, why: 'the status is about older content' },
    { environmentRef: 'primary@v1', isEvaluated: true, expected: false, why: 'the ref means an older revision' },
  ];
  for (const { environmentRef, isEvaluated, expected, why } of evaluations) {
    it(`has clusters that were ${expected ? '' : 'not '}selected for it: ${why}`, async () => {
      const edited = editedEnvironment(specs, { selected: ['b', 'a'], isEvaluated });
      const found = await changeSourcesOf(edited.objects).environments.desired(deploymentWith({ environmentRef }));
      assert.deepEqual([found?.selected, found?.isSelectedForThisRevision], [['a', 'b'], expected]);
    });
  }
});

describe('the Environment that is applied for a deployment', () => {
  it('is the one in its status', async () => {
    const found = await environments().applied(deploymentWith({ environmentRef: 'primary', revision: 1 }));
    assert.deepEqual([found?.revision, found?.spec], [1, specs[0]]);
  });

  it('is the desired one if the status has none, or one that does not exist', async () => {
    assert.equal((await environments().applied(deploymentWith({})))?.revision, 2);
    assert.equal((await environments().applied(deploymentWith({ revision: 9 })))?.revision, 2);
    const elsewhere = deploymentWith({ environmentNamespace: 'other', revision: 1 });
    assert.equal(await environments().applied(elsewhere), undefined);
  });

  it('is read once for all deployments that use the revision', async () => {
    const found = environments();
    const [one, other] = await Promise.all(
      ['web', 'api'].map((name) => found.applied(deploymentWith({ name, revision: 1 }))),
    );
    assert.equal(one, other);
  });
});

describe('the Environment of a request', () => {
  it('has no revision, and clusters that were not selected for its content', () => {
    const found = requestedEnvironment(requestObject(nextEdit(live, environmentSpec({ lifecycle: owner }), 3)));
    assert.deepEqual(
      { revision: found.revision, selected: found.selected, isSelectedByThis: found.isSelectedForThisRevision },
      { revision: undefined, selected: ['a', 'b'], isSelectedByThis: false },
    );
  });

  it('has the defaults that admission adds', () => {
    const bare = requestedEnvironment(requestObject(nextEdit(live, environmentSpec(), 3)));
    const complete = requestedEnvironment(requestObject(nextEdit(live, environmentSpec({ lifecycle: owner }), 3)));
    assert.deepEqual(bare.spec, complete.spec);
  });

  it('does not count as evaluated even without a stamp', () => {
    const { annotations: _, ...metadata } = live.metadata;
    assert.equal(requestedEnvironment(requestObject({ ...live, metadata })).isSelectedForThisRevision, false);
  });
});
