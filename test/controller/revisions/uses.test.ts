import assert from 'node:assert/strict';
import { definitionRevisions, environments, policyDefinitions, workloadDeployments } from '../../../src/api/kinds.ts';
import type { KubeObject, Resource } from '../../../src/api/object.ts';
import { revisionOf } from '../../../src/controller/revisions/record.ts';
import { cachedUsers, liveUsers } from '../../../src/controller/revisions/uses.ts';
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

describe('the users of a definition', () => {
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

  it('of an Environment are deployments that refer to it, and those that have it applied', () => {
    const { uses, applied: revisions } = cachedUsers('Environment', primary, scene.caches, 'mural-system');
    assert.deepEqual(uses, [{ selector: { kind: 'number', number: 2 } }], 'only team/web refers to primary@v2');
    assert.deepEqual(revisions, [1, 1], 'a ref may say something else than what is applied');
  });

  it('of a profile are deployments that refer to it, in the namespace where it is found', () => {
    const usesIn = (namespace: string) =>
      cachedUsers('WorkloadProfile', profile(namespace), scene.caches, 'mural-system').uses;
    assert.deepEqual(usesIn('other'), [{ selector: { kind: 'newest' } }]);
    assert.deepEqual(usesIn('third'), []);
  });

  it('of a topology are Environments, and their recorded revisions', () => {
    const { uses, recorded: old } = cachedUsers('PolicyDefinition', topology, scene.caches, 'mural-system');
    assert.deepEqual(
      uses.map(({ selector }) => selector),
      [{ kind: 'number', number: 3 }],
    );
    assert.deepEqual(
      old.map(({ selector }) => selector),
      [{ kind: 'number', number: 1 }],
    );
  });

  it('are the same when read live, without recorded revisions', async () => {
    for (const [kind, definition] of [
      ['Environment', primary],
      ['PolicyDefinition', topology],
    ] as const) {
      const { uses, applied: revisions } = await liveUsers(scene.client, kind, definition, 'mural-system');
      const cached = cachedUsers(kind, definition, scene.caches, 'mural-system');
      assert.deepEqual([uses, revisions], [cached.uses, cached.applied]);
    }
  });
});
