import assert from 'node:assert/strict';
import { definitionRevisions, environments, policyDefinitions, workloadDeployments } from '../../../src/api/kinds.ts';
import type { KubeObject, Resource } from '../../../src/api/object.ts';
import { revisionLabels } from '../../../src/domain/annotations.ts';
import { revisionOf } from '../../../src/domain/revisions/record.ts';
import { sha256 } from '../../../src/cli/sha256.ts';
import { cachedUses, liveUses } from '../../../src/controller/revisions/uses.ts';
import type { Use } from '../../../src/domain/refs/uses.ts';
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

const selectorsOf = (uses: readonly Use[]) => new Set(uses.map(({ selector }) => JSON.stringify(selector)));

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

  it('are the same live and in the caches', async () => {
    for (const [kind, definition] of [
      ['Environment', primary],
      ['PolicyDefinition', topology],
    ] as const) {
      const live = await liveUses(scene.client, kind, definition, {
        caches: scene.caches,
        systemNamespace: 'mural-system',
        hash: sha256,
      });
      const cached = await cachedUses(kind, definition, scene.caches, 'mural-system');
      assert.deepEqual([live.uses, live.applied], [cached.uses, cached.applied]);
      assert.deepEqual(selectorsOf(live.recorded), selectorsOf(cached.recorded));
    }
  });

  it('include a revision of an Environment that the cache does not have yet', async () => {
    const [resource, revision] = recorded(withTopology('late', 'ours@v7'), 1);
    await scene.client.create(resource, revision);
    const live = await liveUses(scene.client, 'PolicyDefinition', topology, {
      caches: scene.caches,
      systemNamespace: 'mural-system',
      hash: sha256,
    });
    assert.ok(selectorsOf(live.recorded).has(JSON.stringify({ kind: 'number', number: 7 })));
  });

  it('include revisions of Environments that an earlier release recorded without a label for the topology', async () => {
    const [, revision] = recorded(withTopology('old', 'ours@v5'), 1);
    const { [revisionLabels.topology]: _, ...labels } = revision.metadata.labels ?? {};
    await scene.client.create(definitionRevisions, { ...revision, metadata: { ...revision.metadata, labels } });
    await scene.caughtUp();
    const live = await liveUses(scene.client, 'PolicyDefinition', topology, {
      caches: scene.caches,
      systemNamespace: 'mural-system',
      hash: sha256,
    });
    assert.ok(selectorsOf(live.recorded).has(JSON.stringify({ kind: 'number', number: 5 })));
  });
});
