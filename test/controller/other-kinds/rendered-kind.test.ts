import assert from 'node:assert/strict';
import { manifestWorkReplicaSets, placements } from '../../../src/api/ocm.ts';
import { byResource, otherKindOf, renderedKindOf } from '../../../src/controller/other-kinds/rendered-kind.ts';
import { aReplicaSet } from '../../support/hub-objects.ts';
import { aPlacement } from '../../support/placements.ts';
import { workloadDeployments } from '../../../src/api/kinds.ts';
import type { JsonObject, KubeObject, Resource } from '../../../src/api/object.ts';
import { configMap, configMaps } from '../../support/config-maps.ts';
import { deploymentsScene, finalizedDeployment, type DeploymentsScene } from '../../support/deployments-scene.ts';
import { environmentSpec } from '../../support/environment-edits.ts';
import { lifecycleObjects, owned } from '../../support/lifecycle-topology.ts';

const cache = { isNotServed: () => Promise.resolve(false) };
const other = { name: 'v1/ConfigMap', resource: configMaps, ...cache };
const unknown = { name: 'a.b/v1/Widget', resource: undefined, ...cache };
const caches = { placements: { ...cache }, replicaSets: { ...cache }, otherKinds: [other, unknown] };
const widget = { ...configMap('w'), apiVersion: 'a.b/v1', kind: 'Widget' };

describe('the kind of a rendered object', () => {
  it('has a resource and a cache', () => {
    assert.deepEqual(renderedKindOf(aPlacement(), caches), {
      resource: placements,
      cache: caches.placements,
      isOfOcm: true,
    });
    const works = { resource: manifestWorkReplicaSets, cache: caches.replicaSets, isOfOcm: true };
    assert.deepEqual(renderedKindOf(aReplicaSet(), caches), works);
    assert.deepEqual(renderedKindOf(configMap('a'), caches), { resource: configMaps, cache: other, isOfOcm: false });
    assert.equal(renderedKindOf(widget, caches)?.resource, undefined);
  });

  it('is unknown in another version, or without the option', () => {
    assert.equal(renderedKindOf({ apiVersion: 'v2', kind: 'ConfigMap' }, caches), undefined);
    assert.equal(otherKindOf({ apiVersion: 'v1', kind: 'Service' }, caches), undefined);
    assert.equal(otherKindOf(configMap('a'), caches), other);
  });

  it('groups objects; those of a kind that is not served cannot be written', () => {
    const objects = [configMap('a'), aPlacement(), configMap('b'), widget];
    assert.deepEqual(
      byResource(objects, caches).map(({ resource, objects: own }) => [resource.kind, own.length]),
      [
        ['ConfigMap', 2],
        ['Placement', 1],
      ],
    );
  });
});

const key = { namespace: 'team', name: 'web' };
const specs = { primary: environmentSpec({ lifecycle: owned }) };

