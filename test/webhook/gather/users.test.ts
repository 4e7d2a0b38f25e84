import assert from 'node:assert/strict';
import type { KubeObject, ObjectMeta } from '../../../src/api/object.ts';
import { sha256 } from '../../../src/cli/sha256.ts';
import { listedReferrers } from '../../../src/catalog/referrers/listed.ts';
import { fileStore } from '../../../src/catalog/stores/files.ts';
import { environmentRevisionAnnotation, workloadProfileRevisionAnnotation } from '../../../src/domain/annotations.ts';
import { gatherUsers } from '../../../src/webhook/gather/users.ts';
import { createNameVisibility } from '../../../src/webhook/gather/name-visibility.ts';
import { customTopology } from '../../support/custom-topology.ts';
import { editedEnvironment, environmentSpec } from '../../support/environment-edits.ts';
import { factsOf, requestObject } from '../../support/facts.ts';
import { environment, profile } from '../../support/manifests.ts';
import { placedDeployment } from '../../support/placed-deployment.ts';
import { deploymentUser, environmentUser } from '../../support/users-of-definitions.ts';
import { catalogOf, filesOf } from '../../support/catalog.ts';

interface Around {
  isTerminating?: boolean;
  /** Namespaces of which the requester may see nothing. */
  hidden?: string[];
}

async function usersOf(oldObject: KubeObject, objects: readonly KubeObject[], around: Around = {}) {
  const { isTerminating = false, hidden = [] } = around;
  return gatherUsers(factsOf({ oldObject }).request, () => Promise.resolve(isTerminating), {
    ...filesOf(objects),
    visibility: createNameVisibility(({ namespace }) => Promise.resolve(!hidden.includes(namespace))),
  });
}

