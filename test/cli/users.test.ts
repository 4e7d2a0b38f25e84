import assert from 'node:assert/strict';
import type { RevisionedKindName } from '../../src/api/definition-revision.ts';
import type { KubeObject, Resource } from '../../src/api/object.ts';
import { findObject, historyIn } from '../../src/cli/live/found-object.ts';
import { partialUsersWarning, usersAt, usersOf } from '../../src/cli/users.ts';
import { liveStore } from '../../src/catalog/stores/live.ts';
import { workloadProfileRevisionAnnotation } from '../../src/domain/annotations.ts';
import { createMemoryClient } from '../support/memory-client.ts';
import { recordedEdits } from '../support/recorded-edits.ts';
import { deploymentUser, environmentUser } from '../support/users-of-definitions.ts';
import { catalogOf, stubBuiltins } from '../support/catalog.ts';

const system = 'mural-system';

async function users(kind: RevisionedKindName, namespace: string, name: string, objects: [Resource, KubeObject][]) {
  const client = createMemoryClient(objects);
  const catalog = catalogOf(liveStore(client), stubBuiltins, system);
  const found = await findObject({ catalog, namespace }, kind, name);
  const history = await historyIn(catalog, found);
  return usersOf(found, history, { client, catalog });
}

/** `team/web primary@v1 → 1 pinned`. */
function linesOf({ users: all }: Awaited<ReturnType<typeof users>>): string[] {
  return all.map(({ namespace, name, atRevision, ref, resolution }) => {
    const at = atRevision === undefined ? '' : `@v${atRevision}`;
    const meaning =
      resolution.state === 'resolved'
        ? `${resolution.revision} ${resolution.floating ? 'floating' : 'pinned'}`
        : resolution.state;
    return `${namespace}/${name}${at} ${ref} → ${meaning}`;
  });
}

describe('the users of an Environment', () => {
  const { objects } = recordedEdits('Environment', [{ spec: { size: 1 } }, { spec: { size: 2 } }]);
  const found = () =>
    users('Environment', 'team', 'primary', [
      ...objects,
      deploymentUser({ name: 'c', environment: { name: 'primary@v9' } }),
      deploymentUser({ name: 'b', environment: { name: 'primary@v1' } }),
      deploymentUser({ name: 'a', environment: { name: 'primary' } }),
      deploymentUser({ name: 'd', namespace: 'other', environment: { name: 'primary', namespace: 'team' } }),
      deploymentUser({ name: 'e', namespace: 'other', environment: { name: 'primary' } }),
      deploymentUser({ name: 'f', environment: { name: 'second' } }),
      deploymentUser({
        name: 'g',
        environment: { name: 'primary' },
        metadata: { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['x'] },
      }),
    ]);

  it('are the deployments of all namespaces with a ref to it, sorted, with the revisions that the refs resolve to', async () => {
    assert.deepEqual(linesOf(await found()), [
      'other/d primary → 2 floating',
      'team/a primary → 2 floating',
      'team/b primary@v1 → 1 pinned',
      'team/c primary@v9 → pending',
      'team/g primary → 2 floating',
    ]);
  });

  it('count by revision, without those that are terminating', async () => {
    const { users: all } = await found();
    assert.deepEqual(
      [1, 2, 3].map((revision) => usersAt(all, revision)),
      [1, 2, 0],
    );
  });
});

describe('the users of a shared WorkloadProfile', () => {
  const shared = recordedEdits('WorkloadProfile', [{ spec: { size: 1 } }], { namespace: system, name: 'web' });
  const local = recordedEdits('WorkloadProfile', [{ spec: { size: 2 } }], { namespace: 'team', name: 'web' });

  it('are deployments without a profile of this name in their namespace, and those whose stamp names it', async () => {
    const stamp = { annotations: { [workloadProfileRevisionAnnotation]: `${system}/web@v1` } };
    const found = await users('WorkloadProfile', system, 'web', [
      ...shared.objects,
      ...local.objects,
      deploymentUser({ name: 'a', profile: { name: 'web' } }),
      deploymentUser({ name: 'b', profile: { name: 'web' }, metadata: stamp }),
      deploymentUser({ name: 'c', namespace: 'other', profile: { name: 'web@v1' } }),
    ]);
    assert.deepEqual(linesOf(found), ['other/c web@v1 → 1 pinned', 'team/b web → 1 floating']);
  });
});

describe('the warning of who may read one namespace only', () => {
  it('names the right and the command that grants it', () => {
    assert.match(
      partialUsersWarning({ namespace: 'team' }),
      /^you may read users in namespace team only, .*: kubectl create clusterrolebinding NAME --clusterrole=mooring-view --user=USER$/,
    );
  });
});

describe('the users of a PolicyDefinition', () => {
  const topology = (namespace: string) =>
    recordedEdits('PolicyDefinition', [{}, { spec: { a: 1 } }], { namespace, name: 'mine' });
  const moved = [{ spec: { topology: { type: 'mine@v1' } } }, { spec: { topology: { type: 'topology-ocm' } } }];
  const others = [
    environmentUser('a', 'mine'),
    environmentUser('b', 'topology-ocm'),
    environmentUser('c', 'mine@v2', 'other'),
    ...recordedEdits('Environment', moved, { name: 'moved' }).objects,
    deploymentUser({ name: 'x', environment: { name: 'moved@v1' } }),
    deploymentUser({ name: 'y', environment: { name: 'moved@v1' } }),
  ];

  it('are Environments, and older revisions of Environments that deployments use', async () => {
    const found = await users('PolicyDefinition', system, 'mine', [...topology(system).objects, ...others]);
    assert.deepEqual(linesOf(found), [
      'other/c mine@v2 → 2 pinned',
      'team/a mine → 2 floating',
      'team/moved@v1 mine@v1 → 1 pinned',
    ]);
  });

  it('are older revisions that are still applied, although the refs resolve to newer ones', async () => {
    const [resource, floating] = deploymentUser({ name: 'z', environment: { name: 'moved' } });
    const applied = { ...floating, status: { environment: { namespace: 'team', name: 'moved', revision: 1 } } };
    const found = await users('PolicyDefinition', system, 'mine', [
      ...topology(system).objects,
      ...recordedEdits('Environment', moved, { name: 'moved' }).objects,
      [resource, applied],
    ]);
    assert.deepEqual(linesOf(found), ['team/moved@v1 mine@v1 → 1 pinned']);
  });

  it('are empty outside the system namespace', async () => {
    const found = await users('PolicyDefinition', 'team', 'mine', [...topology('team').objects, ...others]);
    assert.deepEqual(linesOf(found), []);
  });
});
