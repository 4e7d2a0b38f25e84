import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { example } from '../../deploy/local/hub/example.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import { apply, eventually, getObject, kubectl, kubectlOk } from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { deleteSpokeNamespaces, deleteTestObjects, waitUntilApplied } from '../support/tenant.ts';
import { createTenant, type TenantUser } from '../support/tenant-user.ts';

/** The ManagedCluster that stands for the hub. */
const local = 'spoke1';
const other = 'spoke2';
const code = 'HubNamespaceWouldBeOwned';
const labelSelector = { matchExpressions: [{ key: 'local-cluster', operator: 'NotIn', values: ['true'] }] };
const excluding = { predicates: [{ requiredClusterSelector: { labelSelector } }] };
const snippet =
  /spec\.topology\.properties\.placement\.predicates: \[\{requiredClusterSelector: \{labelSelector: \{matchExpressions: \[\{key: local-cluster, operator: NotIn, values: \["true"\]\}\]\}\}\}\]/;

const onAnyHub = join(import.meta.dirname, '../../deploy/local/examples/complete-on-any-hub.yaml');

const setLabel = (value: string) =>
  kubectlOk([
    'label',
    '--overwrite',
    'managedcluster',
    local,
    value === '' ? 'local-cluster-' : `local-cluster=${value}`,
  ]);

async function appliedOf(namespace: string, name = 'web') {
  const found = await getObject<WorkloadDeployment>(['workloaddeployment', name, '-n', namespace]);
  return found?.status?.conditions?.find(({ type }) => type === 'Applied');
}

describe('a hub that is a cluster of its own', function () {
  this.timeout(120_000);
  let tenant: TenantUser;

  before(async function () {
    this.timeout(300_000);
    tenant = await createTenant('own-hub');
    await setLabel('true');
  });
  after(async () => {
    await setLabel('');
    await deleteTestObjects(tenant.namespace);
    await deleteSpokeNamespaces(tenant.namespace);
  });
  afterEach(async () => {
    await kubectlOk(['delete', 'workloaddeployment', '--all', '-n', tenant.namespace, '--timeout=60s']);
  });

  const named = (name: string, options: Parameters<typeof environment>[1] = {}) =>
    environment(tenant.namespace, { name, ...options });
  const using = (environmentRef: string, spokeNamespace = tenant.namespace) =>
    deployment(tenant.namespace, { environmentRef, spokeNamespace });

  it('does not come to own the namespace of the Environments, whoever asks, and the message prints the predicate', async () => {
    await tenant.apply(manifest(profile(tenant.namespace), named('open', { placement: {} })));
    const acknowledged = { 'spectrocloud.com/acknowledge': code };
    const { stderr } = await tenant.apply(manifest(using('open')));
    assert.match(stderr, new RegExp(`\\(${code}\\)`));
    assert.match(stderr, new RegExp(`may select ManagedCluster ${local}, which is the hub`));
    assert.match(stderr, snippet);
    const plain = using('open');
    const forced = await apply(manifest({ ...plain, metadata: { ...plain.metadata, annotations: acknowledged } }));
    assert.match(forced.stderr, /"HubNamespaceWouldBeOwned" is not a rule that can be acknowledged/);
    assert.equal(await getObject(['namespace', tenant.namespace], local), undefined);
  });

  it('may be selected for a guest, and for a namespace that the hub does not need', async () => {
    await tenant.apply(manifest(named('guests', { placement: {}, lifecycle: { spokeNamespace: { create: false } } })));
    const guest = await tenant.apply(manifest(using('guests')));
    assert.equal(guest.code, 0, guest.stderr);
    await kubectlOk(['delete', 'workloaddeployment', 'web', '-n', tenant.namespace, '--timeout=60s']);
    const elsewhere = await tenant.apply(manifest(using('open', `${tenant.namespace}-x`)));
    assert.equal(elsewhere.code, 0, elsewhere.stderr);
    await waitUntilApplied(tenant.namespace);
  });

  it('is not brought in by an edit of an Environment that excludes it', async () => {
    await tenant.apply(manifest(named('closed', { placement: excluding })));
    const { code: ended, stderr } = await tenant.apply(manifest(using('closed')));
    assert.equal(ended, 0, stderr);
    const applied = await waitUntilApplied(tenant.namespace);
    assert.deepEqual(applied.status?.selectedClusters, [other]);
    const opened = await tenant.apply(manifest(named('closed', { placement: {} })));
    assert.equal(opened.code, 1);
    assert.match(
      opened.stderr,
      new RegExp(`WorkloadDeployment ${tenant.namespace}/web: the work agent.*\\(${code}\\)`),
    );
  });

  it('shows in the status if a cluster turns out to be the hub after the deployment was applied', async () => {
    await setLabel('');
    await tenant.apply(manifest(named('open', { placement: {} })));
    const { code: ended, stderr } = await tenant.apply(manifest(using('open')));
    assert.equal(ended, 0, stderr);
    await waitUntilApplied(tenant.namespace);
    await setLabel('true');
    const shown = await eventually('the status names the rule', async () => {
      const condition = await appliedOf(tenant.namespace);
      return condition?.reason === code ? condition : undefined;
    });
    assert.equal(shown.status, 'False');
    assert.match(shown.message ?? '', /owns Namespace .* first let the Environment orphan the namespace/);
    const deleted = await tenant.kubectl(['delete', 'workloaddeployment', 'web']);
    assert.equal(deleted.code, 1);
    assert.match(deleted.stderr, new RegExp(`would delete Namespace ${tenant.namespace} .*\\(${code}\\)`));
    const excluded = await tenant.apply(manifest(named('open', { placement: excluding })));
    assert.match(excluded.stderr, new RegExp(`would delete Namespace ${tenant.namespace} .*\\(${code}\\)`));
    await setLabel('');
    await eventually('it is applied again', async () => (await appliedOf(tenant.namespace))?.status === 'True');
  });
});