const named = async (...args: Parameters<typeof usersOf>) =>
  (await usersOf(...args)).map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`);
const user = (...args: Parameters<typeof deploymentUser>) => deploymentUser(...args)[1];
const stamped = (stamp: string): Partial<ObjectMeta> => ({
  annotations: { [workloadProfileRevisionAnnotation]: stamp },
});
const going: Partial<ObjectMeta> = { deletionTimestamp: '2026-01-01T00:00:00Z' };

describe('who uses what is to be deleted', () => {
  const primary = environment('team');
  const ofEnvironments: { why: string; user: KubeObject; uses: boolean }[] = [
    { why: 'by name', user: user({ name: 'web', environment: { name: 'primary' } }), uses: true },
    { why: 'at a revision', user: user({ name: 'web', environment: { name: 'primary@v1.3' } }), uses: true },
    {
      why: 'from another namespace',
      user: user({ name: 'web', namespace: 'other', environment: { name: 'primary', namespace: 'team' } }),
      uses: true,
    },
    {
      why: 'a namesake in its own namespace',
      user: user({ name: 'web', namespace: 'other', environment: { name: 'primary' } }),
      uses: false,
    },
    { why: 'another Environment', user: user({ name: 'web', environment: { name: 'prod' } }), uses: false },
    {
      why: 'it is being deleted itself',
      user: user({ name: 'web', environment: { name: 'primary' }, metadata: going }),
      uses: false,
    },
    { why: 'the ref is none', user: user({ name: 'web', environment: { name: 'primary@' } }), uses: false },
  ];
  for (const { why, user: object, uses } of ofEnvironments) {
    it(`${uses ? 'is' : 'is not'} a deployment with this ref to an Environment: ${why}`, async () => {
      const { namespace = '', name } = object.metadata;
      assert.deepEqual(await named(primary, [object]), uses ? [`WorkloadDeployment ${namespace}/${name}`] : []);
    });
  }

  const [local, system] = [profile('team'), profile('mural-system')];
  const ofProfiles: { why: string; profile: KubeObject; metadata?: Partial<ObjectMeta>; uses: boolean }[] = [
    { why: 'its own namespace comes first', profile: local, uses: true },
    { why: 'without a stamp it may be the one of the system namespace', profile: system, uses: true },
    { why: 'the stamp settled on it', profile: local, metadata: stamped('team/web@v1'), uses: true },
    { why: 'the stamp settled on another', profile: local, metadata: stamped('mural-system/web@v1'), uses: false },
    { why: 'the stamp settled on the system', profile: system, metadata: stamped('mural-system/web@v1'), uses: true },
    { why: 'the stamp settled on its own', profile: system, metadata: stamped('team/web@v1'), uses: false },
    { why: 'that is a namesake elsewhere', profile: profile('other'), uses: false },
  ];
  for (const { why, profile: target, metadata = {}, uses } of ofProfiles) {
    it(`${uses ? 'is' : 'is not'} a deployment for profile ${target.metadata.namespace}/web: ${why}`, async () => {
      const object = user({ name: 'shop', profile: { name: 'web' }, metadata });
      assert.deepEqual(await named(target, [object]), uses ? ['WorkloadDeployment team/shop'] : []);
    });
  }

  describe('a topology', () => {
    const edge = customTopology('edge', 'output: {}');
    const left = editedEnvironment([
      environmentSpec({ topology: { type: 'edge' } }),
      environmentSpec({ topology: { type: 'topology-ocm' } }),
    ]);
    const pinnedTo = (stamp: string, environmentRef: string) =>
      placedDeployment({ environmentRef, metadata: { annotations: { [environmentRevisionAnnotation]: stamp } } });

    it('is used by Environments, at whatever revision of it', async () => {
      const objects = ['edge', 'edge@v1', 'edges', 'topology-ocm'].map(
        (type, index) => environmentUser(`e${index}`, type)[1],
      );
      assert.deepEqual(await named(edge, objects), ['Environment team/e0', 'Environment team/e1']);
    });

    const revisions: { why: string; deployment: KubeObject; uses: boolean }[] = [
      {
        why: 'it is still at the revision that has it',
        deployment: placedDeployment({ environmentRef: 'primary@v1', revision: 1 }),
        uses: true,
      },
      {
        why: 'it follows, and the newer revision is not applied yet',
        deployment: placedDeployment({ revision: 1 }),
        uses: true,
      },
      { why: 'it has gone on', deployment: placedDeployment({ revision: 2 }), uses: false },
      {
        why: 'it is pinned there, and nothing is applied yet',
        deployment: pinnedTo('team/primary@v1', 'primary@v1'),
        uses: true,
      },
      {
        why: 'it followed when the ref was written, and nothing is applied yet',
        deployment: pinnedTo('team/primary@v1', 'primary'),
        uses: false,
      },
      {
        why: 'it is pinned there, and nothing is written down of it',
        deployment: placedDeployment({ environmentRef: 'primary@v1' }),
        uses: true,
      },
      { why: 'it follows, and nothing is written down of it', deployment: placedDeployment(), uses: false },
      {
        why: 'what it refers to is not there',
        deployment: placedDeployment({ environmentRef: 'primary@v9' }),
        uses: false,
      },
      {
        why: 'it is at such a revision of a namesake',
        deployment: placedDeployment({ namespace: 'other', revision: 1 }),
        uses: false,
      },
      {
        why: 'it is being deleted itself',
        deployment: placedDeployment({ revision: 1, metadata: going }),
        uses: false,
      },
    ];
    for (const { why, deployment, uses } of revisions) {
      it(`${uses ? 'is' : 'is not'} used by a deployment of an Environment that has left it: ${why}`, async () => {
        assert.deepEqual(await named(edge, [...left.objects, deployment]), uses ? ['WorkloadDeployment team/web'] : []);
      });
    }

    it('is nothing outside the system namespace, where nobody looks for it', async () => {
      const stray = { ...edge, metadata: { ...edge.metadata, namespace: 'team' } };
      assert.deepEqual(await named(stray, [environmentUser('e', 'edge')[1]]), []);
    });
  });

  const inside = user({ name: 'web', environment: { name: 'primary' } });
  const outside = user({ name: 'web', namespace: 'other', environment: { name: 'primary', namespace: 'team' } });

  it('is nobody in the same namespace where that is going as a whole, and whoever is outside it still', async () => {
    const [here, there] = ['WorkloadDeployment team/web', 'WorkloadDeployment other/web'];
    assert.deepEqual(await named(primary, [inside], { isTerminating: true }), []);
    assert.deepEqual(await named(primary, [inside, outside], { isTerminating: true }), [there]);
    assert.deepEqual(await named(primary, [inside, outside]), [there, here]);
  });

  it('does not ask about the namespace where nobody in it is concerned', async () => {
    const referrers = listedReferrers(() => [requestObject(outside)]);
    const visibility = createNameVisibility(() => Promise.resolve(true));
    const asking = () => Promise.reject(new Error('nobody was to be asked'));
    const found = await gatherUsers(factsOf({ oldObject: primary }).request, asking, {
      catalog: catalogOf(fileStore([], sha256)),
      referrers,
      visibility,
    });
    assert.equal(found.length, 1);
  });

  it('is named only to who may see him, and counted for everyone', async () => {
    const found = await usersOf(primary, [inside, outside], { hidden: ['other'] });
    assert.deepEqual(
      found.map(({ namespace, visible }) => [namespace, visible]),
      [
        ['other', false],
        ['team', true],
      ],
    );
  });

  it('is nobody for what nothing refers to', async () => {
    assert.deepEqual(await named(placedDeployment(), [inside]), []);
  });
});
