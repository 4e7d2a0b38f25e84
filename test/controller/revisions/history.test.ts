import assert from 'node:assert/strict';
import type { DefinitionRevision } from '../../../src/api/definition-revision.ts';
import { definitionRevisions, environments, workloadDeployments } from '../../../src/api/kinds.ts';
import type { KubeObject, Resource } from '../../../src/api/object.ts';
import { sha256 } from '../../../src/cli/sha256.ts';
import { countAndPruneRevisions } from '../../../src/controller/revisions/history.ts';
import { revisionOf } from '../../../src/domain/revisions/record.ts';
import { retiringAnnotation, topologyRevisionAnnotation } from '../../../src/domain/annotations.ts';
import { specHash } from '../../../src/domain/revisions/spec-since.ts';
import { readStamp } from '../../../src/domain/revisions/revision.ts';
import { isConflict } from '../../../src/kube/client/errors.ts';
import { controllerScene, type ControllerScene } from '../../support/controller-scene.ts';
import { stampedAs } from '../../support/facts.ts';
import { budgetsOf } from '../../support/history-budgets.ts';
import { deployment, environment } from '../../support/manifests.ts';
import type { Definition } from '../../../src/domain/revisions/definition.ts';

const minute = 60_000;

function at(revision: number, uid = 'uid-of-primary'): Definition {
  const object = environment('team', { annotations: { edit: String(revision) } });
  return stampedAs({ ...object, metadata: { ...object.metadata, uid } }, revision);
}

function recorded(revision: number, uid?: string): [Resource, KubeObject] {
  const object = at(revision, uid);
  return [definitionRevisions, revisionOf('Environment', object, readStamp(object.metadata) ?? assert.fail())];
}

