import assert from 'node:assert/strict';
import type { KubeObject, ObjectMeta } from '../../../src/api/object.ts';
import { sha256 } from '../../../src/cli/sha256.ts';
import { listedReferrers } from '../../../src/catalog/referrers/listed.ts';
import { fileStore } from '../../../src/catalog/stores/files.ts';
import { environmentRevisionAnnotation, workloadProfileRevisionAnnotation } from '../../../src/domain/annotations.ts';
import { gatherReferrers } from '../../../src/webhook/gather/referrers.ts';
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
  /** Namespaces whose objects the requester may not see. */
  hidden?: string[];
}

const { signal } = new AbortController();

async function referrersOf(oldObject: KubeObject, objects: readonly KubeObject[], around: Around = {}) {
  const { isTerminating = false, hidden = [] } = around;
  const { referrers = [] } = await gatherReferrers(factsOf({ oldObject }).request, {
    ...filesOf(objects),
    visibility: createNameVisibility(({ namespace = '' }) => Promise.resolve(!hidden.includes(namespace))),
    namespaceState: () => Promise.resolve({ labels: {}, terminating: isTerminating }),
    signal,
  });
  return referrers;
}

const namesOf = async (...args: Parameters<typeof referrersOf>) =>
  (await referrersOf(...args)).map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`);
const user = (...args: Parameters<typeof deploymentUser>) => deploymentUser(...args)[1];
const stamped = (stamp: string): Partial<ObjectMeta> => ({
  annotations: { [workloadProfileRevisionAnnotation]: stamp },
});
const terminating: Partial<ObjectMeta> = { deletionTimestamp: '2026-01-01T00:00:00Z' };

describe('the referrers of a deleted object', () => {
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
      why: 'the ref resolves to an Environment in its own namespace',
      user: user({ name: 'web', namespace: 'other', environment: { name: 'primary' } }),
      uses: false,
    },
    { why: 'another Environment', user: user({ name: 'web', environment: { name: 'prod' } }), uses: false },
    {
      why: 'the deployment is being deleted too',
      user: user({ name: 'web', environment: { name: 'primary' }, metadata: terminating }),
      uses: false,
    },
    { why: 'the ref cannot be parsed', user: user({ name: 'web', environment: { name: 'primary@' } }), uses: false },
  ];
  for (const { why, user: object, uses } of ofEnvironments) {
    it(`${uses ? 'include' : 'do not include'} a deployment with this ref to an Environment: ${why}`, async () => {
      const { namespace = '', name } = object.metadata;
      assert.deepEqual(await namesOf(primary, [object]), uses ? [`WorkloadDeployment ${namespace}/${name}`] : []);
    });
  }

  const [local, system] = [profile('team'), profile('mural-system')];
  const ofProfiles: { why: string; profile: KubeObject; metadata?: Partial<ObjectMeta>; uses: boolean }[] = [
    { why: 'its own namespace takes precedence', profile: local, uses: true },
    { why: 'without a stamp it may mean the one in the system namespace', profile: system, uses: true },
    { why: 'the stamp names it', profile: local, metadata: stamped('team/web@v1'), uses: true },
    { why: 'the stamp names another', profile: local, metadata: stamped('mural-system/web@v1'), uses: false },
    {
      why: 'the stamp names the system namespace',
      profile: system,
      metadata: stamped('mural-system/web@v1'),
      uses: true,
    },
    { why: 'the stamp names its own namespace', profile: system, metadata: stamped('team/web@v1'), uses: false },
    { why: 'it is in another namespace', profile: profile('other'), uses: false },
  ];
  for (const { why, profile: target, metadata = {}, uses } of ofProfiles) {
    it(`${uses ? 'include' : 'do not include'} a deployment for profile ${target.metadata.namespace}/web: ${why}`, async () => {
      const object = user({ name: 'shop', profile: { name: 'web' }, metadata });
      assert.deepEqual(await namesOf(target, [object]), uses ? ['WorkloadDeployment team/shop'] : []);
    });
  }

  describe('that is a topology', () => {
    const edge = customTopology('edge', 'output: {}');
    const left = editedEnvironment([
      environmentSpec({ topology: { type: 'edge' } }),
      environmentSpec({ topology: { type: 'topology-ocm' } }),
    ]);
    const pinnedTo = (stamp: string, environmentRef: string) =>
      placedDeployment({ environmentRef, metadata: { annotations: { [environmentRevisionAnnotation]: stamp } } });

    it('include Environments with any revision of it', async () => {
      const objects = ['edge', 'edge@v1', 'edges', 'topology-ocm'].map(
        (type, index) => environmentUser(`e${index}`, type)[1],
      );
      assert.deepEqual(await namesOf(edge, objects), ['Environment team/e0', 'Environment team/e1']);
    });

    const revisions: { why: string; deployment: KubeObject; uses: boolean }[] = [
      {
        why: 'it uses the revision with the topology',
        deployment: placedDeployment({ environmentRef: 'primary@v1', revision: 1 }),
        uses: true,
      },
      {
        why: 'its ref is floating, and the newer revision is not applied yet',
        deployment: placedDeployment({ revision: 1 }),
        uses: true,
      },
      { why: 'it uses the newer revision', deployment: placedDeployment({ revision: 2 }), uses: false },
      {
        why: 'it is pinned to that revision, and nothing is applied yet',
        deployment: pinnedTo('team/primary@v1', 'primary@v1'),
        uses: true,
      },
      {
        why: 'its ref is floating, so its stamp does not matter, and nothing is applied yet',
        deployment: pinnedTo('team/primary@v1', 'primary'),
        uses: false,
      },
      {
        why: 'it is pinned to that revision, without a stamp',
        deployment: placedDeployment({ environmentRef: 'primary@v1' }),
        uses: true,
      },
      { why: 'its ref is floating, without a stamp', deployment: placedDeployment(), uses: false },
      {
        why: 'its Environment has no such revision',
        deployment: placedDeployment({ environmentRef: 'primary@v9' }),
        uses: false,
      },
      {
        why: 'it uses an Environment of the same name in another namespace',
        deployment: placedDeployment({ namespace: 'other', revision: 1 }),
        uses: false,
      },
      {
        why: 'the deployment is being deleted too',
        deployment: placedDeployment({ revision: 1, metadata: terminating }),
        uses: false,
      },
    ];
    for (const { why, deployment, uses } of revisions) {
      it(`${uses ? 'include' : 'do not include'} a deployment of an Environment that no longer has it: ${why}`, async () => {
        assert.deepEqual(
          await namesOf(edge, [...left.objects, deployment]),
          uses ? ['WorkloadDeployment team/web'] : [],
        );
      });
    }

    it('are empty outside the system namespace, because topologies are not searched there', async () => {
      const stray = { ...edge, metadata: { ...edge.metadata, namespace: 'team' } };
      assert.deepEqual(await namesOf(stray, [environmentUser('e', 'edge')[1]]), []);
    });
  });

  const inside = user({ name: 'web', environment: { name: 'primary' } });
  const outside = user({ name: 'web', namespace: 'other', environment: { name: 'primary', namespace: 'team' } });

  it('do not include objects of the same terminating namespace, but those of others', async () => {
    const [here, there] = ['WorkloadDeployment team/web', 'WorkloadDeployment other/web'];
    assert.deepEqual(await namesOf(primary, [inside], { isTerminating: true }), []);
    assert.deepEqual(await namesOf(primary, [inside, outside], { isTerminating: true }), [there]);
    assert.deepEqual(await namesOf(primary, [inside, outside]), [there, here]);
  });

  it('are found without reading the namespace if none of them is in it', async () => {
    const referrers = listedReferrers('mural-system', () => [requestObject(outside)]);
    const visibility = createNameVisibility(() => Promise.resolve(true));
    const found = await gatherReferrers(factsOf({ oldObject: primary }).request, {
      catalog: catalogOf(fileStore([], sha256)),
      referrers,
      visibility,
      namespaceState: () => Promise.reject(new Error('the namespace was read')),
      signal,
    });
    assert.equal(found.referrers?.length, 1);
  });

  it('are visible only to a requester who may see them, and counted for every requester', async () => {
    const found = await referrersOf(primary, [inside, outside], { hidden: ['other'] });
    assert.deepEqual(
      found.map(({ namespace, visible }) => [namespace, visible]),
      [
        ['other', false],
        ['team', true],
      ],
    );
  });

  it('are gathered only for the deletion of kinds that others refer to', async () => {
    assert.deepEqual(await namesOf(placedDeployment(), [inside]), []);
    const context = {
      ...filesOf([inside]),
      visibility: createNameVisibility(() => Promise.resolve(true)),
      namespaceState: () => Promise.resolve(undefined),
      signal,
    };
    assert.deepEqual(await gatherReferrers(factsOf({ object: primary }).request, context), {});
  });
});
