import assert from 'node:assert/strict';
import type { RevisionedKindName } from '../../src/api/definition-revision.ts';
import type { KubeObject } from '../../src/api/object.ts';
import { deploymentsAt, referrersOf, usersOf } from '../../src/catalog/referrers.ts';
import { environmentRevisionAnnotation, workloadProfileRevisionAnnotation } from '../../src/domain/annotations.ts';
import { filesOf } from '../support/catalog.ts';
import { editedEnvironment, environmentSpec } from '../support/environment-edits.ts';
import { placedDeployment } from '../support/placed-deployment.ts';
import { deploymentUser, environmentUser } from '../support/users-of-definitions.ts';

const systemNamespace = 'mural-system';
const deploymentWith = (...args: Parameters<typeof deploymentUser>) => deploymentUser(...args)[1];

async function find(kind: RevisionedKindName, key: string, objects: readonly KubeObject[]) {
  const [namespace = '', name = ''] = key.split('/');
  return referrersOf({ kind, namespace, name }, { index: filesOf(objects).referrers, systemNamespace });
}

/** `WorkloadDeployment team/web primary@v1`. */
async function current(...args: Parameters<typeof find>): Promise<string[]> {
  const found = await find(...args);
  return found.current.map(({ kind, object: { metadata }, text }) => {
    return `${kind} ${metadata.namespace ?? ''}/${metadata.name} ${text}`;
  });
}

describe('the referrers of an Environment', () => {
  const cases: { object: KubeObject; found: string[]; why: string }[] = [
    {
      object: deploymentWith({ name: 'web', environment: { name: 'primary@v1' } }),
      found: ['WorkloadDeployment team/web primary@v1'],
      why: 'the revision does not matter',
    },
    {
      object: deploymentWith({ name: 'web', namespace: 'other', environment: { name: 'primary', namespace: 'team' } }),
      found: ['WorkloadDeployment other/web primary'],
      why: 'the namespace of the deployment does not matter',
    },
    {
      object: deploymentWith({ name: 'web', namespace: 'other', environment: { name: 'primary' } }),
      found: [],
      why: 'that is another Environment of the same name',
    },
    {
      object: deploymentWith({
        name: 'web',
        environment: { name: 'primary' },
        metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' },
      }),
      found: ['WorkloadDeployment team/web primary'],
      why: 'terminating ones are included, and callers decide',
    },
    { object: environmentUser('x', 'primary')[1], found: [], why: 'an Environment refers to topologies only' },
  ];
  for (const { object, found, why } of cases) {
    it(`are ${found.join() || 'none'}: ${why}`, async () => {
      assert.deepEqual(await current('Environment', 'team/primary', [object]), found);
    });
  }

  it('have the stamp of the ref', async () => {
    const metadata = { annotations: { [environmentRevisionAnnotation]: 'team/primary@v4' } };
    const object = deploymentWith({ name: 'web', environment: { name: 'primary' }, metadata });
    const { current: referrers } = await find('Environment', 'team/primary', [object]);
    assert.deepEqual(
      referrers.map(({ ref, stamped }) => [ref.selector.kind, stamped?.revision]),
      [['newest', 4]],
    );
  });
});

describe('the referrers of a WorkloadProfile', () => {
  const local = 'team/web';
  const shared = `${systemNamespace}/web`;
  const stamp = (revision: string) => ({ annotations: { [workloadProfileRevisionAnnotation]: revision } });
  const cases: { profile: string; metadata?: object; count: number; why: string }[] = [
    { profile: local, count: 1, why: 'without a stamp it may be found in the namespace of the deployment' },
    { profile: shared, count: 1, why: 'without a stamp it may be found in the system namespace' },
    { profile: local, metadata: stamp('mural-system/web@v1'), count: 0, why: 'the stamp names the shared profile' },
    { profile: shared, metadata: stamp('mural-system/web@v1'), count: 1, why: 'the stamp names it' },
  ];
  for (const { profile, metadata = {}, count, why } of cases) {
    it(`${count === 1 ? 'include' : 'do not include'} a deployment for ${profile}: ${why}`, async () => {
      const object = deploymentWith({ name: 'shop', profile: { name: 'web' }, metadata });
      assert.equal((await current('WorkloadProfile', profile, [object])).length, count);
    });
  }
});