describe('the objects of other kinds that a topology renders', () => {
  let scene: DeploymentsScene;
  /** What the topology renders besides a Placement and a ManifestWorkReplicaSet. */
  let rendered: JsonObject[];
  afterEach(() => scene.stop());

  const settings = (value: string): JsonObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings' },
    data: { value },
  });

  async function start(present: [Resource, KubeObject][] = []): Promise<void> {
    rendered = [settings('one')];
    scene = await deploymentsScene(specs, [finalizedDeployment()], {
      otherKinds: [configMaps],
      present,
      topologies: {
        render: (template, parameter, context) =>
          Promise.resolve({ ok: true, objects: [...rendered, ...lifecycleObjects(template, parameter, context)] }),
      },
    });
  }

  async function applied(present: [Resource, KubeObject][] = []): Promise<void> {
    await start(present);
    await scene.reconcile();
    await scene.ocm();
    await scene.reconcile();
  }

  const onHub = async () => (await scene.client.list<KubeObject & { data?: JsonObject }>(configMaps)).items;
  const reconcileUntilQuiet = async () => {
    for (let round = 0; round < 6; round += 1) await scene.reconcile();
  };
  const writes = () => scene.writes().filter((write) => write.includes('configmaps'));

  it('are applied with the identity and the proof of their owner, and listed in the status', async () => {
    await applied();
    const [object, ...more] = await onHub();
    assert.equal(more.length, 0);
    assert.deepEqual(object?.data, { value: 'one' });
    const { annotations = {}, labels = {}, namespace = '', name } = object.metadata;
    assert.equal(annotations['spectrocloud.com/deployment'], 'team/web');
    assert.equal(annotations['spectrocloud.com/installation'], 'installation');
    assert.ok(labels['spectrocloud.com/deployment-hash'] !== undefined);
    const { status } = await scene.stored();
    assert.deepEqual(status?.otherObjects, [{ apiVersion: 'v1', kind: 'ConfigMap', namespace, name }]);
    writes();
    await scene.reconcile();
    assert.deepEqual(writes(), [], 'what is up to date is not written');
  });

  it('are applied again when the render or the object changes', async () => {
    await applied();
    rendered = [settings('two')];
    await scene.reconcile();
    assert.deepEqual(
      (await onHub()).map(({ data }) => data),
      [{ value: 'two' }],
    );
    const [{ metadata: { namespace = '', name } } = { metadata: { name: '' } }] = await onHub();
    await scene.client.patch(configMaps, { namespace, name }, { data: { value: 'edited' } });
    await scene.reconcile();
    assert.deepEqual(
      (await onHub()).map(({ data }) => data),
      [{ value: 'two' }],
    );
  });

  it('are pruned when the topology does not render them any more', async () => {
    await applied();
    rendered = [];
    await reconcileUntilQuiet();
    assert.deepEqual(await onHub(), []);
    assert.equal((await scene.stored()).status?.otherObjects, undefined);
    assert.equal(await scene.reason(), 'Applied');
  });

  it('are deleted with their deployment, after its ManifestWorkReplicaSets', async () => {
    await applied();
    scene.writes();
    await scene.client.delete(workloadDeployments, key);
    await reconcileUntilQuiet();
    const deletions = scene
      .writes()
      .filter((write) => write.startsWith('delete ') && !write.includes('workloaddeployments'));
    assert.deepEqual(
      deletions.map((write) => write.split(/[ .]/)[1]),
      ['manifestworkreplicasets', 'placements', 'configmaps'],
    );
    assert.deepEqual(
      [await onHub(), await scene.client.list(workloadDeployments).then(({ items }) => items)],
      [[], []],
    );
  });

  it('are swept if their deployment is gone, and only if this installation has applied them', async () => {
    await applied();
    const [object] = await onHub();
    assert.ok(object !== undefined);
    const { namespace, name, uid: _uid, resourceVersion: _version, ...metadata } = object.metadata;
    const foreign = { ...metadata.annotations, 'spectrocloud.com/installation': 'another' };
    const left = {
      ...object,
      metadata: { ...metadata, namespace: namespace ?? '', name: 'other', annotations: foreign },
    };
    await scene.client.create(configMaps, left);
    await scene.client.patch(workloadDeployments, key, { metadata: { finalizers: null } });
    await scene.client.delete(workloadDeployments, key);
    await reconcileUntilQuiet();
    assert.deepEqual(
      (await onHub()).map(({ metadata: { name: kept } }) => kept),
      ['other'],
    );
    assert.equal(scene.orphansDeleted['ConfigMap'], 1, name);
  });

  it('never take over an object that exists under the same name', async () => {
    await applied();
    const [object] = await onHub();
    assert.ok(object !== undefined);
    await scene.stop();
    const { namespace = '', name } = object.metadata;
    const mine = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name }, data: { mine: 'yes' } };
    await start([[configMaps, mine]]);
    await scene.reconcile();
    assert.equal(await scene.reason(), 'NameTaken');
    assert.deepEqual(writes(), []);
    await scene.client.delete(workloadDeployments, key);
    await reconcileUntilQuiet();
    assert.deepEqual(
      (await onHub()).map(({ data }) => data),
      [{ mine: 'yes' }],
    );
  });

  it('are found live when a deployment is deleted and the cache lacks them', async () => {
    await applied();
    for (const kind of scene.caches.otherKinds) kind.ofDeployment = () => [];
    scene.restart();
    await scene.client.delete(workloadDeployments, key);
    await reconcileUntilQuiet();
    assert.deepEqual(await onHub(), []);
  });

  it('stay, with a reason, if their kind is removed from the list', async () => {
    await applied();
    Object.assign(scene.caches, { otherKinds: [] });
    scene.restart();
    rendered = [];
    await reconcileUntilQuiet();
    assert.equal(await scene.reason(), 'KindNotAllowed');
    assert.equal((await scene.stored()).status?.otherObjects?.length, 1);
    await scene.client.delete(workloadDeployments, key);
    await reconcileUntilQuiet();
    assert.equal((await onHub()).length, 1);
    const deleting = (await scene.stored()).status?.conditions?.find(({ type }) => type === 'Deleting');
    assert.equal(deleting?.reason, 'KindNotAllowed');
    for (const { metadata } of await onHub()) await scene.client.delete(configMaps, { ...metadata });
    await reconcileUntilQuiet();
    assert.deepEqual((await scene.client.list(workloadDeployments)).items, []);
  });
});
