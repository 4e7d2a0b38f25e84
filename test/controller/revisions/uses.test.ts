import assert from 'node:assert/strict';
import { definitionRevisions, environments, policyDefinitions, workloadDeployments } from '../../../src/api/kinds.ts';
import type { KubeObject, Resource } from '../../../src/api/object.ts';
import { revisionOf } from '../../../src/domain/revisions/record.ts';
import { cachedUses, liveUses } from '../../../src/controller/revisions/uses.ts';
import { readStamp } from '../../../src/domain/revisions/revision.ts';
import { controllerScene, type ControllerScene } from '../../support/controller-scene.ts';
import { customTopology } from '../../support/custom-topology.ts';
import { stampedAs } from '../../support/facts.ts';
import { deployment, environment, profile } from '../../support/manifests.ts';
import type { Definition } from '../../../src/domain/revisions/definition.ts';

const withTopology = (name: string, type: string) => environment('team', { name, topology: { type } });

function recorded(object: Definition, revision: number): [Resource, KubeObject] {
  const stamped = stampedAs(object, revision);
  return [definitionRevisions, revisionOf('Environment', stamped, readStamp(stamped.metadata) ?? assert.fail())];
}

const primary = environment('team') as Definition;
const topology = customTopology('ours', '') as Definition;
const user = deployment('team', { environmentRef: 'primary@v2' });
const withStatus = (object: KubeObject): KubeObject & { status: object } => {
  return { ...object, status: { environment: { namespace: 'team', name: 'primary', revision: 1 } } };
};

describe('the uses of the revisions of a definition', () => {
  let scene: ControllerScene;
  before(async () => {
    scene = await controllerScene([
      [environments, primary],
      [environments, withTopology('custom', 'ours@v3')],
      recorded(withTopology('custom', 'ours@v1'), 1),
      [policyDefinitions, topology],
      [workloadDeployments, withStatus(user)],
      [workloadDeployments, withStatus(deployment('other'))],
    ]);
  });
  after(() => scene.stop());

  it('an Environment: refs that name it, and revisions of it that are applied', async () => {
    const { uses, applied: revisions } = await cachedUses('Environment', primary, scene.caches, 'mural-system');
    assert.deepEqual(uses, [{ selector: { kind: 'number', number: 2 } }], 'only team/web refers to primary@v2');
    assert.deepEqual(revisions, [1, 1], 'a ref may say something else than what is applied');
  });

  it('a profile: refs that name it in the namespace where it is found', async () => {
    const usesIn = async (namespace: string) =>
      (await cachedUses('WorkloadProfile', profile(namespace), scene.caches, 'mural-system')).uses;
    assert.deepEqual(await usesIn('other'), [{ selector: { kind: 'newest' } }]);
    assert.deepEqual(await usesIn('third'), []);
  });

  it('a topology: refs in Environments, and in recorded revisions that may be pinned again', async () => {
    const { uses, recorded: old } = await cachedUses('PolicyDefinition', topology, scene.caches, 'mural-system');
    assert.deepEqual(
      uses.map(({ selector }) => selector),
      [{ kind: 'number', number: 3 }],
    );
    assert.deepEqual(
      old.map(({ selector }) => selector),
      [{ kind: 'number', number: 1 }],
    );
  });

  it('are the same live and in the caches, except for recorded revisions', async () => {
    for (const [kind, definition] of [
      ['Environment', primary],
      ['PolicyDefinition', topology],
    ] as const) {
      const { uses, applied: revisions } = await liveUses(scene.client, kind, definition, {
        caches: scene.caches,
        systemNamespace: 'mural-system',
      });
      const cached = await cachedUses(kind, definition, scene.caches, 'mural-system');
      assert.deepEqual([uses, revisions], [cached.uses, cached.applied]);
    }
  });
});
