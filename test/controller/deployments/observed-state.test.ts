import assert from 'node:assert/strict';
import { manifestWorkReplicaSets, manifestWorks, placements } from '../../../src/api/ocm.ts';
import { appliedStates, cachedReplicaSets, reportedState } from '../../../src/controller/deployments/observed-state.ts';
import { controllerScene, type ControllerScene } from '../../support/controller-scene.ts';
import { aReplicaSet, aWork } from '../../support/hub-objects.ts';
import { deployment } from '../../support/manifests.ts';
import { aPlacement } from '../../support/placements.ts';

const annotations = { 'spectrocloud.com/deployment': 'apps/web', 'spectrocloud.com/environment': 'team/primary@v3' };
const bare = aReplicaSet('web');
const replicaSet = { ...bare, metadata: { ...bare.metadata, annotations } };

describe('the observed state of a deployment', () => {
  let scene: ControllerScene;
  before(async () => {
    scene = await controllerScene([
      [manifestWorkReplicaSets, replicaSet],
      [manifestWorkReplicaSets, aReplicaSet('of-another')],
      [placements, { ...aPlacement(), metadata: { name: 'web', namespace: 'hub' } }],
      [manifestWorks, aWork('a')],
      [manifestWorks, aWork('b')],
    ]);
  });
  after(() => scene.stop());

  it('has the cached ManifestWorkReplicaSets of the deployment, with kind and apiVersion', () => {
    assert.deepEqual(
      cachedReplicaSets(deployment('apps'), scene.caches).map(({ apiVersion, kind, metadata: { name } }) => [
        apiVersion,
        kind,
        name,
      ]),
      [['work.open-cluster-management.io/v1alpha1', 'ManifestWorkReplicaSet', 'web']],
    );
    assert.deepEqual(cachedReplicaSets(deployment('apps', { name: 'other' }), scene.caches), []);
  });

  it('adds the Environment, the ManifestWorks and the Placements to a ManifestWorkReplicaSet', () => {
    const [state] = appliedStates([replicaSet], scene.caches);
    assert.equal(state?.environment, 'team/primary');
    assert.deepEqual(state.manifestWorks.map(({ metadata }) => metadata.namespace ?? '').toSorted(), ['a', 'b']);
    assert.deepEqual(
      state.placements.map(({ metadata }) => metadata.name),
      ['web'],
    );
  });
});

describe('the ManifestWorkReplicaSets that the status reports', () => {
  let scene: ControllerScene;
  before(async () => void (scene = await controllerScene([[manifestWorks, aWork('a')]])));
  after(() => scene.stop());

  const created = (name: string, creationTimestamp?: string) => ({
    ...aReplicaSet(name),
    metadata: { ...aReplicaSet(name).metadata, ...(creationTimestamp === undefined ? {} : { creationTimestamp }) },
  });
  const reportedOn = {
    status: { conditions: [{ type: 'ManifestworkApplied', status: 'True' as const, reason: 'AsExpected' }] },
  };

  it('are sorted by name and come with their progress', () => {
    const { replicaSets, progress } = reportedState([aReplicaSet('web'), aReplicaSet('api')], scene.caches);
    assert.deepEqual(
      replicaSets.map(({ metadata }) => metadata.name),
      ['api', 'web'],
    );
    assert.deepEqual(progress.selectedClusters, ['a']);
  });

  const rows: { sets: Parameters<typeof reportedState>[0]; since: number | undefined; why: string }[] = [
    {
      sets: [created('web', '2026-01-01T00:00:20Z'), created('api', '2026-01-01T00:00:10Z')],
      since: Date.parse('2026-01-01T00:00:10Z'),
      why: 'the oldest one has waited longest',
    },
    {
      sets: [created('web', '2026-01-01T00:00:20Z'), { ...created('api', '2026-01-01T00:00:10Z'), ...reportedOn }],
      since: Date.parse('2026-01-01T00:00:20Z'),
      why: 'OCM has reported on the older one',
    },
    { sets: [{ ...created('web', '2026-01-01T00:00:20Z'), ...reportedOn }], since: undefined, why: 'OCM has reported' },
    { sets: [created('web')], since: undefined, why: 'it has no creation time' },
    { sets: [], since: undefined, why: 'there is none' },
  ];
  for (const { sets, since, why } of rows) {
    it(`wait for OCM since ${since === undefined ? 'no time' : new Date(since).toISOString()}: ${why}`, () => {
      assert.equal(reportedState(sets, scene.caches).unreportedSince, since);
    });
  }
});
