import assert from 'node:assert/strict';
import { changeSourcesOf } from '../../../support/change-gathering.ts';
import { editedEnvironment, environmentSpec } from '../../../support/environment-edits.ts';
import { requestObject } from '../../../support/facts.ts';
import { lifecycleTopologies } from '../../../support/lifecycle-topology.ts';
import { placedDeployment } from '../../../support/placed-deployment.ts';

describe('the sources of changes for one request', () => {
  const { objects } = editedEnvironment([environmentSpec()], { selected: ['a'] });

  it('share what was rendered', async () => {
    const { topologies, renders } = lifecycleTopologies();
    const sources = changeSourcesOf(objects, { topologies });
    const deployment = requestObject(placedDeployment());
    const environment = await sources.environments.desired(deployment);
    assert.ok(environment);
    await sources.renders.shapeFor(environment);
    await sources.states.observedState(deployment);
    await sources.states.stateIn(environment, deployment, undefined);
    assert.equal(renders(), 1);
  });

  it('do not share it with another request', async () => {
    const { topologies, renders } = lifecycleTopologies();
    for (const sources of [changeSourcesOf(objects, { topologies }), changeSourcesOf(objects, { topologies })]) {
      await sources.states.observedState(requestObject(placedDeployment()));
    }
    assert.equal(renders(), 2);
  });
});
