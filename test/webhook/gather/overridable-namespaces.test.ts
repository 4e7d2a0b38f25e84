import assert from 'node:assert/strict';
import type { KubeObject } from '../../../src/api/object.ts';
import { gatherOverridableNamespaces } from '../../../src/webhook/gather/overridable-namespaces.ts';
import { customTopology } from '../../support/custom-topology.ts';
import { gatherContextOf, validating } from '../../support/gathering.ts';
import { environment, profile } from '../../support/manifests.ts';
import { placedDeployment } from '../../support/placed-deployment.ts';

const [acknowledge, scope] = ['spectrocloud.com/acknowledge', 'spectrocloud.com/acknowledged-namespaces'];

async function gathered(
  request: { object?: KubeObject; oldObject?: KubeObject },
  {
    objects = [],
    allowed = [],
    phase = 'mutate',
  }: { objects?: KubeObject[]; allowed?: string[]; phase?: 'mutate' | 'validate' } = {},
) {
  const asked: string[] = [];
  const context = gatherContextOf(objects, {
    isAllowed: (_user, { verb, resource, namespace = '' }) => {
      asked.push(`${verb} ${resource} ${namespace}`);
      return Promise.resolve(allowed.includes(namespace));
    },
  });
  const { overridableNamespaces = [] } = await gatherOverridableNamespaces({ ...validating(request), phase }, context);
  return { overridableNamespaces, asked };
}

const acknowledging = (annotations: Record<string, string> = {}, of: Parameters<typeof placedDeployment>[0] = {}) =>
  placedDeployment({ ...of, metadata: { annotations: { [acknowledge]: 'WorkloadConflict', ...annotations } } });
const peers = ['b', 'c', 'team'].map((namespace) => placedDeployment({ namespace, name: 'api' }));

describe('the hub namespaces for which a request acknowledges', () => {
  it('are those of the deployments in its spoke namespace in which the requester may override', async () => {
    const found = await gathered({ object: acknowledging() }, { objects: peers, allowed: ['c'] });
    assert.deepEqual(found.overridableNamespaces, ['c']);
    assert.deepEqual(found.asked, ['override workloaddeployments b', 'override workloaddeployments c']);
  });

  it('are not asked for without a new acknowledgement, or without deployments of others', async () => {
    const requests = [
      { object: placedDeployment() },
      { object: acknowledging(), oldObject: acknowledging() },
      { object: acknowledging({}, { spokeNamespace: 'team' }) },
    ];
    for (const request of requests) assert.deepEqual((await gathered(request, { objects: peers })).asked, []);
  });

  it('are on validation those in the stamp that the requester may override', async () => {
    const object = acknowledging({ [scope]: 'b,c' });
    const found = await gathered({ object }, { objects: peers, allowed: ['c', 'd'], phase: 'validate' });
    assert.deepEqual([found.overridableNamespaces, found.asked.length], [['c'], 2]);
  });

  it('are on deletion those in the stamp, which the controller reads too', async () => {
    const oldObject = acknowledging({ [scope]: 'b' });
    const found = await gathered({ oldObject }, { objects: peers, phase: 'validate' });
    assert.deepEqual([found.overridableNamespaces, found.asked], [['b'], []]);
  });

  it('are for an Environment those of the deployments that refer to it, and of their peers', async () => {
    const object = {
      ...environment('team'),
      metadata: { name: 'primary', namespace: 'team', annotations: { [acknowledge]: 'InUse' } },
    };
    const user = placedDeployment({ namespace: 'user', environmentNamespace: 'team' });
    const elsewhere = placedDeployment({ namespace: 'z', spokeNamespace: 'store' });
    const found = await gathered({ object }, { objects: [...peers, user, elsewhere], allowed: ['b', 'user', 'z'] });
    assert.deepEqual(found.overridableNamespaces, ['b', 'user']);
  });

  it('are for a topology those of the deployments of its Environments, and of their peers', async () => {
    const annotations = { [acknowledge]: 'NamespaceWouldBeDeleted' };
    const old = customTopology('edge', 'old');
    const edited = customTopology('edge', 'new');
    const object = { ...edited, metadata: { ...edited.metadata, annotations } };
    const objects = [
      old,
      environment('team', { topology: { type: 'edge' } }),
      placedDeployment(),
      placedDeployment({ namespace: 'b', name: 'api' }),
      placedDeployment({ namespace: 'c', name: 'api', spokeNamespace: 'elsewhere' }),
    ];
    const found = await gathered({ object, oldObject: old }, { objects, allowed: ['b', 'c', 'team'] });
    assert.deepEqual(found.overridableNamespaces, ['b', 'team']);
  });

  it('are none for a profile', async () => {
    const bare = profile('team');
    const object = { ...bare, metadata: { ...bare.metadata, annotations: { [acknowledge]: 'InUse' } } };
    assert.deepEqual((await gathered({ object }, { objects: peers, allowed: ['b'] })).asked, []);
  });
});