describe('the referrers of a PolicyDefinition', () => {
  const edited = editedEnvironment([
    environmentSpec({ topology: { type: 'edge@v2' } }),
    environmentSpec({ topology: { type: 'topology-ocm' } }),
  ]);
  const environments = ['edge', 'edge@v1', 'edges', 'topology-ocm'].map(
    (type, index) => environmentUser(`e${index}`, type)[1],
  );

  it('are the Environments whose topology it is', async () => {
    assert.deepEqual(await current('PolicyDefinition', `${systemNamespace}/edge`, environments), [
      'Environment team/e0 edge',
      'Environment team/e1 edge@v1',
    ]);
  });

  it('are the recorded revisions of Environments too', async () => {
    const { recorded } = await find('PolicyDefinition', `${systemNamespace}/edge`, edited.objects);
    assert.deepEqual(recorded, [
      {
        namespace: 'team',
        name: 'primary',
        revision: 1,
        topology: 'edge@v2',
        ref: { name: 'edge', selector: { kind: 'number', number: 2 } },
      },
    ]);
  });

  it('are none outside the system namespace', async () => {
    const found = await find('PolicyDefinition', 'team/edge', [...environments, ...edited.objects]);
    assert.deepEqual(found, { current: [], recorded: [] });
  });

  const pinned = (revision: string, environmentRef: string) =>
    placedDeployment({ environmentRef, metadata: { annotations: { [environmentRevisionAnnotation]: revision } } });
  const cases: { deployment: KubeObject; uses: boolean; why: string }[] = [
    {
      deployment: placedDeployment({ revision: 1 }),
      uses: true,
      why: 'it is applied, although the ref resolves to a newer one',
    },
    { deployment: placedDeployment({ revision: 2 }), uses: false, why: 'a newer one is applied and resolved' },
    { deployment: pinned('team/primary@v1', 'primary@v1'), uses: true, why: 'the ref is pinned to it' },
    { deployment: pinned('team/primary@v1', 'primary'), uses: false, why: 'the floating ref resolves to a newer one' },
    { deployment: placedDeployment({ environmentRef: 'primary@v1' }), uses: true, why: 'the ref resolves to it now' },
    { deployment: placedDeployment({ environmentRef: 'primary@v9' }), uses: false, why: 'the ref cannot be resolved' },
    {
      deployment: placedDeployment({ namespace: 'other', revision: 1 }),
      uses: false,
      why: 'it uses another Environment of the same name',
    },
  ];
  for (const { deployment, uses, why } of cases) {
    it(`${uses ? 'are' : 'are not'} used by a deployment at a recorded revision: ${why}`, async () => {
      const objects = [...edited.objects, deployment];
      const { recorded } = await find('PolicyDefinition', `${systemNamespace}/edge`, objects);
      const { catalog, referrers: index } = filesOf(objects);
      const found = await deploymentsAt(recorded, { catalog, index });
      assert.deepEqual(
        found.map(({ revision }) => revision.revision),
        uses ? [1] : [],
      );
    });
  }

  it('use it, as do the deployments at such a revision', async () => {
    const objects = [...environments, ...edited.objects, placedDeployment({ revision: 1 })];
    const { catalog, referrers: index } = filesOf(objects);
    const users = await usersOf(
      { kind: 'PolicyDefinition', namespace: systemNamespace, name: 'edge' },
      { index, catalog },
    );
    const { current: referrers } = await find('PolicyDefinition', `${systemNamespace}/edge`, objects);
    assert.deepEqual(
      users.map(({ kind, object: { metadata } }) => `${kind} ${metadata.name}`),
      [...referrers.map(({ object: { metadata } }) => `Environment ${metadata.name}`), 'WorkloadDeployment web'],
    );
    assert.ok(referrers.length > 0);
  });
});