describe('the complete example on a hub that is a cluster of its own', function () {
  this.timeout(120_000);
  const { namespace } = example;
  before(async function () {
    this.timeout(300_000);
    await kubectl(['create', 'namespace', namespace]);
    await setLabel('true');
  });
  after(async () => {
    await setLabel('');
    await deleteTestObjects(namespace);
    await kubectlOk(['wait', '--for=delete', `namespace/${namespace}`, '--timeout=40s']);
    await kubectlOk(['delete', 'workloadprofile', 'hello-universe-demo', '-n', 'mural-system', '--ignore-not-found']);
    await deleteSpokeNamespaces(namespace);
  });

  it('is denied as it is published, with the predicate to add', async () => {
    const { code: ended, stdout, stderr } = await apply(await readFile(example.file, 'utf8'));
    assert.equal(ended, 1);
    assert.equal(stdout.split('\n').filter((line) => line.endsWith(' created')).length, 2);
    assert.match(stderr, new RegExp(`own Namespace ${namespace}.*\\(${code}\\)`));
    assert.match(stderr, snippet);
  });

  it('is applied beside the hub in the version for any hub', async () => {
    const { code: ended, stderr } = await apply(await readFile(onAnyHub, 'utf8'));
    assert.equal(ended, 0, stderr);
    const applied = await waitUntilApplied(namespace, example.deployment);
    assert.deepEqual(applied.status?.selectedClusters, [other]);
  });

  it('is admitted without a warning in that version where the hub is no cluster', async () => {
    await setLabel('');
    await kubectlOk(['delete', 'workloaddeployment', '--all', '-n', namespace, '--timeout=60s']);
    const { code: ended, stderr } = await apply(await readFile(onAnyHub, 'utf8'));
    assert.deepEqual([ended, stderr], [0, '']);
    await waitUntilApplied(namespace, example.deployment);
  });
});
