import assert from 'node:assert/strict';
import { definitionRevisions, environments, policyDefinitions, workloadDeployments } from '../../src/api/kinds.ts';
import type { KubeObject } from '../../src/api/object.ts';
import { manifestWorkReplicaSets, type ManifestWorkReplicaSet } from '../../src/api/ocm.ts';
import * as eventKeys from '../../src/controller/event-keys.ts';
import { revisionOf } from '../../src/domain/revisions/record.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import type { Definition } from '../../src/domain/revisions/definition.ts';
import { sha256 } from '../../src/cli/sha256.ts';
import { controllerScene, type ControllerScene } from '../support/controller-scene.ts';
import { customTopology } from '../support/custom-topology.ts';
import { requestObject } from '../support/facts.ts';
import { hubNamespace } from '../support/hub-namespaces.ts';
import { aReplicaSet, aWork } from '../support/hub-objects.ts';
import { deployment, environment, profile } from '../support/manifests.ts';
import { placedDeployment } from '../support/placed-deployment.ts';
import { aPlacement } from '../support/placements.ts';

/** An Environment whose topology is the PolicyDefinition `edge`. */
const custom: Definition = requestObject(environment('team', { name: 'custom', topology: { type: 'edge@v2' } }));
const primary: Definition = requestObject(environment('team'));
const policy = (name: string, namespace = 'mural-system'): Definition => ({
  ...primary,
  kind: 'PolicyDefinition',
  metadata: { namespace, name },
});
/** It is being deleted. */
const edge = customTopology('edge', 'output: {}');
/** An older revision of `a/primary`. */
const formerlyEdge: Definition = requestObject(environment('a', { topology: { type: 'edge@v1' } }));
const applying = (object: WorkloadDeployment): WorkloadDeployment =>
  Object.assign(object, { status: { environment: { namespace: 'a', name: 'former', revision: 1 } } });

/** The first revision of a definition. */
const revision = (kind: 'Environment' | 'WorkloadProfile', definition: Definition): KubeObject =>
  revisionOf(kind, definition, { revision: 1, hash: sha256('') });

/** A ManifestWorkReplicaSet of deployment `team/first` that contains a namespace on the spokes. */
function replicaSet(spokeNamespace: string): ManifestWorkReplicaSet {
  const bare = aReplicaSet('web', ['here']);
  const manifests = [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: spokeNamespace } }];
  return {
    ...bare,
    metadata: { ...bare.metadata, annotations: { 'spectrocloud.com/deployment': 'team/first' } },
    spec: { ...bare.spec, manifestWorkTemplate: { workload: { manifests } } },
  };
}

const blocked = (name: string, spokeNamespace: string) =>
  placedDeployment({ name, spokeNamespace, notApplied: 'WorkloadConflict' });

