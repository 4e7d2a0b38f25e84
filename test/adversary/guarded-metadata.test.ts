import assert from 'node:assert/strict';
import { placements, manifestWorkReplicaSets } from '../../src/api/ocm.ts';
import { apiVersionOf, type KubeObject } from '../../src/api/object.ts';
import { usernameOf } from '../../src/api/names.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import { eventually, getObject, kubectl, kubectlOk } from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { deleteTestObjects } from '../support/tenant.ts';
import { createTenant, type TenantUser } from '../support/tenant-user.ts';

const mergePatch = (patch: object) => ['--type=merge', '-p', JSON.stringify(patch)];
const specs = {
  Placement: {},
  ManifestWorkReplicaSet: {
    placementRefs: [{ name: 'p', rolloutStrategy: { type: 'All' } }],
    manifestWorkTemplate: { workload: { manifests: [] } },
  },
};

describe('metadata of mooring on rendered objects', function () {
  this.timeout(120_000);
  let tenant: TenantUser;

  before(async function () {
    this.timeout(300_000);
    tenant = await createTenant('forger');
    const resources =
      'placements.cluster.open-cluster-management.io,manifestworkreplicasets.work.open-cluster-management.io';
    const verbs = 'get,list,watch,create,update,patch,delete';
    await kubectlOk(['create', 'role', 'ocm', '-n', tenant.namespace, `--verb=${verbs}`, `--resource=${resources}`]);
    await kubectlOk(['create', 'rolebinding', 'ocm', '-n', tenant.namespace, '--role=ocm', `--user=${tenant.user}`]);
  });
  after(async () => {
    await kubectlOk(['delete', 'placements,manifestworkreplicasets', '--all', '-n', tenant.namespace]);
    await deleteTestObjects(tenant.namespace);
  });

  for (const resource of [placements, manifestWorkReplicaSets]) {
    const { kind, plural } = resource;
    const object = (name: string, metadata: object = {}) => ({
      apiVersion: apiVersionOf(resource),
      kind,
      metadata: { namespace: tenant.namespace, name, ...metadata },
      spec: kind === 'Placement' ? specs.Placement : specs.ManifestWorkReplicaSet,
    });
    const forged = { annotations: { 'spectrocloud.com/environment': 'victim/primary@v7' } };
    const refused = /only the mooring controller sets, changes and removes keys that begin with spectrocloud\.com\//;

    it(`cannot be forged by who may create a ${kind}`, async () => {
      const metadata = [forged, { labels: { 'spectrocloud.com/environment-hash': 'x' } }];
      for (const each of metadata) {
        for (const args of [['create'], ['apply', '--server-side']]) {
          const { code, stderr } = await tenant.kubectl([...args, '-f', '-'], manifest(object('forged', each)));
          assert.notEqual(code, 0, `${args.join(' ')} stores ${JSON.stringify(each)}`);
          assert.match(stderr, refused);
        }
      }
    });

    it(`cannot be added to a ${kind}, changed or removed`, async () => {
      // A cluster administrator has the verb restore, as a tool that restores a backup needs it.
      const restored = manifest(
        object('restored', { ...forged, labels: { 'spectrocloud.com/environment-hash': 'x' } }),
      );
      await kubectlOk(['create', '-f', '-'], { input: restored });
      const patches = [
        { annotations: { 'spectrocloud.com/environment': 'victim/primary@v8' } },
        { annotations: { 'spectrocloud.com/deployment': 'victim/web' } },
        { annotations: { 'spectrocloud.com/environment': null } },
        { labels: { 'spectrocloud.com/environment-hash': null } },
      ];
      for (const metadata of patches) {
        const { code, stderr } = await tenant.kubectl(['patch', plural, 'restored', ...mergePatch({ metadata })]);
        assert.notEqual(code, 0, JSON.stringify(metadata));
        assert.match(stderr, refused);
      }
      await tenant.kubectlOk(['label', plural, 'restored', 'team=x']);
    });

    it(`can be restored on a ${kind} with the verb restore`, async () => {
      const { group } = resource;
      const name = `restore-${plural}`;
      const { namespace } = tenant;
      await kubectlOk(['create', '-f', '-'], {
        input: manifest({
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'Role',
          metadata: { namespace, name },
          rules: [{ apiGroups: [group], resources: [plural], verbs: ['restore'] }],
        }),
      });
      await kubectlOk(['create', 'rolebinding', name, '-n', namespace, `--role=${name}`, `--user=${tenant.user}`]);
      await eventually('the right is in force', async () => {
        const { code } = await tenant.kubectl(
          ['create', '-f', '-', '--dry-run=server'],
          manifest(object('again', forged)),
        );
        return code === 0;
      });
      await kubectlOk(['delete', 'rolebinding', name, '-n', namespace]);
    });

    it(`leaves other keys of a ${kind} to its owner`, async () => {
      await tenant.kubectlOk(['create', '-f', '-'], manifest(object('plain', { labels: { team: 'x' } })));
      await tenant.kubectlOk(['annotate', plural, 'plain', 'note=y']);
    });
  }
});