describe('pruning the revisions of an object', () => {
  let scene: ControllerScene;
  let now = 0;
  const live = at(4);

  async function start(...more: [Resource, KubeObject][]): Promise<void> {
    now = 0;
    scene = await controllerScene([
      [environments, live],
      ...[1, 2, 3, 4].map((revision) => recorded(revision)),
      ...more,
    ]);
  }
  async function reconcile(limit = 2, object = live): Promise<number | undefined> {
    try {
      return await countAndPruneRevisions('Environment', object, {
        ...scene.shared,
        systemNamespace: 'mural-system',
        hash: sha256,
        log: scene.log,
        budgets: budgetsOf(scene.caches),
        limit,
        retireForMs: minute,
        now: () => now,
      });
    } catch (error) {
      // A status that was just written conflicts with the read before it: the loop retries.
      if (!isConflict(error)) throw error;
      await scene.caughtUp();
      return reconcile(limit, object);
    } finally {
      await scene.caughtUp();
    }
  }
  const revisions = async () => {
    const { items } = await scene.client.list<DefinitionRevision>(definitionRevisions);
    const marks = items.map(
      ({ metadata, spec }) => `${spec.revision}${metadata.annotations?.[retiringAnnotation] === undefined ? '' : '!'}`,
    );
    return marks.toSorted().join(' ');
  };
  const pinnedTo = (revision: number, name = 'web'): [Resource, KubeObject] => [
    workloadDeployments,
    deployment('team', { name, environmentRef: `primary@v${revision}` }),
  ];
  afterEach(() => scene.stop());

  it('marks revisions first, and returns when they are deleted', async () => {
    await start();
    assert.equal(await reconcile(), minute);
    assert.equal(await revisions(), '1! 2! 3 4');
  });

  it('deletes revisions that were marked long enough, and then writes nothing', async () => {
    await start();
    await reconcile();
    now = minute - 1;
    assert.equal(await reconcile(), 1000, 'at least a second');
    assert.equal(await revisions(), '1! 2! 3 4');
    now = minute;
    await reconcile();
    assert.equal(await revisions(), '3 4');
    scene.writes();
    assert.equal(await reconcile(), undefined);
    assert.deepEqual(scene.writes(), []);
  });

  it('does not delete a revision whose mark was removed meanwhile', async () => {
    await start();
    await reconcile();
    now = minute;
    const remove = scene.client.delete.bind(scene.client);
    let isFirst = true;
    scene.client.delete = async (resource, of, options) => {
      if (isFirst) {
        isFirst = false;
        const annotations = { [retiringAnnotation]: null };
        await scene.client.patch(resource, of, { metadata: { annotations } });
      }
      return remove(resource, of, options);
    };
    await reconcile();
    assert.equal(await revisions(), '1! 3 4', 'it is marked again, and waits again');
  });

  it('retains the newest change of the spec, whatever labels are edited while a quota refuses to record the last edit', async () => {
    const since = (revision: number, hash: string): [Resource, KubeObject] => {
      const object = at(revision);
      const stamp = readStamp(object.metadata) ?? assert.fail();
      return [definitionRevisions, revisionOf('Environment', object, { ...stamp, specSince: { revision, hash } })];
    };
    const [, third] = since(3, specHash(live, sha256));
    scene = await controllerScene([[environments, live], since(2, 'h1:a'), [definitionRevisions, third]]);
    await reconcile(2);
    assert.equal(await revisions(), '2 3');
  });

  it('retains a revision that is used, and counts its users', async () => {
    await start(pinnedTo(1), pinnedTo(1, 'other'));
    await reconcile();
    assert.equal(await revisions(), '1 2! 3 4');
    const { status } = await scene.client.get<DefinitionRevision>(definitionRevisions, {
      namespace: 'team',
      name: 'environment.primary.v1',
    });
    assert.equal(status?.users, 2);
  });

  it('retains a revision that is applied although the ref has changed', async () => {
    const user = deployment('team', { environmentRef: 'primary@v4' });
    const used = { namespace: 'team', name: 'primary', revision: 2 };
    const applied: KubeObject & { status: object } = { ...user, status: { environment: used } };
    await start([workloadDeployments, applied]);
    await reconcile();
    assert.equal(await revisions(), '1! 2 3 4');
  });

  it('removes the mark when a revision is pinned again', async () => {
    await start();
    await reconcile();
    await scene.client.create(workloadDeployments, pinnedTo(2)[1]);
    await scene.caughtUp();
    await reconcile();
    assert.equal(await revisions(), '1! 2 3 4');
  });

  it('reads users from the API server before it deletes: a cache may not show a pin yet', async () => {
    await start();
    await reconcile();
    now = minute;
    // The caches are not updated any more.
    await scene.stop();
    await scene.client.create(workloadDeployments, pinnedTo(1)[1]);
    await countAndPruneRevisions('Environment', live, {
      ...scene.shared,
      systemNamespace: 'mural-system',
      hash: sha256,
      log: scene.log,
      budgets: budgetsOf(scene.caches),
      limit: 2,
      retireForMs: minute,
      now: () => now,
    });
    assert.equal(await revisions(), '1! 3 4');
  });

  it('removes all marks when there is no limit any more', async () => {
    await start();
    await reconcile();
    assert.equal(await reconcile(0), undefined);
    assert.equal(await revisions(), '1 2 3 4');
  });

  it('ignores the revision of an earlier object of the same name', async () => {
    await start();
    await scene.client.delete(definitionRevisions, { namespace: 'team', name: 'environment.primary.v1' });
    await scene.client.create(definitionRevisions, recorded(1, 'uid-of-earlier-object')[1]);
    await scene.caughtUp();
    await reconcile();
    assert.equal(await revisions(), '1 2! 3 4');
  });

  it('adds the stamp of a pinned topology to the newest revision, if it was recorded before the topology existed', async () => {
    await start();
    const stamp = 'mural-system/mine@v1#h1:a';
    const stamped = {
      ...live,
      metadata: {
        ...live.metadata,
        annotations: { ...live.metadata.annotations, [topologyRevisionAnnotation]: stamp },
      },
    };
    const stampOf = async (name: string) =>
      (await scene.client.get(definitionRevisions, { namespace: 'team', name })).metadata.annotations?.[
        topologyRevisionAnnotation
      ];
    const [, newest] = recorded(4);
    const [, older] = recorded(3);
    await reconcile(0, stamped);
    assert.deepEqual([await stampOf(newest.metadata.name), await stampOf(older.metadata.name)], [stamp, undefined]);
    scene.writes();
    await reconcile(0, stamped);
    assert.deepEqual(scene.writes(), []);
  });

  it('does nothing for an object without a stamp', async () => {
    await start();
    const bare = environment('team') as Definition;
    const options = {
      ...scene.shared,
      systemNamespace: 'mural-system',
      hash: sha256,
      log: scene.log,
      budgets: budgetsOf(scene.caches),
      limit: 1,
      retireForMs: minute,
      now: () => now,
    };
    assert.equal(await countAndPruneRevisions('Environment', bare, options), undefined);
    assert.deepEqual(scene.writes(), []);
  });
});
