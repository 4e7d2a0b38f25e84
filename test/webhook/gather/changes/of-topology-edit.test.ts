import assert from 'node:assert/strict';
import type { KubeObject } from '../../../../src/api/object.ts';
import {
  changesOfTopologyEdit,
  deploymentsOfTopology,
} from '../../../../src/webhook/gather/changes/of-topology-edit.ts';
import type { ChangeContext } from '../../../../src/webhook/gather/changes/sources.ts';
import type { GatherOptions } from '../../../../src/webhook/gather/context.ts';
import { peersOf } from '../../../../src/domain/spoke/change.ts';
import { startedOnce } from '../../../../src/webhook/gather/renders/time-bound.ts';
import { changeContextOf, changeSourcesOf } from '../../../support/change-gathering.ts';
import { simpleRender } from '../../../support/controller-scene.ts';
import { customTopology } from '../../../support/custom-topology.ts';
import { stampedAs } from '../../../support/facts.ts';
import { validating } from '../../../support/gathering.ts';
import { deployment, environment } from '../../../support/manifests.ts';

/** The template `none` renders no Namespace. */
const topologies: GatherOptions['topologies'] = {
  check: () => Promise.resolve({ ok: true, objects: [] }),
  render: (template, parameter, { workloadYamls }) => {
    const manifests = template === 'none' ? workloadYamls.slice(1) : workloadYamls;
    return Promise.resolve({ ok: true, objects: simpleRender(parameter, manifests) });
  },
};
const edge = (template: string, revision: number) => stampedAs(customTopology('edge', template), revision);
const [old, edited] = [edge('all', 1), edge('none', 2)];
const typed = (type: string, name = 'primary') => stampedAs(environment('team', { name, topology: { type } }), 1);

async function found(
  objects: readonly KubeObject[],
  request: { object?: KubeObject; oldObject?: KubeObject },
  over: Partial<ChangeContext> = {},
) {
  const context = changeContextOf([old, ...objects], { topologies, ...over });
  const { changes, unevaluated } = await changesOfTopologyEdit(validating(request), context);
  const creates = changes.map(({ deployment: { name }, observed, desired }) => [
    name,
    observed?.lifecycle?.spokeNamespace.create,
    desired?.lifecycle?.spokeNamespace.create,
  ]);
  return { creates, unevaluated };
}
const edit = { object: edited, oldObject: old };
/** Rejects when its signal is aborted, as the engine does. */
const endless = (signal: AbortSignal | undefined) =>
  new Promise<never>((_resolve, reject) => {
    if (signal?.aborted === true) reject(signal.reason);
    signal?.addEventListener('abort', () => reject(signal.reason));
  });
const none = { creates: [], unevaluated: 0 };

describe('the changes of an edit of a topology', () => {
  it('are those of the deployments whose Environments use it', async () => {
    const other = deployment('team', { name: 'other', environmentRef: 'other' });
    const objects = [typed('edge'), typed('topology-ocm', 'other'), deployment('team'), other];
    assert.deepEqual(await found(objects, edit), { creates: [['web', true, false]], unevaluated: 0 });
  });

  it('are not those of Environments that pin another revision, and of deployments that are being deleted', async () => {
    const web = deployment('team');
    const terminating = { ...web, metadata: { ...web.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
    assert.deepEqual(await found([typed('edge@v1'), web], edit), none);
    assert.deepEqual(await found([typed('edge'), terminating], edit), none);
  });

  it('are none if the template stays, is new, is no topology any more, or is of another namespace', async () => {
    const objects = [typed('edge'), deployment('team')];
    const unlabelled = { ...edited, metadata: { ...edited.metadata, labels: {} } };
    const moved = (object: KubeObject) => ({ ...object, metadata: { ...object.metadata, namespace: 'team' } });
    const requests = [
      { object: edge('all', 2), oldObject: old },
      { object: edited },
      { oldObject: old },
      { object: unlabelled, oldObject: old },
      { object: moved(edited), oldObject: moved(old) },
      { object: edge('none', 1), oldObject: old },
    ];
    for (const request of requests) assert.deepEqual(await found(objects, request), none);
  });

  const many = [0, 1, 2, 3, 4].map((index) => deployment('team', { name: `web-${index}` }));

  it('are evaluated up to a number, and the other deployments are counted', async () => {
    const renderLimits = { count: 3, ms: 60_000 };
    const { creates, unevaluated } = await found([typed('edge'), ...many], edit, { renderLimits });
    assert.deepEqual([creates.length, unevaluated], [3, 2]);
    const all = await found([typed('edge'), ...many], edit);
    assert.deepEqual([all.creates.length, all.unevaluated], [5, 0]);
  });

  it('are evaluated until the time is over, and the other deployments are counted', async () => {
    let renders = 0;
    const slow: GatherOptions['topologies'] = {
      ...topologies,
      render: (template, parameter, workload, options) => {
        renders += 1;
        return renders <= 2 ? topologies.render(template, parameter, workload) : endless(options?.signal);
      },
    };
    const renderTimeout = startedOnce({ count: 100, ms: 100 });
    const { creates, unevaluated } = await found([typed('edge'), ...many], edit, { topologies: slow, renderTimeout });
    assert.deepEqual([creates.length, unevaluated], [0, 5]);
  });

  it('reject if the request is aborted', async () => {
    const controller = new AbortController();
    const slow = { ...topologies, render: () => endless(controller.signal) };
    const result = found([typed('edge'), ...many], edit, { topologies: slow, signal: controller.signal });
    controller.abort(new Error('too late'));
    await assert.rejects(result, /too late/);
  });

  it('take into account that another Environment of a shared namespace is edited too', async () => {
    const objects = [
      typed('edge'),
      typed('edge', 'other'),
      deployment('team', { spokeNamespace: 'shop' }),
      deployment('team', { name: 'api', environmentRef: 'other', spokeNamespace: 'shop' }),
    ];
    const context = changeContextOf([old, ...objects], { topologies });
    const { changes } = await changesOfTopologyEdit(validating(edit), context);
    const peers = changes.flatMap((change) => peersOf(change));
    assert.deepEqual(
      peers.map(({ state, observed }) => [observed, state].map((each) => each?.lifecycle?.spokeNamespace.create)),
      [
        [true, false],
        [true, false],
      ],
    );
  });

  it('do not tell what a deployment beyond the limits keeps', async () => {
    const objects = [typed('edge'), deployment('team', { spokeNamespace: 'shop' })];
    const beyond = deployment('team', { name: 'zzz', spokeNamespace: 'shop' });
    const renderLimits = { count: 1, ms: 60_000 };
    const context = changeContextOf([old, ...objects, beyond], { topologies, renderLimits });
    const { changes } = await changesOfTopologyEdit(validating(edit), context);
    const [change = assert.fail()] = changes;
    assert.deepEqual(
      peersOf(change).map(({ state }) => state),
      [{ namespace: 'shop', workloadName: change.deployment.name === 'web' ? 'zzz' : 'web' }],
    );
  });
});

describe('the deployments of a topology', () => {
  it('are those of all Environments with it, each once', async () => {
    const { referrers } = changeSourcesOf([typed('edge'), typed('edge@v1', 'pinned'), deployment('team')]);
    const deployments = await deploymentsOfTopology('edge', referrers);
    assert.deepEqual(
      deployments.map(({ metadata }) => metadata.name),
      ['web'],
    );
  });
});