describe('the kinds of mooring', function () {
  this.timeout(300_000);
  const crd = 'environments.spectrocloud.com';
  const remove = (...args: string[]) => kubectl(['delete', 'crd', ...args, '--dry-run=server']);
  const annotate = (value: string) =>
    kubectlOk(['annotate', 'crd', crd, '--overwrite', `spectrocloud.com/allow-deletion${value}`]);

  it('cannot be deleted by accident, not even by a cluster administrator', async () => {
    for (const args of [[crd], ['--all']]) {
      const { code, stderr } = await remove(...args);
      assert.notEqual(code, 0);
      assert.match(
        stderr,
        /deleting it deletes every Environment, .*: kubectl annotate crd environments\.spectrocloud\.com /,
      );
    }
    await annotate('=true');
    assert.notEqual((await remove(crd)).code, 0);
    const { metadata } = (await getObject<KubeObject>(['crd', crd])) ?? {};
    await annotate(`=${metadata?.uid}`);
    const confirmed = await remove(crd);
    await annotate('-');
    assert.equal(confirmed.code, 0, confirmed.stderr);
  });

  it('do not affect the CRDs of others', async () => {
    assert.equal((await remove('managedclustersets.cluster.open-cluster-management.io')).code, 0);
  });
});

describe('the account of the controller', function () {
  this.timeout(120_000);
  let tenant: TenantUser;
  const asController = (...args: string[]) =>
    kubectl(['--as', usernameOf('controller'), '-n', tenant.namespace, ...args]);
  const patchAs = (kind: string, name: string, patch: object) =>
    asController('patch', kind, name, ...mergePatch(patch));

  before(async function () {
    this.timeout(300_000);
    tenant = await createTenant('service');
    // kubectl reads an object before it patches it. The controller itself does not, and has no right to.
    const subject = '--serviceaccount=mooring-system:mooring-controller';
    const binding = ['create', 'rolebinding', 'reads', '--clusterrole=mooring-view', subject];
    await kubectlOk([...binding, '-n', tenant.namespace]);
    await tenant.kubectlOk(['apply', '-f', '-'], manifest(environment(tenant.namespace), profile(tenant.namespace)));
    await eventually('the revision is recorded', () =>
      getObject(['definitionrevision', 'environment.primary.v1', '-n', tenant.namespace]),
    );
  });
  after(() => deleteTestObjects(tenant.namespace));

  const refusals: [what: string, kind: string, name: string, patch: object][] = [
    ['a spec', 'environment', 'primary', { spec: { policies: [] } }],
    ['a lifecycle', 'environment', 'primary', lifecycle({ spokeNamespace: { orphan: true } })],
    ['a topology', 'environment', 'primary', { spec: { topology: { properties: { hubNamespace: 'x' } } } }],
    ['a profile', 'workloadprofile', 'web', { spec: { version: '1.0.0' } }],
    ['labels', 'environment', 'primary', { metadata: { labels: { a: 'b' } } }],
    ['annotations', 'environment', 'primary', { metadata: { annotations: { a: 'b' } } }],
    [
      'an acknowledgement',
      'environment',
      'primary',
      { metadata: { annotations: { 'spectrocloud.com/acknowledge': 'InUse' } } },
    ],
    [
      'a stamp beside a finalizer, which admission does not see',
      'environment',
      'primary',
      {
        metadata: {
          annotations: { 'spectrocloud.com/revision': '9' },
          finalizers: ['spectrocloud.com/mooring', 'test.example/x'],
        },
      },
    ],
    ['labels of a revision', 'definitionrevision', 'environment.primary.v1', { metadata: { labels: { a: 'b' } } }],
  ];
  for (const [what, kind, name, patch] of refusals) {
    it(`cannot change ${what}`, async () => {
      const { code, stderr } = await patchAs(kind, name, patch);
      assert.notEqual(code, 0, 'the change is stored');
      assert.match(stderr, /the mooring controller must not change|denied the request/);
      assert.match(stderr, /ValidatingAdmissionPolicy|NotAllowed|InvalidSpec/);
    });
  }

  it('can change finalizers, send an empty patch and mark a revision', async () => {
    const finalizers = ['spectrocloud.com/mooring', 'test.example/x'];
    const mark = (value: string | null) => ({ metadata: { annotations: { 'spectrocloud.com/retiring': value } } });
    const revision = 'environment.primary.v1';
    const writes = [
      await patchAs('environment', 'primary', { metadata: { finalizers } }),
      await patchAs('environment', 'primary', { metadata: { finalizers: finalizers.slice(0, 1) } }),
      await patchAs('environment', 'primary', {}),
      await patchAs('definitionrevision', revision, mark('2026-01-01T00:00:00Z')),
      await patchAs('definitionrevision', revision, mark(null)),
    ];
    for (const { code, stderr } of writes) assert.equal(code, 0, stderr);
  });

  it('can send an empty patch that lets admission pin a ref', async () => {
    const { namespace } = tenant;
    await kubectlOk(['label', 'namespace', namespace, 'spectrocloud.com/pin-refs=true']);
    await tenant.kubectlOk(['apply', '-f', '-'], manifest(deployment(namespace, { environmentRef: 'later' })));
    await tenant.kubectlOk(['apply', '-f', '-'], manifest(environment(namespace, { name: 'later' })));
    await eventually('the controller has the ref pinned', async () => {
      const found = await getObject<WorkloadDeployment>(['workloaddeployment', 'web', '-n', namespace]);
      return found?.spec.environmentRef.name === 'later@v1';
    });
  });

  it('works on objects of almost 1 MiB, and so do the policies for a terminating one', async () => {
    const big = profile(tenant.namespace, 'big');
    const components = [{ name: 'a', type: 't', properties: { text: 'x'.repeat(950_000) } }];
    const held = { ...big.metadata, finalizers: ['example.com/hold'] };
    const object = { ...big, metadata: held, spec: { workload: { components } } };
    const created = await tenant.kubectl(['create', '-f', '-'], manifest(object));
    assert.equal(created.code, 0, created.stderr);
    const empty = await patchAs('workloadprofile', 'big', {});
    assert.equal(empty.code, 0, empty.stderr);
    const edited = await patchAs('workloadprofile', 'big', { spec: { version: '1.0.0' } });
    assert.match(edited.stderr, /spec: the mooring controller must not change it/);
    await tenant.kubectlOk(['delete', 'workloadprofile', 'big', '--wait=false']);
    const change = await tenant.kubectl([
      'patch',
      'workloadprofile',
      'big',
      ...mergePatch({ spec: { version: '1.0.0' } }),
    ]);
    assert.match(change.stderr, /the object is being deleted/);
    await eventually('the controller lets go', async () => {
      const found = await getObject<KubeObject>(['workloadprofile', 'big', '-n', tenant.namespace]);
      return found?.metadata.finalizers?.join() === 'example.com/hold';
    });
    await tenant.kubectlOk(['patch', 'workloadprofile', 'big', ...mergePatch({ metadata: { finalizers: null } })]);
    await eventually('the profile is gone', async () => {
      return (await getObject(['workloadprofile', 'big', '-n', tenant.namespace])) === undefined;
    });
  });
});

function lifecycle(value: object): object {
  const manifestWorkReplicaSet = { manifestWorkTemplate: { lifecycle: value } };
  return { spec: { topology: { properties: { manifestWorkReplicaSet } } } };
}
