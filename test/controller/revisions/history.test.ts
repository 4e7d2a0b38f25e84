import assert from 'node:assert/strict';
import type { DefinitionRevision } from '../../../src/api/definition-revision.ts';
import { definitionRevisions, environments, workloadDeployments } from '../../../src/api/kinds.ts';
import type { KubeObject, Resource } from '../../../src/api/object.ts';
import { keepHistory } from '../../../src/controller/revisions/history.ts';
import { revisionOf } from '../../../src/domain/revisions/record.ts';
import { retiringAnnotation } from '../../../src/domain/annotations.ts';
import { readStamp } from '../../../src/domain/revisions/revision.ts';
import { isConflict } from '../../../src/kube/client/errors.ts';
import { controllerScene, type ControllerScene } from '../../support/controller-scene.ts';
import { stampedAs } from '../../support/facts.ts';
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

describe('keeping the history of an object within its limit', () => {
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
  async function turn(limit = 2): Promise<number | undefined> {
    try {
      return await keepHistory('Environment', live, {
        ...scene.shared,
        systemNamespace: 'mural-system',
        log: scene.log,
        limit,
        retireForMs: minute,
        now: () => now,
      });
    } catch (error) {
      // A status that was just written makes a newer object: the loop tries again.
      if (!isConflict(error)) throw error;
      await scene.caughtUp();
      return turn(limit);
    } finally {
      await scene.caughtUp();
    }
  }
  const left = async () => {
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

  it('marks first what goes, and says when it will', async () => {
    await start();
    assert.equal(await turn(), minute);
    assert.equal(await left(), '1! 2! 3 4');
  });

  it('deletes what was marked long enough, and then is at rest', async () => {
    await start();
    await turn();
    now = minute - 1;
    assert.equal(await turn(), 1000, 'not before a second, however near it is');
    assert.equal(await left(), '1! 2! 3 4');
    now = minute;
    await turn();
    assert.equal(await left(), '3 4');
    scene.writes();
    assert.equal(await turn(), undefined);
    assert.deepEqual(scene.writes(), []);
  });

  it('keeps what is used, and counts it', async () => {
    await start(pinnedTo(1), pinnedTo(1, 'other'));
    await turn();
    assert.equal(await left(), '1 2! 3 4');
    const { status } = await scene.client.get<DefinitionRevision>(definitionRevisions, {
      namespace: 'team',
      name: 'environment.primary.v1',
    });
    assert.equal(status?.users, 2);
  });

  it('keeps what is applied, though the ref says something else by now', async () => {
    const user = deployment('team', { environmentRef: 'primary@v4' });
    const used = { namespace: 'team', name: 'primary', revision: 2 };
    const applied: KubeObject & { status: object } = { ...user, status: { environment: used } };
    await start([workloadDeployments, applied]);
    await turn();
    assert.equal(await left(), '1! 2 3 4');
  });

  it('takes the mark off again when somebody has pinned it', async () => {
    await start();
    await turn();
    await scene.client.create(workloadDeployments, pinnedTo(2)[1]);
    await scene.caughtUp();
    await turn();
    assert.equal(await left(), '1! 2 3 4');
  });

  it('asks the API server before it deletes: a cache may not have seen the pin yet', async () => {
    await start();
    await turn();
    now = minute;
    // The caches stand still from here on.
    await scene.stop();
    await scene.client.create(workloadDeployments, pinnedTo(1)[1]);
    await keepHistory('Environment', live, {
      ...scene.shared,
      systemNamespace: 'mural-system',
      log: scene.log,
      limit: 2,
      retireForMs: minute,
      now: () => now,
    });
    assert.equal(await left(), '1! 3 4');
  });

  it('takes all marks off when the limit is lifted', async () => {
    await start();
    await turn();
    assert.equal(await turn(0), undefined);
    assert.equal(await left(), '1 2 3 4');
  });

  it('leaves alone what belongs to another object of the name', async () => {
    await start();
    await scene.client.delete(definitionRevisions, { namespace: 'team', name: 'environment.primary.v1' });
    await scene.client.create(definitionRevisions, recorded(1, 'uid-of-namesake')[1]);
    await scene.caughtUp();
    await turn();
    assert.equal(await left(), '1 2! 3 4');
  });

  it('does nothing for an object without a stamp', async () => {
    await start();
    const bare = environment('team') as Definition;
    const options = {
      ...scene.shared,
      systemNamespace: 'mural-system',
      log: scene.log,
      limit: 1,
      retireForMs: minute,
      now: () => now,
    };
    assert.equal(await keepHistory('Environment', bare, options), undefined);
    assert.deepEqual(scene.writes(), []);
  });
});
