import assert from 'node:assert/strict';
import { workloadDeployments } from '../../../src/api/kinds.ts';
import { manifestWorkReplicaSets } from '../../../src/api/ocm.ts';
import { renderDeployment } from '../../../src/catalog/render-deployment.ts';
import { sha256 } from '../../../src/cli/sha256.ts';
import { createAppliedSnapshots } from '../../../src/controller/applied-snapshots.ts';
import { createAppliedReplicaSets } from '../../../src/controller/deployments/applied-replica-sets.ts';
import { guardAndApply, type ApplyContext } from '../../../src/controller/deployments/apply.ts';
import type { Violation } from '../../../src/domain/violation.ts';
import { PersistentErrors } from '../../../src/controller/persistent-errors.ts';
import { ApiError } from '../../../src/kube/client/errors.ts';
import { deploymentsScene, finalizedDeployment, type DeploymentsScene } from '../../support/deployments-scene.ts';
import { environmentSpec } from '../../support/environment-edits.ts';
import { forbidden, namespaceNamed, withHubRights } from '../../support/hub-rights.ts';
import { owned } from '../../support/lifecycle-topology.ts';
import { byop } from '../../support/manifests.ts';

const denial = (code: string): Violation => ({ code, severity: 'deny', path: '', message: `${code} denies it` });
const on = (placement: string) => environmentSpec({ topology: byop('hub', placement) });

