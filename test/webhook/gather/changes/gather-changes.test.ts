import assert from 'node:assert/strict';
import type { KubeObject } from '../../../../src/api/object.ts';
import type { EffectiveLifecycle } from '../../../../src/api/workload-deployment.ts';
import { createLog } from '../../../../src/log.ts';
import { builtinTopologies } from '../../../../src/topology/builtin.ts';
import { createTopologyEngine } from '../../../../src/topology/engine.ts';
import type { TopologyEngine } from '../../../../src/topology/topology-result.ts';
import { gatherChanges } from '../../../../src/webhook/gather/changes/gather-changes.ts';
import { filesOf } from '../../../support/catalog.ts';
import { affectedChangesOf, changeSourcesOf, stateWith } from '../../../support/change-gathering.ts';
import { lifecycles } from '../../../support/deployment-changes.ts';
import { editedEnvironment, environmentSpec, nextEdit } from '../../../support/environment-edits.ts';
import { factsOf } from '../../../support/facts.ts';
import { lifecycleTopologies } from '../../../support/lifecycle-topology.ts';
import { byop, profile } from '../../../support/manifests.ts';
import { placedDeployment } from '../../../support/placed-deployment.ts';
import { buildTimeoutMs, cueModule } from '../../../topology/cue-module.ts';

const { owner, keeper, guest }: Record<string, EffectiveLifecycle> = lifecycles;

describe('gathering the changes of deployments', () => {
  const { live, objects } = editedEnvironment([environmentSpec({ lifecycle: owner })], { selected: ['a'] });
  const web = placedDeployment({ lifecycle: owner, clusters: ['a'], revision: 1 });
  const edited = nextEdit(live, environmentSpec({ lifecycle: guest }), 2);
  const gatheredFor = (request: { object?: KubeObject; oldObject?: KubeObject }, topologies = lifecycleTopologies()) =>
    gatherChanges(factsOf(request).request, changeSourcesOf([...objects, web], { topologies: topologies.topologies }));

  it('finds the deployments that an edit of an Environment affects, and the render of its new topology', async () => {
    const topologies = lifecycleTopologies();
    const { changes = [], shape } = await gatheredFor({ object: edited, oldObject: live }, topologies);
    assert.deepEqual(
      changes.map(({ deployment: { name } }) => name),
      ['web'],
    );
    assert.equal(shape?.replicaSets.length, 1);
    assert.equal(topologies.renders(), 2, 'before and after the edit');
  });

  it('does not render a topology that does not change', async () => {
    const policies = [{ name: 'small', type: 'override', properties: { selector: ['ui'] } }];
    const object = nextEdit(live, environmentSpec({ lifecycle: owner, policies }), 2);
    const topologies = lifecycleTopologies();
    assert.deepEqual(await gatheredFor({ object, oldObject: live }, topologies), { changes: [], unrendered: [] });
    assert.equal(topologies.renders(), 0);
  });

  it('finds the renders that failed for deployments, and not the one that only the Environment needs', async () => {
    const { topologies } = lifecycleTopologies();
    const violations = [{ path: [], message: 'slow' }];
    const render = async () => ({ ok: false as const, reason: 'DeadlineExceeded' as const, violations });
    const slow = { topologies: { ...topologies, render }, renders: () => 0 };
    const unrendered = [{ environment: { namespace: 'team', name: 'primary' }, isStopped: true, message: 'slow' }];
    assert.deepEqual((await gatheredFor({ object: edited, oldObject: live }, slow)).unrendered, unrendered);
    assert.deepEqual((await gatheredFor({ object: placedDeployment({ name: 'new' }) }, slow)).unrendered, unrendered);
    const unused = { ...edited, metadata: { ...edited.metadata, name: 'unused' } };
    assert.deepEqual((await gatheredFor({ object: unused }, slow)).unrendered, []);
  });

  it('finds the change of a deployment', async () => {
    const { changes = [] } = await gatheredFor({ object: placedDeployment({ name: 'new' }) });
    assert.deepEqual(
      changes.map(({ desired }) => desired?.lifecycle),
      [owner],
    );
    assert.equal((await gatheredFor({ oldObject: web })).changes?.length, 1);
  });

  it('finds nothing for other requests', async () => {
    assert.deepEqual(await gatheredFor({ object: profile('team') }), {});
    assert.deepEqual(await gatheredFor({ oldObject: live }), {}, 'InUse covers the deletion of an Environment');
  });
});

