import assert from 'node:assert/strict';
import type { DefinitionRevision } from '../../../src/api/definition-revision.ts';
import { revisionAnnotation, revisionHashAnnotation, revisionLabels } from '../../../src/domain/annotations.ts';
import type { EnvironmentStatus } from '../../../src/api/environment.ts';
import { definitionRevisions, environments } from '../../../src/api/kinds.ts';
import type { JsonObject, KubeObject, Resource } from '../../../src/api/object.ts';
import { createEnvironmentReconciler } from '../../../src/controller/revisions/environment.ts';
import { definitionKey } from '../../../src/controller/revisions/own-revisions.ts';
import { StampWaiters } from '../../../src/controller/revisions/stamp-waiters.ts';
import { createDefinitionReconcile } from '../../../src/controller/revisions/reconcile.ts';
import { ApiError, TerminalError } from '../../../src/kube/client/errors.ts';
import { revisionOf } from '../../../src/domain/revisions/record.ts';
import { specHash } from '../../../src/domain/revisions/spec-since.ts';
import { sha256 } from '../../../src/cli/sha256.ts';
import { controllerScene } from '../../support/controller-scene.ts';
import { stampedAs } from '../../support/facts.ts';
import { budgetsOf } from '../../support/history-budgets.ts';
import { environment } from '../../support/manifests.ts';

const key = { namespace: 'team', name: 'primary' };

async function scene(object: KubeObject, { limit = 20, revisions: old = [] as KubeObject[] } = {}) {
  const recorded = old.map((revision): [Resource, KubeObject] => [definitionRevisions, revision]);
  const parts = await controllerScene([[environments, object], ...recorded]);
  const requeued: string[] = [];
  const stampWaiters = new StampWaiters((woken) => void requeued.push(woken));
  const reconcile = createDefinitionReconcile({
    ...parts.shared,
    systemNamespace: 'mural-system',
    environments: createEnvironmentReconciler({ ...parts.shared, now: () => 0 }),
    stampWaiters,
    hash: parts.tools.hash,
    log: parts.log,
    budgets: budgetsOf(parts.caches),
    limit,
    retireForMs: 60_000,
    now: () => 0,
  });
  const reconcileOnce = async () => {
    const result = await reconcile('Environment/team/primary', new AbortController().signal);
    await parts.caughtUp();
    return result;
  };
  const stored = () => parts.client.get<KubeObject & { status?: EnvironmentStatus }>(environments, key);
  const revisions = async () =>
    (await parts.client.list(definitionRevisions)).items.map(({ metadata }) => metadata.name);
  return { ...parts, requeued, stampWaiters, reconcile, reconcileOnce, stored, revisions };
}

function finalized(object: KubeObject): KubeObject {
  return { ...object, metadata: { ...object.metadata, finalizers: ['spectrocloud.com/mooring'] } };
}

const base = environment('team');
const unrecorded = { ...stampedAs(base, 1), status: {} };

