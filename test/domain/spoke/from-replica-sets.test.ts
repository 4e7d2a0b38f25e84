import assert from 'node:assert/strict';
import type { JsonObject } from '../../../src/api/object.ts';
import type { ManifestWork, Placement } from '../../../src/api/ocm.ts';
import {
  clustersOf,
  observedStates,
  orphanUnconfirmedClusters,
  ownedClusters,
  workloadNameIn,
  type AppliedReplicaSet,
} from '../../../src/domain/spoke/from-replica-sets.ts';
import { aReplicaSet, aWork, renderedWork } from '../../support/hub-objects.ts';
import { guest, kept, owned } from '../../support/lifecycle-topology.ts';
import { aPlacement } from '../../support/placements.ts';

const namespaceOf = (name: string): JsonObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
const workload: JsonObject = {
  apiVersion: 'spectrocloud.com/v1beta1',
  kind: 'Workload',
  metadata: { namespace: 'shop', name: 'cart' },
};
const orphanAll = { propagationPolicy: 'Orphan' };

interface SetOptions {
  deleteOption?: JsonObject;
  terminating?: boolean;
  environment?: string;
  /** Clusters with a ManifestWork that is applied. */
  appliedOn?: string[];
  /** Clusters with a ManifestWork that no agent has reported on. */
  unreportedOn?: string[];
  placements?: Placement[];
}

/** A ManifestWorkReplicaSet with these manifests. */
function setOf(name: string, manifests: JsonObject[], options: SetOptions = {}): AppliedReplicaSet {
  const { deleteOption, terminating = false, environment = 'team/primary', placements = [] } = options;
  const { appliedOn = [], unreportedOn = [] } = options;
  const rendered = renderedWork({ name, manifests, ...(deleteOption === undefined ? {} : { deleteOption }) });
  const bare = aReplicaSet(name);
  const spec = { ...bare.spec, ...JSON.parse(JSON.stringify(rendered['spec'])) };
  const deletion = terminating ? { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['x'] } : {};
  const workOn = (cluster: string, applied: 'True' | 'never'): ManifestWork => ({
    ...aWork(cluster, { applied }),
    spec: spec.manifestWorkTemplate,
  });
  return {
    replicaSet: { ...bare, metadata: { ...bare.metadata, ...deletion }, spec },
    environment,
    manifestWorks: [
      ...appliedOn.map((cluster) => workOn(cluster, 'True')),
      ...unreportedOn.map((cluster) => workOn(cluster, 'never')),
    ],
    placements,
  };
}

const main = setOf('main', [namespaceOf('shop'), workload], { appliedOn: ['a'], unreportedOn: ['b'] });
const more = setOf('more', [namespaceOf('data'), namespaceOf('shop')], { deleteOption: orphanAll, appliedOn: ['c'] });
const bare = setOf('bare', [workload], { environment: 'team/other', appliedOn: ['d'] });
const terminating = setOf('terminating', [namespaceOf('shop')], { terminating: true, appliedOn: ['e'] });

describe('the state of a deployment on the spokes, read from its ManifestWorkReplicaSets', () => {
  it('has for each namespace the lifecycle, the clusters, and those where the lifecycle is not confirmed', () => {
    assert.deepEqual(observedStates([main]), [
      {
        state: { namespace: 'shop', workloadName: 'cart', lifecycle: owned, clusters: ['a', 'b'] },
        environment: 'team/primary',
        orphanUnconfirmedOn: ['a', 'b'],
        ownedOn: ['a'],
      },
    ]);
  });

  it('combines all ManifestWorkReplicaSets that contain a namespace, and includes namespaces without a Workload', () => {
    const found = observedStates([main, more]);
    assert.deepEqual(
      found.map(({ state, ownedOn }) => [state.namespace, state.workloadName, state.clusters, ownedOn]),
      [
        ['data', '', ['c'], []],
        ['shop', 'cart', ['a', 'b', 'c'], ['a']],
      ],
    );
    assert.deepEqual(found[0]?.state.lifecycle?.spokeNamespace, kept.spokeNamespace);
    assert.deepEqual(found[1]?.state.lifecycle?.spokeNamespace, owned.spokeNamespace, 'one of them owns it');
  });

  it('does not own a namespace that no ManifestWorkReplicaSet contains', () => {
    const [found] = observedStates([bare]);
    assert.deepEqual([found?.state.lifecycle, found?.ownedOn, found?.environment], [guest, [], 'team/other']);
  });

  it('is empty without ManifestWorkReplicaSets', () => assert.deepEqual(observedStates([]), []));
});

describe('clusters whose agent has not confirmed that a namespace is orphaned', () => {
  it('are none if every agent has applied the newest content', () => {
    assert.deepEqual(orphanUnconfirmedClusters('data', [more]), []);
  });

  it('are those of a ManifestWorkReplicaSet that owns the namespace, whatever another one does', () => {
    assert.deepEqual(orphanUnconfirmedClusters('shop', [main, more]), ['a', 'b']);
  });
});

describe('clusters where a deployment owns a namespace', () => {
  it('do not include those of a terminating ManifestWorkReplicaSet', () => {
    assert.deepEqual(ownedClusters('shop', [terminating, main]), ['a']);
  });
});

describe('the clusters of ManifestWorkReplicaSets', () => {
  it('are unknown while OCM has not created the first ManifestWork', () => {
    const selecting: Placement = { ...aPlacement(), status: { numberOfSelectedClusters: 1 } };
    assert.equal(clustersOf([setOf('new', [namespaceOf('shop')], { placements: [selecting] })]), undefined);
  });

  it('are none if there is no ManifestWorkReplicaSet', () => assert.deepEqual(clustersOf([]), []));
});

describe('the name of the Workload in a namespace', () => {
  const objects = [more, main].map(({ replicaSet }) => replicaSet);

  it('is that of the first Workload', () => assert.equal(workloadNameIn(objects, 'shop'), 'cart'));

  it('is empty if no manifest is a Workload', () => assert.equal(workloadNameIn(objects, 'data'), ''));
});