describe('the changes of deployments of built-in topologies, rendered by CUE', () => {
  let engine: TopologyEngine;
  before(async function () {
    this.timeout(buildTimeoutMs);
    const log = createLog('silent', 'test');
    engine = await createTopologyEngine({
      module: await cueModule(),
      workers: 1,
      deadlineMs: 8000,
      memoryMiB: 256,
      log,
    });
  });
  after(() => engine.close());

  const real = (objects: readonly KubeObject[]) => ({ topologies: engine, ...filesOf(objects, builtinTopologies) });

  it('topology-ocm: an owner becomes a guest with create: false (H1)', async () => {
    const { live, objects } = editedEnvironment([environmentSpec({ lifecycle: owner })], { selected: ['a'] });
    const object = nextEdit(live, environmentSpec({ lifecycle: guest }), 2);
    const [change] = await affectedChangesOf(
      [...objects, placedDeployment()],
      { object, oldObject: live },
      real([...objects, placedDeployment()]),
    );
    assert.deepEqual([change?.observed, change?.desired], [stateWith(owner, ['a']), stateWith(guest, ['a'])]);
    assert.deepEqual([change?.placement, change?.replacesReplicaSets], [{ kind: 'same' }, false]);
  });

  it('topology-ocm: fewer clusters shrink the Placement, another hub namespace replaces the ManifestWorkReplicaSets (H8)', async () => {
    const { live, objects } = editedEnvironment([environmentSpec({ placement: { numberOfClusters: 3 } })]);
    const fewer = nextEdit(live, environmentSpec({ placement: { numberOfClusters: 2 } }), 2);
    const [shrunk] = await affectedChangesOf(
      [...objects, placedDeployment()],
      { object: fewer, oldObject: live },
      real([...objects, placedDeployment()]),
    );
    assert.deepEqual([shrunk?.placement, shrunk?.replacesReplicaSets], [{ kind: 'shrinks', to: 2 }, false]);
    const properties = { hubNamespace: 'elsewhere', placement: { numberOfClusters: 3 } };
    const moved = nextEdit(live, environmentSpec({ topology: { type: 'topology-ocm', properties } }), 2);
    const [replaced] = await affectedChangesOf(
      [...objects, placedDeployment()],
      { object: moved, oldObject: live },
      real([...objects, placedDeployment()]),
    );
    assert.deepEqual([replaced?.placement, replaced?.replacesReplicaSets], [{ kind: 'changes' }, true]);
  });

  it('topology-ocm-byop: deleteOption keeps a namespace, and another Placement replaces the ManifestWorkReplicaSets (H8)', async () => {
    const { live, objects } = editedEnvironment([environmentSpec({ topology: byop('hub', 'gpu') })], {
      selected: ['a'],
    });
    const orphaningRules = [{ resource: 'namespaces', name: 'shop' }];
    const deleteOption = { propagationPolicy: 'SelectivelyOrphan', selectivelyOrphans: { orphaningRules } };
    const { properties = {} } = byop('hub', 'cpu');
    const keeping = { ...properties, manifestWorkReplicaSet: { manifestWorkTemplate: { deleteOption } } };
    const object = nextEdit(live, environmentSpec({ topology: { type: 'topology-ocm-byop', properties: keeping } }), 2);
    const deployments = [placedDeployment(), placedDeployment({ name: 'api', spokeNamespace: 'back' })];
    const changes = await affectedChangesOf(
      [...objects, ...deployments],
      { object, oldObject: live },
      real([...objects, ...deployments]),
    );
    const found = changes.map(({ deployment, observed, desired, replacesReplicaSets }) => [
      deployment.name,
      [observed?.lifecycle, desired?.lifecycle, replacesReplicaSets],
    ]);
    assert.deepEqual(Object.fromEntries(found), { web: [owner, keeper, true], api: [owner, owner, true] });
  });
});