describe('reconciling a definition', () => {
  let running: Awaited<ReturnType<typeof scene>>;
  const start = async (object: KubeObject) => void (running = await scene(object));
  afterEach(() => running.stop());

  it('adds the finalizer before it records anything', async () => {
    await start(unrecorded);
    await running.reconcileOnce();
    assert.deepEqual(running.writes(), ['patch environments.spectrocloud.com/team/primary']);
    assert.deepEqual(await running.revisions(), []);
  });

  it('leaves an object alone that was never stamped and has too many values, because each write of it takes seconds', async () => {
    const properties = { list: Array.from({ length: 20_001 }, () => ({})) };
    await start({ ...base, spec: { topology: { type: 'topology-ocm', properties } } } as KubeObject);
    assert.equal(await running.reconcileOnce(), undefined);
    assert.deepEqual(running.writes(), []);
    assert.deepEqual(await running.revisions(), []);
  });

  it('records the revision, then writes the status', async () => {
    await start(finalized(unrecorded));
    await running.reconcileOnce();
    assert.deepEqual(await running.revisions(), ['environment.primary.v1']);
    assert.equal((await running.stored()).status?.revision, 1);
    const [first, second] = running.writes();
    assert.match(first ?? '', /^create definitionrevisions/);
    assert.match(second ?? '', /^apply environments/);
  });

  const sinceOf = async (revision: number) => {
    const found = await running.client.get(definitionRevisions, {
      namespace: 'team',
      name: `environment.primary.v${revision}`,
    });
    return found.metadata.annotations?.['spectrocloud.com/spec-since']?.split('#')[0];
  };
  for (const [why, revisions] of [
    ['', [1]],
    [', also if it is not in the cache yet', []],
  ] as const) {
    it(`records that an edit of labels does not change the spec${why}`, async () => {
      const uid = 'uid-1';
      const first = { ...base, metadata: { ...base.metadata, uid } };
      const specSince = { revision: 1, hash: specHash(base, sha256) };
      const recorded = revisionOf('Environment', first, { revision: 1, hash: 'h1:a', specSince });
      const edited = { ...base, metadata: { ...base.metadata, uid, labels: { edition: '2' } } };
      running = await scene(finalized(stampedAs(edited, 2, 1)), {
        revisions: revisions.map(() => ({ ...recorded, status: { users: 0 } })),
      });
      const get = running.client.get.bind(running.client);
      if (revisions.length === 0) {
        running.client.get = (async (resource, of, options) =>
          of.name === recorded.metadata.name ? recorded : get(resource, of, options)) as typeof get;
      }
      await running.reconcileOnce();
      assert.equal(await sinceOf(2), 'v1');
    });
  }

  it('says in a condition that an object without a stamp has too many annotations to be recorded', async () => {
    const annotations = Object.fromEntries(Array.from({ length: 1100 }, (_, index) => [`a${index}`, '']));
    await start({ ...base, metadata: { ...base.metadata, annotations } });
    assert.equal(await running.reconcileOnce(), undefined);
    const recorded = (await running.stored()).status?.conditions?.find(({ type }) => type === 'Recorded');
    assert.deepEqual([recorded?.status, recorded?.reason], ['False', 'NotRecordable']);
    assert.match(recorded?.message ?? '', /^metadata\.annotations: has 1100 entries/);
    running.writes();
    await running.reconcileOnce();
    assert.deepEqual(running.writes(), [], 'nothing else is written');
  });

  it('leaves an object alone that a newer version of mooring stamped', async () => {
    const object = finalized(unrecorded);
    const annotations = { ...object.metadata.annotations, [revisionHashAnnotation]: 'h2:abc' };
    await start({ ...object, metadata: { ...object.metadata, annotations } });
    assert.equal(await running.reconcileOnce(), undefined);
    assert.deepEqual(running.writes(), []);
  });

  it('writes nothing once the status is written', async () => {
    await start(finalized(unrecorded));
    for (let count = 0; count < 5; count += 1) await running.reconcileOnce();
    running.writes();
    await running.reconcileOnce();
    assert.deepEqual(running.writes(), []);
  });

  it('writes the status if an earlier process was killed before that', async () => {
    await start(finalized(unrecorded));
    running.client.failNext('apply', new Error('killed'));
    await assert.rejects(running.reconcileOnce(), /killed/);
    assert.deepEqual(await running.revisions(), ['environment.primary.v1']);
    await running.reconcileOnce();
    assert.equal((await running.stored()).status?.revision, 1);
    assert.deepEqual(await running.revisions(), ['environment.primary.v1']);
  });

  it('publishes the version of the recorded revision', async () => {
    await start(
      finalized({ ...stampedAs({ ...base, spec: { ...base.spec, version: '1.3.6' } }, 1), status: {} } as KubeObject),
    );
    await running.reconcileOnce();
    assert.deepEqual((await running.stored()).status?.versions, { '1.3': '1.3.6' });
  });

  const conditionOf = async () => (await running.stored()).status?.conditions?.find(({ type }) => type === 'Recorded');

  it('reports that the revision is recorded', async () => {
    await start(finalized(unrecorded));
    await running.reconcileOnce();
    assert.deepEqual(await conditionOf(), {
      type: 'Recorded',
      status: 'True',
      reason: 'Recorded',
      observedGeneration: 1,
    });
  });

  it('adds the condition to an object that an earlier release recorded', async () => {
    await start(finalized(stampedAs(base, 1)));
    await running.reconcileOnce();
    assert.equal((await conditionOf())?.status, 'True');
    assert.deepEqual(await running.revisions(), []);
  });

  const denial = { kind: 'Status', message: 'exceeded quota: revisions' };
  const quota = new ApiError('create: exceeded quota', { code: 403, reason: 'Forbidden', body: denial });

  it('reports what the API server says if it refuses the revision, and recovers', async () => {
    await start(finalized(unrecorded));
    for (const attempt of [1, 2]) {
      running.client.failNext('create', quota);
      await assert.rejects(running.reconcileOnce(), /exceeded quota/, `attempt ${attempt} is repeated with backoff`);
      assert.deepEqual(await conditionOf(), {
        type: 'Recorded',
        status: 'False',
        reason: 'RecordingFailed',
        message: 'exceeded quota: revisions',
        observedGeneration: 1,
      });
    }
    assert.equal(running.writes().length, 1, 'the same failure is not written again');
    await running.reconcileOnce();
    assert.equal((await conditionOf())?.status, 'True');
    assert.equal((await running.stored()).status?.revision, 1);
  });

  it('does not report a failure that is not about the revision', async () => {
    await start(finalized(unrecorded));
    running.client.failNext('create', new ApiError('', { code: 503, reason: 'ServiceUnavailable' }));
    await assert.rejects(running.reconcileOnce(), ApiError);
    assert.equal(await conditionOf(), undefined);
  });

  it('prunes even if the newest revision cannot be recorded, because pruned revisions make space in a quota', async () => {
    const old = [1, 2].map((revision) => {
      const object = { ...base, metadata: { ...base.metadata, uid: 'uid-1', annotations: { edit: String(revision) } } };
      const recorded = revisionOf('Environment', object, { revision, hash: `hash-${revision}` });
      return { ...recorded, status: { users: 0 } };
    });
    const live = stampedAs({ ...base, metadata: { ...base.metadata, uid: 'uid-1' } }, 3, 2);
    running = await scene(finalized(live), { limit: 1, revisions: old });
    running.client.failNext('create', quota);
    await assert.rejects(running.reconcileOnce(), /exceeded quota/);
    assert.deepEqual(
      running.writes().filter((write) => write.includes('definitionrevisions')).length,
      2,
      'a mark for each of the two',
    );
  });

  it('reports content that cannot be recorded, without a retry', async () => {
    const annotations = Object.fromEntries(Array.from({ length: 1025 }, (_, index) => [`note-${index}`, 'x']));
    await start(finalized({ ...stampedAs(environment('team', { annotations }), 1), status: {} } as KubeObject));
    for (let count = 0; count < 2; count += 1) assert.equal(await running.reconcileOnce(), undefined);
    const { reason, message } = (await conditionOf()) ?? assert.fail();
    assert.equal(reason, 'NotRecordable');
    assert.match(message ?? '', /^metadata\.annotations: must have at most 1024 entries/);
    assert.deepEqual(running.writes(), ['apply environments.spectrocloud.com/team/primary']);
  });

  it('triggers admission for an object that was changed while the webhook was unavailable', async () => {
    await start(finalized(base));
    await running.reconcileOnce();
    assert.deepEqual(running.writes(), ['patch environments.spectrocloud.com/team/primary']);
    assert.deepEqual(await running.revisions(), [], 'nothing is recorded without a stamp');
  });

  it('backs off while the webhook does not answer, until one object is stamped or its configurations change', async () => {
    await start(finalized(base));
    const backoff = { fromMs: 2000, toMs: 120_000 };
    assert.deepEqual(await running.reconcileOnce(), { backoff });
    running.stampWaiters.wake();
    assert.deepEqual(running.requeued.splice(0), ['Environment/team/primary']);

    assert.deepEqual(await running.reconcileOnce(), { backoff });
    running.stampWaiters.add('WorkloadProfile/team/other');
    const original = { ...running.client };
    running.client.patch = (resource, name, body) => {
      return original.patch(resource, name, {
        ...(body as JsonObject),
        metadata: { annotations: stampedAs(base, 1).metadata.annotations ?? {} },
      });
    };
    assert.equal(await running.reconcileOnce(), undefined);
    assert.deepEqual(running.requeued, ['WorkloadProfile/team/other']);
  });

  it('backs off from an Environment that cannot be rendered', async () => {
    await start(finalized(stampedAs(base, 1)));
    running.renderAs({ ok: false, reason: 'InvalidTemplate', violations: [] });
    await running.reconcileOnce();
    for (let round = 0; round < 3; round += 1) await running.reconcileOnce();
    assert.deepEqual(await running.reconcileOnce(), { backoff: { fromMs: 10_000, toMs: 120_000 } });
  });

  it('reads nothing live while it waits for the revisions of a deleted Environment', async () => {
    await start(finalized(unrecorded));
    await running.reconcileOnce();
    const [name = ''] = await running.revisions();
    const held = { metadata: { finalizers: ['example.com/hold'] } };
    await running.client.patch(definitionRevisions, { namespace: 'team', name }, held);
    await running.client.delete(environments, key);
    await running.caughtUp();
    const backoff = { fromMs: 1000, toMs: 120_000 };
    // That nothing uses it is read live, before its revisions are deleted.
    assert.deepEqual(await running.reconcileOnce(), { backoff });
    running.client.list = () => assert.fail('listed');
    for (let round = 0; round < 2; round += 1) assert.deepEqual(await running.reconcileOnce(), { backoff });
  });

  it('skips the number of a revision with different content, so that the new content gets another number', async () => {
    await start(finalized(unrecorded));
    await running.reconcileOnce();
    const edited = stampedAs(environment('team', { labels: { a: 'b' } }), 1);
    const { annotations } = edited.metadata;
    await running.client.patch(environments, key, { metadata: { labels: { a: 'b' }, annotations: annotations ?? {} } });
    await running.client.patch(environments, key, { status: { revision: null } }, { subresource: 'status' });
    await running.caughtUp();
    await running.reconcileOnce();
    assert.equal((await running.stored()).status?.revision, 2);
  });

  it('writes the status of a recorded revision before it triggers admission, so that no number is used twice', async () => {
    await start(finalized(unrecorded));
    running.client.failNext('apply', new Error('killed'));
    await assert.rejects(running.reconcileOnce(), /killed/);
    const annotations = { [revisionAnnotation]: null, [revisionHashAnnotation]: null };
    await running.client.patch(environments, key, { metadata: { annotations } });
    await running.caughtUp();
    await running.reconcileOnce();
    assert.equal((await running.stored()).status?.revision, 1);
  });

  it('removes the finalizer of a deleted object when its revisions are deleted', async () => {
    await start(finalized(unrecorded));
    await running.reconcileOnce();
    await running.client.delete(environments, key);
    await running.caughtUp();
    running.writes();
    await running.reconcileOnce();
    assert.match(running.writes()[0] ?? '', /^delete definitionrevisions/);
    await running.reconcileOnce();
    assert.deepEqual((await running.client.list(environments)).items, []);
    assert.deepEqual(await running.revisions(), []);
  });

  it('deletes the newest revision first, so that no ref moves to an older one meanwhile', async () => {
    await start(finalized(unrecorded));
    await running.reconcileOnce();
    const first = await running.client.get<DefinitionRevision>(definitionRevisions, {
      namespace: 'team',
      name: 'environment.primary.v1',
    });
    for (const number of [10, 9]) {
      const { name: _, resourceVersion: _version, ...metadata } = first.metadata;
      const labels = { ...metadata.labels, [revisionLabels.revision]: String(number) };
      const name = `environment.primary.v${number}`;
      await running.client.create(definitionRevisions, { ...first, metadata: { ...metadata, name, labels } });
    }
    await running.client.patch(
      definitionRevisions,
      { namespace: 'team', name: 'environment.primary.v9' },
      { metadata: { labels: { [revisionLabels.revision]: 'x' } } },
    );
    await running.client.delete(environments, key);
    await running.caughtUp();
    running.writes();
    await running.reconcileOnce();
    assert.deepEqual(
      running.writes().map((write) => write.replace(/.*primary\./, '')),
      ['v10', 'v1', 'v9'],
    );
  });

  it('rejects a key of another kind, and ignores an object that does not exist', async () => {
    await start(base);
    assert.equal(definitionKey('Environment', base), 'Environment/team/primary');
    await assert.rejects(
      async () => running.reconcile('ConfigMap/team/primary', new AbortController().signal),
      TerminalError,
    );
    await running.reconcile('Environment/team/gone', new AbortController().signal);
    assert.deepEqual(running.writes(), []);
  });
});
