import assert from 'node:assert/strict';
import type { NeededRight } from '../../../src/domain/admission/facts.ts';
import {
  nothingVisible,
  createNameVisibility,
  referrersWithVisibility,
} from '../../../src/webhook/gather/name-visibility.ts';

const web = { namespace: 'team', name: 'web' };

/** The visibility for a user who may see namespaces that do not begin with `secret`, and the access reviews that were sent. */
function sightOf() {
  const asked: NeededRight[] = [];
  const sight = createNameVisibility((right) => {
    asked.push(right);
    return Promise.resolve(right.namespace?.startsWith('secret') !== true);
  });
  return { sight, asked };
}

describe('the visibility of names', () => {
  it('is granted for objects that the requester may get', async () => {
    const { sight, asked } = sightOf();
    assert.deepEqual(await sight.of('WorkloadDeployment', web), { ...web, visible: true });
    assert.deepEqual(asked, [
      { path: '', verb: 'get', group: 'spectrocloud.com', resource: 'workloaddeployments', namespace: 'team' },
    ]);
  });

  it('of all objects of a kind is asked for without a namespace', async () => {
    const { sight, asked } = sightOf();
    assert.equal(await sight.ofAll('WorkloadDeployment'), true);
    assert.deepEqual(asked, [{ path: '', verb: 'get', group: 'spectrocloud.com', resource: 'workloaddeployments' }]);
    assert.equal(await sight.ofAll('Secret'), false);
    assert.equal(await nothingVisible.ofAll('WorkloadDeployment'), false);
  });

  it('does not depend on whether the object exists', async () => {
    const { sight } = sightOf();
    const hidden = { namespace: 'secret', name: 'web' };
    assert.deepEqual(await sight.of('WorkloadDeployment', hidden), { ...hidden, visible: false });
  });

  it('is checked once for each kind and namespace, even concurrently', async () => {
    const { sight, asked } = sightOf();
    await Promise.all([
      sight.of('WorkloadDeployment', web),
      sight.of('WorkloadDeployment', { ...web, name: 'api' }),
      sight.of('Environment', web),
      sight.of('WorkloadDeployment', { ...web, namespace: 'other' }),
    ]);
    assert.deepEqual(
      asked.map(({ resource, namespace }) => `${resource} ${namespace}`),
      ['workloaddeployments team', 'environments team', 'workloaddeployments other'],
    );
  });

  it('is checked at most twenty times: further objects are not visible, and previous results stay', async () => {
    const { sight, asked } = sightOf();
    const seen = [];
    for (let index = 0; index < 30; index += 1) {
      seen.push(await sight.of('WorkloadDeployment', { namespace: `team${index}`, name: 'web' }));
    }
    assert.equal(asked.length, 20);
    assert.equal(seen.filter(({ visible }) => visible).length, 20);
    assert.equal((await sight.of('WorkloadDeployment', { namespace: 'team7', name: 'api' })).visible, true);
  });

  it('is not granted for unknown kinds', async () => {
    const { sight, asked } = sightOf();
    assert.equal((await sight.of('Secret', web)).visible, false);
    assert.deepEqual(asked, []);
  });

  it('is added to referrers in a stable order', async () => {
    const { sight } = sightOf();
    const users = [
      { kind: 'WorkloadDeployment', namespace: 'team', name: 'web' },
      { kind: 'WorkloadDeployment', namespace: 'secret', name: 'web' },
      { kind: 'Environment', namespace: 'team', name: 'web' },
    ];
    const seen = (await referrersWithVisibility(sight, users)).map(({ kind, namespace, visible }) => [
      kind,
      namespace,
      visible,
    ]);
    assert.deepEqual(seen, [
      ['Environment', 'team', true],
      ['WorkloadDeployment', 'secret', false],
      ['WorkloadDeployment', 'team', true],
    ]);
    assert.deepEqual(
      await referrersWithVisibility(sight, users.toReversed()),
      await referrersWithVisibility(sight, users),
    );
  });

  it('is not granted for facts from caches', async () => {
    assert.deepEqual(await nothingVisible.of('WorkloadDeployment', web), { ...web, visible: false });
  });
});
