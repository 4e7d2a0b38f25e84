import assert from 'node:assert/strict';
import type { KubeObject } from '../../../../src/api/object.ts';
import {
  changesOfTopologyEdit,
  deploymentsOfTopology,
} from '../../../../src/webhook/gather/changes/of-topology-edit.ts';
import type { GatherOptions } from '../../../../src/webhook/gather/context.ts';
import { changeSourcesOf } from '../../../support/change-gathering.ts';
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

async function found(objects: readonly KubeObject[], request: { object?: KubeObject; oldObject?: KubeObject }) {
  const sources = changeSourcesOf([old, ...objects], { topologies });
  const { changes, unevaluated } = await changesOfTopologyEdit(validating(request), sources);
  const creates = changes.map(({ deployment: { name }, observed, desired }) => [
    name,
    observed?.lifecycle?.spokeNamespace.create,
    desired?.lifecycle?.spokeNamespace.create,
  ]);
  return { creates, unevaluated };
}
const edit = { object: edited, oldObject: old };
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

  it('are evaluated with a bound, and the other deployments are counted', async () => {
    const many = Array.from({ length: 103 }, (_, index) => deployment('team', { name: `web-${index}` }));
    const { creates, unevaluated } = await found([typed('edge'), ...many], edit);
    assert.deepEqual([creates.length, unevaluated], [100, 3]);
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
