import assert from 'node:assert/strict';
import type { Environment } from '../../../src/api/environment.ts';
import type { KubeObject, ObjectMeta } from '../../../src/api/object.ts';
import { sha256 } from '../../../src/cli/sha256.ts';
import { revisionOf } from '../../../src/domain/revisions/record.ts';
import { liveReferrers } from '../../../src/catalog/referrers/live.ts';
import { listedReferrers } from '../../../src/catalog/referrers/listed.ts';
import type { ReferrerIndex } from '../../../src/catalog/referrers.ts';
import { fileStore } from '../../../src/catalog/stores/files.ts';
import { readStamp } from '../../../src/domain/revisions/revision.ts';
import { gatherPublication } from '../../../src/webhook/gather/publication.ts';
import { createNameVisibility } from '../../../src/webhook/gather/name-visibility.ts';
import { customTopology } from '../../support/custom-topology.ts';
import { factsOf, requestObject, stampedAs } from '../../support/facts.ts';
import { environment, profile } from '../../support/manifests.ts';
import { createMemoryClient } from '../../support/memory-client.ts';
import { deploymentUser, environmentUser } from '../../support/users-of-definitions.ts';
import type { Definition } from '../../../src/domain/revisions/definition.ts';
import { catalogOf } from '../../support/catalog.ts';

const of = (version: string, clusters: number): Environment => {
  const object = environment('team', { placement: { numberOfClusters: clusters } });
  return { ...object, metadata: { ...object.metadata, uid: 'uid-1' }, spec: { ...object.spec, version } };
};
const recorded = (object: Environment, revision: number): KubeObject => {
  const stamped = stampedAs(object, revision) as unknown as Definition;
  return revisionOf('Environment', stamped, readStamp(stamped.metadata) ?? assert.fail());
};
/** Its versions 1.0.0 and 1.0.1 are published; its newest revision is 3. */
const history = [recorded(of('1.0.0', 1), 1), recorded(of('1.0.1', 2), 2)];
const live = {
  ...stampedAs(of('1.0.1', 2), 3),
  status: { revision: 3, versions: { '1.0': '1.0.1' } },
};
const asking = (): Promise<never> => Promise.reject(new Error('nobody was to be asked'));
const nobody: ReferrerIndex = {
  inSpokeNamespace: asking,
  byReference: asking,
  byTopology: asking,
  recordedByTopology: asking,
};

interface Around {
  objects?: readonly KubeObject[];
  users?: ReferrerIndex;
  /** Namespaces of which the requester may see nothing. */
  hidden?: string[];
}

const gathered = (request: { object: KubeObject; oldObject: KubeObject }, around: Around = {}) => {
  const { objects = [live, ...history], users = nobody, hidden = [] } = around;
  return gatherPublication(factsOf(request).request, {
    catalog: catalogOf(fileStore(objects, sha256)),
    referrers: users,
    visibility: createNameVisibility(({ namespace = '' }) => Promise.resolve(!hidden.includes(namespace))),
  });
};

describe('what a publication depends on', () => {
  const edited = (object: Environment, around?: Around) => gathered({ object, oldObject: live }, around);

  it('includes the recorded spec of a published version', async () => {
    assert.deepEqual(await edited(of('1.0.0', 7)), { publishedSpec: of('1.0.0', 1).spec });
  });

  it('includes the spec of the live version', async () => {
    assert.deepEqual(await edited(of('1.0.1', 7)), { publishedSpec: of('1.0.1', 2).spec });
  });

  it('does not include the spec of a version that was pruned or never published', async () => {
    assert.deepEqual(await edited(of('1.0.0', 7), { objects: [live] }), {});
  });

  it('reads nothing for an ordinary new version', async () => {
    assert.deepEqual(await edited(of('1.0.2', 7)), {});
    assert.deepEqual(await edited({ ...live, metadata: { ...live.metadata, labels: { a: 'b' } } }), {});
  });

  it('reads nothing for kinds without revisions', async () => {
    const [, deployment] = deploymentUser({ name: 'web' });
    assert.deepEqual(await gathered({ object: deployment, oldObject: deployment }), {});
  });
});