describe('applying a render', () => {
  let scene: DeploymentsScene;
  let guard: { apply: Violation[]; meeting: Violation[]; onHub: Violation[]; prune: Violation[]; asked: string[] };
  let context: ApplyContext;

  beforeEach(async () => {
    scene = await deploymentsScene({ primary: on('gpu') }, [finalizedDeployment()]);
    guard = { apply: [], meeting: [], onHub: [], prune: [], asked: [] };
    context = {
      client: scene.client,
      caches: scene.caches,
      tools: scene.tools,
      installation: 'installation',
      snapshots: createAppliedSnapshots(sha256),
      persistentErrors: new PersistentErrors(() => 0),
      appliedReplicaSets: createAppliedReplicaSets(scene.caches),
      writtenNamespaces: scene.shared.writtenNamespaces,
      guard: {
        violationsOfMeeting: () => guard.meeting,
        violationsOnHub: () => Promise.resolve(guard.onHub),
        violationsOfApply: ({ replacesReplicaSets }) => {
          guard.asked.push(`apply${replacesReplicaSets ? ' and replace' : ''}`);
          return Promise.resolve(guard.apply);
        },
        violationsOfPrune: ({ replaced, selected }) => {
          guard.asked.push(`prune ${replaced.length} for ${selected.join()}`);
          return Promise.resolve(guard.prune);
        },
      },
    };
  });
  afterEach(() => scene.stop());

  async function step(made = finalizedDeployment()) {
    const { namespace, name } = made.metadata;
    const { uid } = (await scene.client.get(workloadDeployments, { namespace, name })).metadata;
    const deployment = { ...made, metadata: { ...made.metadata, ...(uid === undefined ? {} : { uid }) } };
    await scene.caughtUp();
    const rendered = await renderDeployment(deployment, { catalog: scene.catalog, tools: scene.tools });
    assert.ok(rendered.state === 'resolved' && rendered.render.ok);
    const result = await guardAndApply(deployment, { ...rendered, render: rendered.render }, context);
    await scene.caughtUp();
    return result;
  }

  /** Applies the render everywhere, then one with another Placement on `clusters`. */
  async function applyReplacement(clusters: string[]) {
    await step();
    await scene.ocm();
    await scene.edit(on('cpu'));
    await step();
    await scene.ocm(clusters, { at: 'cpu' });
    guard.asked.splice(0);
    scene.hubWrites();
  }

  it('is `applied` after a write, `converging` until every cluster has applied it, and then `done`', async () => {
    const first = await step();
    assert.deepEqual([first.kind, first.replicaSets.length], ['applied', 1]);
    await scene.ocm(['a', 'b'], { pending: ['b'] });
    const second = await step();
    assert.deepEqual([second.kind, second.progress.unappliedClusters], ['converging', ['b']]);
    await scene.ocm();
    assert.equal((await step()).kind, 'done');
    assert.deepEqual(guard.asked, ['apply'], 'rules are evaluated before a write only');
  });

  it('is `blocked` with all messages and the first code if rules deny it, and writes nothing', async () => {
    guard.apply = [denial('WorkloadConflict'), denial('NamespaceWouldBeDeleted')];
    const blocked = await step();
    assert.ok(blocked.kind === 'blocked');
    assert.deepEqual([blocked.write, blocked.replicaSets], ['apply', []]);
    assert.deepEqual(blocked.block, {
      reason: 'WorkloadConflict',
      message: 'WorkloadConflict denies it\nNamespaceWouldBeDeleted denies it; the applied objects stay unchanged',
    });
    assert.deepEqual(scene.hubWrites(), []);
  });

  it('throws if the cache shows nothing of a deployment whose ManifestWorkReplicaSets exist', async () => {
    await step();
    const status = { replicaSets: [{ namespace: 'hub', name: 'any' }] };
    const applied = { ...finalizedDeployment(), status };
    const writes = scene.client.writes.length;
    const empty = { ...context.appliedReplicaSets, of: () => [] };
    context = { ...context, appliedReplicaSets: empty };
    await assert.rejects(step(applied), /the cache lacks ManifestWorkReplicaSets of team\/web/);
    assert.equal(scene.client.writes.length, writes);
    for (const { metadata } of await scene.replicaSets()) {
      await scene.client.delete(manifestWorkReplicaSets, { namespace: metadata.namespace, name: metadata.name });
    }
    assert.equal((await step(applied)).kind, 'applied', 'they were really deleted');
  });

  it('creates nothing for a deployment that only the cache shows', async () => {
    scene.client.get = () => Promise.reject(new ApiError('gone', { code: 404, reason: 'NotFound' }));
    await scene.caughtUp();
    const deployment = finalizedDeployment();
    const stale = { ...deployment, metadata: { ...deployment.metadata, uid: 'lost' } };
    const rendered = await renderDeployment(stale, { catalog: scene.catalog, tools: scene.tools });
    assert.ok(rendered.state === 'resolved' && rendered.render.ok);
    const writes = scene.client.writes.length;
    await assert.rejects(guardAndApply(stale, { ...rendered, render: rendered.render }, context), /does not exist/);
    assert.equal(scene.client.writes.length, writes);
  });

  it('is `blocked` if the hub rejects an object', async () => {
    scene.client.failNext('apply', new ApiError('no', { code: 422, reason: 'Invalid' }));
    const blocked = await step();
    assert.ok(blocked.kind === 'blocked');
    assert.deepEqual([blocked.write, blocked.block.reason], ['apply', 'RefusedByHub']);
  });

  it('is `blocked` in a hub namespace that the Environment may not use, and writes nothing', async () => {
    await scene.edit(environmentSpec({ topology: byop('prod', 'gpu') }));
    const blocked = await step();
    assert.ok(blocked.kind === 'blocked');
    assert.deepEqual([blocked.write, blocked.block.reason], ['apply', 'HubNamespaceNotAllowed']);
    assert.deepEqual([scene.hubWrites(), guard.asked], [[], []]);
  });

  it('is `applied` in a hub namespace that is stamped, also for a recorded revision that names it', async () => {
    const annotations = { 'spectrocloud.com/allowed-hub-namespaces': 'prod' };
    await scene.edit(environmentSpec({ topology: byop('prod', 'gpu') }), { annotations });
    assert.equal((await step()).kind, 'applied');
  });

  it('is `blocked` if a replaced object is in a hub namespace that is not open any more', async () => {
    await applyReplacement(['a', 'b']);
    await scene.client.create(...namespaceNamed('hub'));
    withHubRights(scene.client, ['delete hub']);
    scene.client.failNext('delete', forbidden());
    const blocked = await step();
    assert.ok(blocked.kind === 'blocked');
    assert.deepEqual([blocked.write, blocked.block.reason], ['prune', 'HubNamespaceNotOpen']);
    assert.equal((await step()).kind, 'pruning');
  });

  it('is `blocked` by a name conflict without an evaluation of rules', async () => {
    await step();
    const [set] = await scene.replicaSets();
    const key = { namespace: 'hub', name: set?.metadata.name ?? '' };
    const annotations = { 'spectrocloud.com/deployment': 'other/thief' };
    await scene.client.patch(manifestWorkReplicaSets, key, { metadata: { annotations } });
    guard.asked.splice(0);
    const blocked = await step();
    assert.ok(blocked.kind === 'blocked');
    assert.deepEqual([blocked.block.reason, guard.asked], ['NameTaken', []]);
  });

  it('is `converging` while a ManifestWorkReplicaSet of the render is terminating, and writes nothing', async () => {
    await step();
    const [set] = await scene.replicaSets();
    const key = { namespace: 'hub', name: set?.metadata.name ?? '' };
    await scene.client.patch(manifestWorkReplicaSets, key, { metadata: { finalizers: ['ocm/cleanup'] } });
    await scene.client.delete(manifestWorkReplicaSets, key);
    scene.hubWrites();
    const waiting = await step();
    assert.ok(waiting.kind === 'converging');
    assert.deepEqual(waiting.terminating, [`ManifestWorkReplicaSet ${key.name}`]);
    assert.deepEqual([waiting.isHubUpToDate, waiting.replicaSets, scene.hubWrites()], [false, [], []]);
  });

  it('is not up to date while replaced objects are not pruned', async () => {
    await step();
    await scene.ocm();
    await scene.edit(on('cpu'));
    const replacing = await step();
    assert.ok(replacing.kind === 'applied');
    assert.equal(replacing.isHubUpToDate, false);
    assert.deepEqual(guard.asked, ['apply', 'apply and replace']);
  });

  it('is `pruning` once the replacements are applied everywhere, and deletes the replaced objects', async () => {
    await applyReplacement(['a', 'b']);
    const pruning = await step();
    assert.ok(pruning.kind === 'pruning');
    assert.match(pruning.pruning.join(), /^ManifestWorkReplicaSet /);
    assert.deepEqual([guard.asked, scene.hubWrites()], [['prune 1 for a,b'], ['delete manifestworkreplicasets']]);
    assert.equal((await step()).kind, 'done');
  });

  it('is `blocked` if rules deny the pruning, and deletes nothing', async () => {
    await applyReplacement(['b']);
    guard.prune = [denial('WorkloadsWouldMove')];
    const blocked = await step();
    assert.ok(blocked.kind === 'blocked');
    assert.deepEqual(
      [blocked.write, blocked.block.reason, blocked.replicaSets.length],
      ['prune', 'WorkloadsWouldMove', 1],
    );
    assert.deepEqual(scene.hubWrites(), []);
  });

  it('prunes Placements only after the ManifestWorkReplicaSets that refer to them are gone', async () => {
    await scene.edit(environmentSpec({ lifecycle: owned }));
    await applyReplacement(['a', 'b']);
    const writes: string[][] = [];
    for (let count = 0; count < 2; count += 1) {
      assert.equal((await step()).kind, 'pruning');
      writes.push(scene.hubWrites());
    }
    assert.deepEqual(writes, [['delete manifestworkreplicasets'], ['delete placements']]);
  });
});