describe('the keys that an object affects', () => {
  let scene: ControllerScene;
  let context: eventKeys.EventContext;
  before(async () => {
    scene = await controllerScene([
      [environments, primary],
      [environments, custom],
      [policyDefinitions, { ...edge, metadata: { ...edge.metadata, deletionTimestamp: 'now', finalizers: ['a/b'] } }],
      [policyDefinitions, customTopology('staying', 'output: {}')],
      [environments, requestObject(environment('c', { topology: { type: 'staying' } }))],
      [definitionRevisions, revision('Environment', custom)],
      [workloadDeployments, deployment('a')],
      [workloadDeployments, deployment('b')],
      [workloadDeployments, deployment('team', { environmentRef: 'custom@v1' })],
      [environments, requestObject(environment('b', { topology: { type: 'edge' } }))],
      [definitionRevisions, revision('Environment', formerlyEdge)],
      [workloadDeployments, blocked('waiting', 'shop')],
      [workloadDeployments, blocked('elsewhere', 'store')],
      [
        workloadDeployments,
        placedDeployment({ name: 'unlisted', spokeNamespace: 'victim', notApplied: 'SpokeNamespaceNotAllowed' }),
      ],
      [manifestWorkReplicaSets, replicaSet('shop')],
    ]);
    context = { caches: scene.caches, systemNamespace: 'mural-system' };
  });
  after(() => scene.stop());

  const rows: [mapper: string, why: string, keys: () => readonly string[], expected: string[]][] = [
    [
      'referringDeployments',
      'those of an Environment, at any revision',
      () => eventKeys.referringDeployments('Environment', custom, context),
      ['team/web'],
    ],
    [
      'referringDeployments',
      'none of namesakes in other namespaces',
      () => eventKeys.referringDeployments('Environment', requestObject(environment('a')), context),
      ['a/web'],
    ],
    [
      'referringDeployments',
      'those of a profile in their namespace',
      () => eventKeys.referringDeployments('WorkloadProfile', requestObject(profile('team')), context),
      ['team/elsewhere', 'team/unlisted', 'team/waiting', 'team/web'],
    ],
    [
      'referringDeployments',
      'those of every namespace for a profile in the system namespace, because it may be used in place of their own',
      () => eventKeys.referringDeployments('WorkloadProfile', requestObject(profile('mural-system')), context),
      ['a/web', 'b/web', 'team/elsewhere', 'team/unlisted', 'team/waiting', 'team/web'],
    ],
    [
      'referringDeployments',
      'those of the Environments that use a topology, or that used it in an older revision',
      () => eventKeys.referringDeployments('PolicyDefinition', policy('edge'), context),
      ['a/web', 'b/web', 'team/web'],
    ],
    [
      'referringDeployments',
      'none for a topology that no Environment uses',
      () => eventKeys.referringDeployments('PolicyDefinition', policy('other'), context),
      [],
    ],
    [
      'referringDeployments',
      'none for a PolicyDefinition in another namespace',
      () => eventKeys.referringDeployments('PolicyDefinition', policy('edge', 'team'), context),
      [],
    ],
    [
      'environmentsWithTopology',
      'none for a PolicyDefinition in another namespace',
      () => eventKeys.environmentsWithTopology(policy('edge', 'team'), context),
      [],
    ],
    [
      'topologyOfEnvironment',
      'none for a topology that is built in',
      () => eventKeys.topologyOfEnvironment(primary, context),
      [],
    ],
    [
      'topologyOfEnvironment',
      'the PolicyDefinition of a custom topology, without its revision',
      () => eventKeys.topologyOfEnvironment(custom, context),
      ['PolicyDefinition/mural-system/edge'],
    ],
    [
      'environmentsWithTopology',
      'the Environments of a PolicyDefinition',
      () => eventKeys.environmentsWithTopology(policy('edge'), context),
      ['Environment/b/primary', 'Environment/team/custom'],
    ],
    ['environmentsWithTopology', 'none', () => eventKeys.environmentsWithTopology(policy('unused'), context), []],
    [
      'topologyOfRevision',
      'the topology of a recorded Environment',
      () => eventKeys.topologyOfRevision(revision('Environment', custom), context),
      ['PolicyDefinition/mural-system/edge'],
    ],
    [
      'topologyOfRevision',
      'a recorded profile has none',
      () => eventKeys.topologyOfRevision(revision('WorkloadProfile', requestObject(profile('team'))), context),
      [],
    ],
    [
      'deploymentsOfRevision',
      'those that refer to what it records',
      () => eventKeys.deploymentsOfRevision(revision('Environment', custom), context),
      ['team/web'],
    ],
    [
      'deploymentsOfRevision',
      'an object without the labels records nothing',
      () => eventKeys.deploymentsOfRevision(aPlacement(), context),
      [],
    ],
    [
      'blockedByDeployment',
      'blocked ones in its namespace on the spokes',
      () => eventKeys.blockedByDeployment(placedDeployment({ spokeNamespace: 'shop' }), context),
      ['team/waiting'],
    ],
    [
      'blockedByReplicaSet',
      'blocked ones in the namespaces that it contains',
      () => eventKeys.blockedByReplicaSet(replicaSet('store'), context),
      ['team/elsewhere'],
    ],
    [
      'waitingForListing',
      'those that wait until a Namespace on the hub lists their spoke namespace',
      () => eventKeys.waitingForListing(hubNamespace('any'), context),
      ['team/unlisted'],
    ],
    [
      'definitionsOfDeployment',
      'all that its refs may mean, and what is applied',
      () => eventKeys.definitionsOfDeployment(applying(deployment('a', { environmentRef: 'primary@v3' })), context),
      ['Environment/a/former', 'Environment/a/primary', 'WorkloadProfile/a/web', 'WorkloadProfile/mural-system/web'],
    ],
    [
      'terminatingTopologiesOf',
      'those of its Environment, of any revision',
      () => eventKeys.terminatingTopologiesOf(deployment('a'), context),
      ['PolicyDefinition/mural-system/edge'],
    ],
    [
      'terminatingTopologiesOf',
      'none that is not being deleted',
      () => eventKeys.terminatingTopologiesOf(deployment('c'), context),
      [],
    ],
    [
      'deploymentOfRendered',
      'the deployment of a rendered object',
      () => eventKeys.deploymentOfRendered(replicaSet('shop')),
      ['team/first'],
    ],
    ['deploymentOfRendered', 'others have none', () => eventKeys.deploymentOfRendered(aPlacement()), []],
    [
      'environmentOfRendered',
      'the Environment of a rendered object, without its revision',
      () => eventKeys.environmentOfRendered(aPlacement({ from: 'team/primary@v4' })),
      ['Environment/team/primary'],
    ],
    ['environmentOfRendered', 'others have none', () => eventKeys.environmentOfRendered(aPlacement()), []],
    [
      'deploymentsWithPlacement',
      'those with a ManifestWorkReplicaSet that refers to it',
      () => eventKeys.deploymentsWithPlacement(aPlacement({ name: 'here' }), context),
      ['team/first'],
    ],
    [
      'deploymentsWithPlacement',
      'a Placement that none refers to',
      () => eventKeys.deploymentsWithPlacement(aPlacement({ name: 'there' }), context),
      [],
    ],
    [
      'deploymentOfWork',
      'by way of its ManifestWorkReplicaSet',
      () => eventKeys.deploymentOfWork(aWork('cluster-1'), context),
      ['team/first'],
    ],
    [
      'deploymentOfWork',
      'a work of a ManifestWorkReplicaSet that is not in the cache',
      () => eventKeys.deploymentOfWork({ ...aWork('cluster-1'), metadata: { name: 'foreign' } }, context),
      [],
    ],
  ];
  for (const [mapper, why, keys, expected] of rows) {
    it(`${mapper}: ${why}`, () => assert.deepEqual([...keys()].toSorted(), expected));
  }

  it('refsOfDeployment: a status or a label does not change the refs, a deletion does', () => {
    const { metadata, ...rest } = deployment('a');
    const refsOf = (more: object, status = {}) =>
      eventKeys.refsOfDeployment({ ...rest, metadata: { ...metadata, ...more }, status });
    assert.deepEqual(refsOf({ labels: { a: 'b' } }, { selectedClusters: ['c'] }), refsOf({}));
    assert.notDeepEqual(refsOf({ deletionTimestamp: 'now' }), refsOf({}));
    assert.notDeepEqual(refsOf({}, { environment: { namespace: 'a', name: 'primary', revision: 2 } }), refsOf({}));
  });
});