describe('the pins of the number of a new major', () => {
  /** Publishes 2.0.0 of an object that is at its third revision. */
  const published = (definition: Definition) => ({
    oldObject: stampedAs(definition, 3),
    object: { ...definition, spec: { ...definition.spec, version: '2.0.0' } },
  });
  const pinning = async (
    definition: Definition,
    users: readonly KubeObject[],
    around: Around = {},
  ): Promise<string[]> => {
    const lookup = listedReferrers('mural-system', () => users.map(requestObject));
    const { shadowedPins = [] } = await gathered(published(definition), { users: lookup, ...around });
    return shadowedPins.map(({ kind, namespace, name, visible }) =>
      visible ? `${kind} ${namespace}/${name}` : `${kind} that is not seen`,
    );
  };
  const user = (name: string, ref: string, more: { namespace?: string; metadata?: Partial<ObjectMeta> } = {}) =>
    deploymentUser({ name, environment: { name: ref }, ...more })[1];
  const primary = requestObject(environment('team'));

  it('are all refs with that number, and no others', async () => {
    const users = [
      user('by-number', 'primary@v2'),
      user('another', 'primary@v2'),
      user('by-another-number', 'primary@v3'),
      user('by-version', 'primary@v2.0.0'),
      user('on-line', 'primary@v2.0'),
      user('following', 'primary'),
      user('elsewhere', 'primary@v2', { namespace: 'other' }),
      user('going', 'primary@v2', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }),
    ];
    const found = ['WorkloadDeployment team/another', 'WorkloadDeployment team/by-number'];
    assert.deepEqual(await pinning(primary, users), found);
    assert.deepEqual(await pinning(profile('team', 'primary'), users), [], 'a profile is no Environment');
  });

  it('include deployments that pin a profile in the system namespace', async () => {
    const [, object] = deploymentUser({ name: 'shop', profile: { name: 'web@v2' } });
    for (const namespace of ['team', 'mural-system']) {
      assert.deepEqual(await pinning(profile(namespace), [object]), ['WorkloadDeployment team/shop']);
    }
    assert.deepEqual(await pinning(profile('other'), [object]), []);
  });

  it('include Environments in any namespace that pin the topology', async () => {
    const types = ['edge@v2', 'edge', 'edge@v2.0', 'edges@v2'];
    const users = types.map((type, index) => environmentUser(`e${index}`, type, 'other')[1]);
    const edge = customTopology('edge', 'output: {}');
    assert.deepEqual(await pinning(edge, users), ['Environment other/e0']);
    const stray = { ...edge, metadata: { ...edge.metadata, namespace: 'team' } };
    assert.deepEqual(await pinning(stray, users), [], 'outside the system namespace one means nothing');
  });

  it('are visible only to a requester who may see them, and counted for every requester', async () => {
    const [, outside] = deploymentUser({
      name: 'web',
      namespace: 'other',
      environment: { name: 'primary@v2', namespace: 'team' },
    });
    assert.deepEqual(await pinning(primary, [user('web', 'primary@v2'), outside], { hidden: ['other'] }), [
      'WorkloadDeployment that is not seen',
      'WorkloadDeployment team/web',
    ]);
  });

  it('are the only referrers that are read live', async () => {
    const many = Array.from({ length: 60 }, (_, index) => user(`following-${index}`, 'primary'));
    const pins = [user('pinned', 'primary@v2'), user('re-pinned', 'primary@v2'), user('gone', 'primary@v2')];
    const client = createMemoryClient([
      deploymentUser({ name: 'pinned', environment: { name: 'primary@v2' } }),
      deploymentUser({ name: 're-pinned', environment: { name: 'primary@v3' } }),
    ]);
    const { signal } = new AbortController();
    const read: string[] = [];
    const get = ((resource, key, options) => {
      assert.equal(options?.signal, signal);
      read.push(key.name);
      return client.get(resource, key, options);
    }) as typeof client.get;
    const list = () => Promise.reject(new Error('all at once'));
    const cached = listedReferrers('mural-system', () => [...many, ...pins].map(requestObject));
    const users = liveReferrers({
      cached,
      cachedObject: () => undefined,
      client: { ...client, get, list },
      systemNamespace: 'mural-system',
      hash: sha256,
      signal,
    });
    assert.deepEqual(await pinning(primary, [], { users }), ['WorkloadDeployment team/pinned']);
    assert.deepEqual(read.toSorted(), ['gone', 'pinned', 're-pinned']);
  });
});
