import assert from 'node:assert/strict';
import { definitionRevisions, environments, workloadDeployments } from '../../src/api/kinds.ts';
import type { KubeObject, Resource } from '../../src/api/object.ts';
import type { UncheckedObject } from '../../src/api/unchecked-object.ts';
import { deploymentCache } from '../../src/catalog/deployment-cache.ts';
import type { ReferenceTarget, ReferrerIndex } from '../../src/catalog/referrers.ts';
import { cachedReferrers } from '../../src/catalog/referrers/cached.ts';
import { definitionCaches } from '../../src/catalog/stores/cached.ts';
import type { Client } from '../../src/kube/client/client.ts';
import { editedEnvironment, environmentSpec } from './environment-edits.ts';
import { placedDeployment } from './placed-deployment.ts';
import { recordedLog } from './recorded-log.ts';

const edge = editedEnvironment([
  environmentSpec({ topology: { type: 'edge@v2' } }),
  environmentSpec({ topology: { type: 'topology-ocm' } }),
]);
export const customEnvironment = editedEnvironment([environmentSpec({ topology: { type: 'edge' } })], {
  name: 'custom',
});
const deployments = [
  placedDeployment(),
  placedDeployment({ name: 'api', environmentRef: 'primary@v1.3' }),
  placedDeployment({ namespace: 'other', spokeNamespace: 'store', environmentRef: 'custom' }),
  placedDeployment({ namespace: 'other', name: 'wrong', environmentRef: 'primary@' }),
];

/** The objects that `testLookups` expects in an index. */
export const referrerObjects: KubeObject[] = [...edge.objects, ...customEnvironment.objects, ...deployments];

const resources: Record<string, Resource> = { Environment: environments, DefinitionRevision: definitionRevisions };

/** The same objects for an API server. */
export const storedReferrers = referrerObjects.map((object): [Resource, KubeObject] => [
  resources[object.kind] ?? workloadDeployments,
  object,
]);

/** Sorted `namespace/name`. */
export async function namesOf(found: Promise<readonly UncheckedObject[]>): Promise<string[]> {
  return (await found).map(({ metadata: { namespace = '', name } }) => `${namespace}/${name}`).toSorted();
}

/** An index over caches of the objects of a client; `run` fills the caches, `stop` ends their watches. */
export function cachedIndex(client: Client) {
  const stopping = new AbortController();
  const { log } = recordedLog();
  const cache = deploymentCache({ client, log, systemNamespace: 'mural-system' });
  const definitions = definitionCaches(client, log);
  const informers = [cache, definitions.Environment, definitions.revisions];
  let running: Promise<unknown> = Promise.resolve();
  return {
    index: cachedReferrers(cache, definitions),
    run: async () => {
      running = Promise.all(informers.map((informer) => informer.run(stopping.signal)));
      await Promise.all(informers.map((informer) => informer.synced));
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** Tests that every index of referrers passes, however it is filled. */
export function testLookups(index: ReferrerIndex): void {
  it('finds deployments by their namespace on the spokes', async () => {
    assert.deepEqual(await namesOf(index.inSpokeNamespace('shop')), ['other/wrong', 'team/api', 'team/web']);
    assert.deepEqual(await namesOf(index.inSpokeNamespace('store')), ['other/web']);
    assert.deepEqual(await namesOf(index.inSpokeNamespace('team')), []);
  });

  it('finds deployments by the definition that a ref may mean, whatever the revision', async () => {
    const users = (kind: ReferenceTarget['kind'], namespace: string, name: string) =>
      namesOf(index.byReference({ kind, namespace, name }));
    assert.deepEqual(await users('Environment', 'team', 'primary'), ['team/api', 'team/web']);
    assert.deepEqual(await users('Environment', 'other', 'primary'), [], 'a namesake in another namespace');
    assert.deepEqual(await users('Environment', 'other', 'custom'), ['other/web']);
    assert.deepEqual(await users('WorkloadProfile', 'team', 'web'), ['team/api', 'team/web']);
    assert.equal((await users('WorkloadProfile', 'mural-system', 'web')).length, 4);
    assert.deepEqual(await users('WorkloadProfile', 'team', 'primary'), []);
  });

  it('finds Environments by their topology, and the revisions that had it', async () => {
    assert.deepEqual(await namesOf(index.byTopology('edge')), ['team/custom']);
    const recorded = await index.recordedByTopology('edge');
    assert.deepEqual(
      recorded
        .map(({ namespace, name, revision, topology }) => `${namespace}/${name}@v${revision} ${topology}`)
        .toSorted(),
      ['team/custom@v1 edge', 'team/primary@v1 edge@v2'],
    );
  });

  it('leaves out objects that do not match', async () => {
    const isWeb = ({ metadata: { name } }: UncheckedObject) => name === 'web';
    assert.deepEqual(
      await namesOf(index.byReference({ kind: 'Environment', namespace: 'team', name: 'primary' }, isWeb)),
      ['team/web'],
    );
    assert.deepEqual(await namesOf(index.byTopology('edge', isWeb)), []);
    assert.deepEqual(await namesOf(index.byTopology('edge', ({ metadata }) => metadata.name === 'custom')), [
      'team/custom',
    ]);
  });
}
