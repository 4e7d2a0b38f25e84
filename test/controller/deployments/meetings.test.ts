import assert from 'node:assert/strict';
import { workloadDeployments } from '../../../src/api/kinds.ts';
import type { KubeObject, Resource } from '../../../src/api/object.ts';
import { manifestWorkReplicaSets, manifestWorks } from '../../../src/api/ocm.ts';
import { createAppliedReplicaSets } from '../../../src/controller/deployments/applied-replica-sets.ts';
import { meetings } from '../../../src/controller/deployments/meetings.ts';
import { controllerScene, type ControllerScene } from '../../support/controller-scene.ts';
import { aReplicaSet, aWork } from '../../support/hub-objects.ts';
import { placedDeployment, type PlacedDeployment } from '../../support/placed-deployment.ts';
import { namespaceOf, rendered, setOf, workloadIn } from '../../support/rendered-sets.ts';

const label = 'work.open-cluster-management.io/manifestworkreplicaset';
const manifests = [namespaceOf('shop'), workloadIn('shop')];
const early = '2026-01-01T00:00:00Z';
const late = '2026-01-01T00:01:00Z';

interface Placed extends PlacedDeployment {
  namespace: string;
  /** When its ManifestWork was created, by cluster. */
  arrivals: Record<string, string>;
}

/** A deployment `<namespace>/web` in `shop`, with its ManifestWorkReplicaSet and ManifestWorks. */
function placed({ arrivals, ...options }: Placed): [Resource, KubeObject][] {
  const withSpec = (object: KubeObject, spec: object): KubeObject => Object.assign({}, object, { spec });
  const { namespace } = options;
  const set = aReplicaSet(namespace);
  const { spec } = setOf(namespace, manifests) as unknown as Pick<typeof set, 'spec'>;
  const annotations = { 'spectrocloud.com/deployment': `${namespace}/web` };
  const works = Object.entries(arrivals).map(([cluster, creationTimestamp]): [Resource, KubeObject] => {
    const work = aWork(cluster);
    const metadata = { ...work.metadata, name: namespace, labels: { [label]: `hub.${namespace}` }, creationTimestamp };
    return [manifestWorks, withSpec({ ...work, metadata }, spec.manifestWorkTemplate)];
  });
  return [
    [workloadDeployments, placedDeployment(options)],
    [manifestWorkReplicaSets, withSpec({ ...set, metadata: { ...set.metadata, annotations } }, spec)],
    ...works,
  ];
}

describe('the clusters where a deployment comes to one of another hub namespace', () => {
  let scene: ControllerScene | undefined;
  afterEach(() => scene?.stop());

  /** The clusters and the peers that deployment `team/web` meets. */
  async function met(own: Record<string, string>, ...others: [Resource, KubeObject][][]) {
    const team = placed({ namespace: 'team', arrivals: own });
    scene = await controllerScene([...team, ...others.flat()]);
    const options = { caches: scene.caches, appliedReplicaSets: createAppliedReplicaSets(scene.caches) };
    const found = meetings(placedDeployment(), rendered(setOf('team', manifests)), options);
    return found.flatMap(({ peers }) => peers.map(({ namespace, state }) => [namespace, state.clusters]));
  }

  it('are those where the other one was first', async () => {
    const other = placed({ namespace: 'other', arrivals: { a: early, b: late } });
    assert.deepEqual(await met({ a: late, b: early }, other), [['other', ['a']]]);
  });

  it('are those of the older deployment if both came at the same time', async () => {
    const older = placed({ namespace: 'other', arrivals: { a: early } });
    assert.deepEqual(await met({ a: early }, older), [['other', ['a']]], 'of two of the same age, the first by name');
  });

  it('are none if they are in the own hub namespace, or if the clusters differ', async () => {
    assert.deepEqual(await met({ a: late }, placed({ namespace: 'other', arrivals: { b: early } })), []);
  });

  it('are none for a deployment that is on no cluster', async () => {
    assert.deepEqual(await met({}, placed({ namespace: 'other', arrivals: { a: early } })), []);
  });

  it('are none if the other one does not exist, is terminating, or came later itself', async () => {
    const [, ...orphan] = placed({ namespace: 'nobody', arrivals: { a: early } });
    const terminating = placed({ namespace: 'going', arrivals: { a: early }, metadata: { deletionTimestamp: late } });
    const blocked = placed({ namespace: 'blocked', arrivals: { a: early }, notApplied: 'WorkloadConflict' });
    assert.deepEqual(await met({ a: late }, orphan, terminating, blocked), []);
  });
});
