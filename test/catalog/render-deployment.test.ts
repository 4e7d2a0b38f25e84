import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/api/object.ts';
import { sha256 } from '../../src/cli/sha256.ts';
import { fileStore } from '../../src/catalog/stores/files.ts';
import { renderDeployment } from '../../src/catalog/render-deployment.ts';
import { defaultRenderSettings } from '../../src/domain/render/workload-render.ts';
import { simpleRender } from '../support/controller-scene.ts';
import { deployment, environment, profile } from '../support/manifests.ts';
import { customTopology } from '../support/custom-topology.ts';
import { recordedEdits } from '../support/recorded-edits.ts';
import { catalogOf } from '../support/catalog.ts';

const render = async (objects: KubeObject[], of = deployment('team')) =>
  renderDeployment(of, {
    catalog: catalogOf(fileStore(objects, sha256)),
    tools: {
      topologies: {
        render: (_template, parameter, { workloadYamls }) =>
          Promise.resolve({ ok: true, objects: simpleRender(parameter, workloadYamls) }),
      },
      settings: defaultRenderSettings,
      hash: sha256,
    },
  });

const unresolved: { what: string; objects: KubeObject[]; ref?: string; path: string; why: string }[] = [
  { what: 'no Environment', objects: [profile('team')], path: 'spec.environmentRef', why: 'it may still be created' },
  {
    what: 'no profile',
    objects: [environment('team')],
    path: 'spec.workloadProfileRef',
    why: 'it may still be created',
  },
  {
    what: 'no such revision',
    objects: [environment('team'), profile('team')],
    ref: 'primary@v9',
    path: 'spec.environmentRef',
    why: 'the revision may still be created',
  },
  {
    what: 'a ref that is none',
    objects: [environment('team'), profile('team')],
    ref: 'primary@9',
    path: 'spec.environmentRef',
    why: 'the revision can never exist',
  },
  {
    what: 'the Environment of another namespace',
    objects: [environment('other'), profile('team')],
    path: 'spec.environmentRef',
    why: 'a ref without a namespace means that of the deployment',
  },
];

describe('rendering a deployment from its refs', () => {
  for (const { what, objects, ref, path, why } of unresolved) {
    it(`fails with ${what}: ${why}`, async () => {
      const result = await render(objects, deployment('team', ref === undefined ? {} : { environmentRef: ref }));
      assert.equal(result.state, 'unresolved');
      if (result.state === 'unresolved') assert.ok(result.message.startsWith(`${path}: `), result.message);
    });
  }

  it('returns the revisions that it used', async () => {
    const result = await render([environment('team'), profile('team')]);
    assert.ok(result.state === 'resolved' && result.render.ok);
    assert.deepEqual(result.environment, { namespace: 'team', name: 'primary', revision: 1 });
    assert.deepEqual(result.workloadProfile, { namespace: 'team', name: 'web', revision: 1 });
  });

  it('uses a shared profile if there is no local one', async () => {
    const result = await render([environment('team'), profile('mural-system')]);
    assert.equal(result.state === 'resolved' ? result.workloadProfile.namespace : '', 'mural-system');
  });

  it('keeps using the shared profile when a local one is created', async () => {
    const of = deployment('team');
    const annotations = { 'spectrocloud.com/workload-profile-revision': 'mural-system/web@v1' };
    const objects = [environment('team'), profile('team'), profile('mural-system')];
    const result = await render(objects, { ...of, metadata: { ...of.metadata, annotations } });
    assert.equal(result.state === 'resolved' ? result.workloadProfile.namespace : '', 'mural-system');
  });

  it('holds a deployment if the pinned topology of its revision of the Environment means other content now', async () => {
    const stamped = (text: string) => ({ 'spectrocloud.com/topology-revision': text });
    const edits = [
      { annotations: stamped('mural-system/mine@v1#h1:old'), spec: { topology: { type: 'mine@v1' } } },
      { annotations: stamped('mural-system/mine@v1#h1:older'), spec: { topology: { type: 'topology-ocm' } } },
    ];
    const objects = recordedEdits('Environment', edits).objects.map(([, object]) => object);
    const all = [...objects, customTopology('mine', 'output: {}'), profile('team')];
    const pinned = await render(all, deployment('team', { environmentRef: 'primary@v1' }));
    assert.ok(pinned.state === 'resolved' && !pinned.render.ok);
    assert.equal(pinned.render.reason, 'RevisionChanged');
    assert.match(pinned.render.message, /mine@v1 of PolicyDefinition mural-system\/mine has other content now/);
    const newest = await render(all, deployment('team'));
    assert.ok(newest.state === 'resolved' && newest.render.ok);
  });

  it('reports a topology that does not exist', async () => {
    const result = await render([environment('team', { topology: { type: 'mine' } }), profile('team')]);
    assert.ok(result.state === 'resolved' && !result.render.ok);
    assert.equal(result.render.reason, 'UnknownTopology');
  });
});
