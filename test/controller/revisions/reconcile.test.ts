import assert from 'node:assert/strict';
import { revisionAnnotation, revisionHashAnnotation } from '../../../src/domain/annotations.ts';
import type { EnvironmentStatus } from '../../../src/api/environment.ts';
import { definitionRevisions, environments } from '../../../src/api/kinds.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import { createEnvironmentReconcile } from '../../../src/controller/revisions/environment.ts';
import { definitionKey } from '../../../src/controller/revisions/own-revisions.ts';
import { createDefinitionReconcile } from '../../../src/controller/revisions/reconcile.ts';
import { TerminalError } from '../../../src/kube/client/errors.ts';
import { controllerScene } from '../../support/controller-scene.ts';
import { stampedAs } from '../../support/facts.ts';
import { environment } from '../../support/manifests.ts';

const key = { namespace: 'team', name: 'primary' };

async function scene(object: KubeObject) {
  const parts = await controllerScene([[environments, object]]);
  const reconcile = createDefinitionReconcile({
    ...parts.shared,
    environment: createEnvironmentReconcile(parts.shared),
    hash: parts.tools.hash,
    log: parts.log,
    limit: 20,
    retireForMs: 60_000,
    now: () => 0,
  });
  const turn = async () => {
    const result = await reconcile('Environment/team/primary', new AbortController().signal);
    await parts.caughtUp();
    return result;
  };
  const stored = () => parts.client.get<KubeObject & { status?: EnvironmentStatus }>(environments, key);
  const revisions = async () =>
    (await parts.client.list(definitionRevisions)).items.map(({ metadata }) => metadata.name);
  return { ...parts, reconcile, turn, stored, revisions };
}

function held(object: KubeObject): KubeObject {
  return { ...object, metadata: { ...object.metadata, finalizers: ['spectrocloud.com/mooring'] } };
}

const base = environment('team');
const unrecorded = { ...stampedAs(base, 1), status: {} };

describe('keeping the history of a definition', () => {
  let running: Awaited<ReturnType<typeof scene>>;
  const start = async (object: KubeObject) => void (running = await scene(object));
  afterEach(() => running.stop());

  it('takes hold of the object before anything is recorded', async () => {
    await start(unrecorded);
    await running.turn();
    assert.deepEqual(running.writes(), ['patch environments.spectrocloud.com/team/primary']);
    assert.deepEqual(await running.revisions(), []);
  });

  it('records the revision, then says so', async () => {
    await start(held(unrecorded));
    await running.turn();
    assert.deepEqual(await running.revisions(), ['environment.primary.v1']);
    assert.equal((await running.stored()).status?.revision, 1);
    const [first, second] = running.writes();
    assert.match(first ?? '', /^create definitionrevisions/);
    assert.match(second ?? '', /^apply environments/);
  });

  it('is done when it has said so: then nothing is written any more', async () => {
    await start(held(unrecorded));
    for (let turns = 0; turns < 5; turns += 1) await running.turn();
    running.writes();
    await running.turn();
    assert.deepEqual(running.writes(), []);
  });

  it('says so once more when it was killed in between', async () => {
    await start(held(unrecorded));
    running.client.failNext('apply', new Error('killed'));
    await assert.rejects(running.turn(), /killed/);
    assert.deepEqual(await running.revisions(), ['environment.primary.v1']);
    await running.turn();
    assert.equal((await running.stored()).status?.revision, 1);
    assert.deepEqual(await running.revisions(), ['environment.primary.v1']);
  });

  it('publishes the version with the record', async () => {
    await start(
      held({ ...stampedAs({ ...base, spec: { ...base.spec, version: '1.3.6' } }, 1), status: {} } as KubeObject),
    );
    await running.turn();
    assert.deepEqual((await running.stored()).status?.versions, { '1.3': '1.3.6' });
  });

  it('touches what was changed while the webhook was away', async () => {
    await start(held(base));
    await running.turn();
    assert.deepEqual(running.writes(), ['patch environments.spectrocloud.com/team/primary']);
    assert.deepEqual(await running.revisions(), [], 'nothing is recorded without a stamp');
  });

  it('passes a number by that is taken by other content, so that the content gets one of its own', async () => {
    await start(held(unrecorded));
    await running.turn();
    const edited = stampedAs(environment('team', { labels: { a: 'b' } }), 1);
    const { annotations } = edited.metadata;
    await running.client.patch(environments, key, { metadata: { labels: { a: 'b' }, annotations: annotations ?? {} } });
    await running.client.patch(environments, key, { status: { revision: null } }, { subresource: 'status' });
    await running.caughtUp();
    await running.turn();
    assert.equal((await running.stored()).status?.revision, 2);
  });

  it('writes down what was recorded before it touches an object without a stamp, so that no number is given twice', async () => {
    await start(held(unrecorded));
    running.client.failNext('apply', new Error('killed'));
    await assert.rejects(running.turn(), /killed/);
    const annotations = { [revisionAnnotation]: null, [revisionHashAnnotation]: null };
    await running.client.patch(environments, key, { metadata: { annotations } });
    await running.caughtUp();
    await running.turn();
    assert.equal((await running.stored()).status?.revision, 1);
  });

  it('lets a deleted object go when its revisions are gone', async () => {
    await start(held(unrecorded));
    await running.turn();
    await running.client.delete(environments, key);
    await running.caughtUp();
    running.writes();
    await running.turn();
    assert.match(running.writes()[0] ?? '', /^delete definitionrevisions/);
    await running.turn();
    assert.deepEqual((await running.client.list(environments)).items, []);
    assert.deepEqual(await running.revisions(), []);
  });

  it('knows its own keys only', async () => {
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
