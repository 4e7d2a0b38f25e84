import assert from 'node:assert/strict';
import type { Environment } from '../../src/api/environment.ts';
import type { KubeObject } from '../../src/api/object.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import { eventually, getObject, kubectlOk } from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { conditionOf, deleteSpokeNamespaces, deleteTestObjects } from '../support/tenant.ts';
import { createTenant, type TenantUser } from '../support/tenant-user.ts';

type Listed = KubeObject & { spec: object };

describe('objects that an ordinary user restores from the output of kubectl get', function () {
  this.timeout(180_000);
  let tenant: TenantUser;
  /** What the user has saved, without what the API server sets. */
  let saved: Listed[];

  const edition = (label: string, version?: string): Environment => {
    const made = environment(tenant.namespace, { labels: { edition: label } });
    return version === undefined ? made : { ...made, spec: { ...made.spec, version } };
  };
  const live = () => getObject<Environment>(['environment', 'primary', '-n', tenant.namespace]);
  const pinned = () => getObject<WorkloadDeployment>(['workloaddeployment', 'pinned', '-n', tenant.namespace]);
  const edit = async (label: string, version?: string) => {
    const before = (await live())?.status?.revision ?? 0;
    const { code, stderr } = await tenant.apply(manifest(edition(label, version)));
    assert.equal(code, 0, stderr);
    await eventually(`the edit ${label} is recorded`, async () => ((await live())?.status?.revision ?? 0) > before);
  };
  const deleteAll = async () => {
    for (const kind of ['workloaddeployments', 'environments', 'workloadprofiles']) {
      await tenant.kubectlOk(['delete', kind, '--all', '--timeout=60s']);
    }
  };
  const create = (...objects: object[]) => tenant.kubectl(['create', '-f', '-'], manifest(...objects));
  const savedAs = (kind: string, name: string): Listed => {
    const found = saved.find((object) => object.kind === kind && object.metadata.name === name);
    assert.ok(found, `${kind} ${name}`);
    return found;
  };

  before(async () => {
    tenant = await createTenant('restored-by-user');
    await tenant.apply(manifest(profile(tenant.namespace)));
    for (const label of ['1', '2', '3', '4', '5']) await edit(label);
    await edit('6', '1.3.6');
    await edit('7', '1.3.6');
    const { code, stderr } = await tenant.apply(
      manifest(deployment(tenant.namespace, { name: 'pinned', environmentRef: 'primary@v5' })),
    );
    assert.equal(code, 0, stderr);
    await eventually('the pin is resolved', async () => (await pinned())?.status?.environment?.revision === 5);
    const kinds = 'environments,workloadprofiles,workloaddeployments,definitionrevisions';
    const { items }: { items: Listed[] } = JSON.parse(await tenant.kubectlOk(['get', kinds, '-o', 'json']));
    saved = items.map(({ apiVersion, kind, metadata, spec }) => {
      const { name, namespace = '', labels = {}, annotations = {} } = metadata;
      return { apiVersion, kind, metadata: { name, namespace, labels, annotations }, spec };
    });
    await deleteAll();
  });

  afterEach(() => deleteAll());

  after(async () => {
    await deleteTestObjects(tenant.namespace);
    await deleteSpokeNamespaces(tenant.namespace);
  });

  it('continue with the number in the stamp, and a pin of a lost revision is refused for good', async () => {
    const revision = await create(savedAs('DefinitionRevision', 'environment.primary.v5'));
    assert.match(revision.stderr, /forbidden|may not restore|only the mooring controller/i);
    const objects = saved.filter(({ kind, metadata }) => kind !== 'DefinitionRevision' && metadata.name !== 'pinned');
    const { code, stderr } = await create(...objects);
    assert.equal(code, 0, stderr);
    await eventually('the number is recorded', async () => (await live())?.status?.revision === 7);
    for (const label of ['8', '9', '10', '11']) await edit(label, '1.3.6');
    const refused = await create(savedAs('WorkloadDeployment', 'pinned'));
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /revision 5 has been pruned.*RevisionNotFound/s);
    const other = { ...edition('12', '1.3.6'), spec: { ...edition('12', '1.3.6').spec, policies: [] } };
    const reused = await tenant.apply(
      manifest({
        ...other,
        spec: { ...other.spec, topology: { type: 'topology-ocm', properties: { placement: { numberOfClusters: 2 } } } },
      }),
    );
    assert.equal(reused.code, 1);
    assert.match(reused.stderr, /VersionReused/);
  });

  it('are held if a number comes to mean other content, and say what to do', async () => {
    const bare = savedAs('Environment', 'primary');
    const { annotations: _, ...metadata } = bare.metadata;
    const { code, stderr } = await create(
      savedAs('WorkloadProfile', 'web'),
      { ...bare, metadata },
      savedAs('WorkloadDeployment', 'pinned'),
    );
    assert.equal(code, 0, stderr);
    await eventually('the Environment starts again', async () => (await live())?.status?.revision === 1);
    for (const label of ['a', 'b', 'c', 'd']) await edit(label, '1.3.6');
    const held = await eventually('the deployment is held', async () => {
      const found = await pinned();
      return conditionOf(found?.status, 'Resolved') === 'False RevisionChanged' ? found : undefined;
    });
    const message = held.status?.conditions?.find(({ type }) => type === 'Resolved')?.message ?? '';
    assert.match(message, /^spec\.environmentRef: primary@v5 of Environment .* has other content now/);
    assert.deepEqual(held.status?.replicaSets ?? [], []);
    await tenant.kubectlOk([
      'patch',
      'workloaddeployment',
      'pinned',
      '--type=merge',
      '-p',
      '{"spec":{"environmentRef":{"name":"primary@v4"}}}',
    ]);
    await eventually('an edited ref is followed', async () => (await pinned())?.status?.environment?.revision === 4);
  });

  it('may not start with a number that leaves no room', async () => {
    const high = savedAs('Environment', 'primary');
    const annotations = { ...high.metadata.annotations, 'spectrocloud.com/revision': '1000001' };
    const { code, stderr } = await create({ ...high, metadata: { ...high.metadata, annotations } });
    assert.equal(code, 1);
    assert.match(stderr, /is above 1000000, the highest number that a new object can start with.*RevisionTooHigh/s);
    await kubectlOk(['get', 'namespace', tenant.namespace]);
  });
});
