import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/api/object.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import { mooring } from '../support/command-line.ts';
import { apply, eventually, getObject, kubectl, kubectlOk } from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { conditionOf, deleteSpokeNamespaces, deleteTestObjects, waitUntilApplied } from '../support/tenant.ts';
import { createTenant, type TenantUser } from '../support/tenant-user.ts';

const acknowledge = 'spectrocloud.com/acknowledge';
const stamp = 'spectrocloud.com/allowed-spoke-namespaces';

describe('a tenant and the spoke namespaces of others', function () {
  this.timeout(120_000);
  let tenant: TenantUser;
  let victim: TenantUser;
  let cluster = '';
  /** A namespace of the platform, made by hand on the spokes. */
  let platform = '';

  before(async function () {
    this.timeout(300_000);
    tenant = await createTenant('adversary');
    victim = await createTenant('victim');
    for (const each of [tenant, victim]) {
      const { namespace } = each;
      const { code, stderr } = await each.apply(manifest(environment(namespace), profile(namespace)));
      assert.equal(code, 0, stderr);
    }
    const own = await victim.apply(manifest(deployment(victim.namespace)));
    assert.equal(own.code, 0, own.stderr);
    cluster = (await waitUntilApplied(victim.namespace)).status?.selectedClusters?.[0] ?? '';
    platform = `platform-${victim.namespace}`;
    await kubectlOk(['create', 'namespace', platform], { on: cluster });
    await kubectlOk(['create', 'configmap', 'precious', '-n', platform], { on: cluster });
  });

  after(async () => {
    for (const { namespace } of [tenant, victim]) {
      await deleteTestObjects(namespace);
      await deleteSpokeNamespaces(namespace);
    }
    await kubectl(['delete', 'namespace', platform, '--wait=false'], { on: cluster });
  });

  /** Applies a deployment as the tenant, which must be refused with this code. */
  async function refused(code: string, object: KubeObject): Promise<string> {
    const { code: ended, stdout, stderr } = await tenant.apply(manifest(object));
    assert.equal(ended, 1, stdout);
    assert.match(stderr, new RegExp(`\\(${code}\\)`));
    return stderr;
  }

  const into = (spokeNamespace: string, name = 'web') => deployment(tenant.namespace, { name, spokeNamespace });
  const withAnnotations = <T extends KubeObject>(object: T, annotations: Record<string, string>): T => ({
    ...object,
    metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...annotations } },
  });
  const withMetadata = (object: WorkloadDeployment, namespaceMetadata: object) => ({
    ...object,
    spec: { ...object.spec, workload: { ...object.spec.workload, namespaceMetadata } },
  });
  const stored = async (name: string) => {
    const found = await getObject<WorkloadDeployment>(['workloaddeployment', name, '-n', tenant.namespace]);
    return found ?? assert.fail(name);
  };

  it('adopt no namespace of the platform in order to delete it', async () => {
    for (const namespace of ['cert-manager', 'argocd', 'mooring-system', 'openshift-ingress', 'kube-public']) {
      await refused('ProtectedNamespace', into(namespace));
    }
    const message = await refused('SpokeNamespaceNotAllowed', into(platform));
    assert.match(message, new RegExp(`mooring spoke-namespace allow ${platform} --user ${tenant.user}`));
    assert.notEqual(await getObject(['configmap', 'precious', '-n', platform], cluster), undefined);
  });

  it('enter no namespace of another tenant, neither beside a Workload nor before there is one', async () => {
    const message = await refused('SpokeNamespaceNotAllowed', into(victim.namespace, 'beside'));
    assert.doesNotMatch(message, /WorkloadDeployment|Conflict/, 'it does not tell what is there');
    await refused('SpokeNamespaceNotAllowed', into(victim.namespace, 'web'));
    await refused('SpokeNamespaceNotAllowed', into('of-a-later-tenant', 'squatter'));
  });

  it('cannot write the stamp of the right', async () => {
    await refused(
      'SpokeNamespaceNotAllowed',
      withAnnotations(into(victim.namespace, 'stamped'), { [stamp]: victim.namespace }),
    );
    const own = withAnnotations(into(tenant.namespace, 'own'), { [stamp]: victim.namespace });
    assert.equal((await tenant.apply(manifest(own))).code, 0);
    assert.equal((await stored('own')).metadata.annotations?.[stamp], undefined);
    await refused(
      'SpokeNamespaceNotAllowed',
      withAnnotations(into(victim.namespace, 'own'), { [stamp]: victim.namespace }),
    );
  });

  it('relax no Pod Security of their own namespace, nor remove labels by keys that end with -', async () => {
    const labels = { 'pod-security.kubernetes.io/enforce': 'privileged' };
    const own = into(tenant.namespace, 'relabel');
    const message = await refused('NotAllowed', withMetadata(own, { labels }));
    assert.match(message, /pod-security\.kubernetes\.io\/enforce is reserved/);
    for (const removal of [
      { labels: { 'pod-security.kubernetes.io/enforce-': '' } },
      { annotations: { 'team-': '' } },
    ]) {
      assert.match(await refused('InvalidSpec', withMetadata(own, removal)), /a key must not end with -/);
    }
  });

  it('see their own namespace as before, without any right', async () => {
    const own = deployment(tenant.namespace, { name: 'plain' });
    const { code, stderr } = await tenant.apply(manifest(own));
    assert.equal(code, 0, stderr);
    assert.equal((await stored('plain')).metadata.annotations?.[stamp], undefined);
    await waitUntilApplied(tenant.namespace, 'plain');
  });

  it('enter a namespace that an administrator lists or grants, as the message says', async () => {
    const listed = `listed-${tenant.namespace}`;
    const granted = `granted-${tenant.namespace}`;
    await refused('SpokeNamespaceNotAllowed', into(listed, 'listed'));
    const annotation = `spectrocloud.com/spoke-namespaces=${listed}`;
    await kubectlOk(['annotate', '--overwrite', 'namespace', tenant.namespace, annotation]);
    assert.equal((await tenant.apply(manifest(into(listed, 'listed')))).code, 0);
    assert.equal((await stored('listed')).metadata.annotations?.[stamp], undefined);
    await waitUntilApplied(tenant.namespace, 'listed');

    await refused('SpokeNamespaceNotAllowed', into(granted, 'granted'));
    const { out } = await mooring(['spoke-namespace', 'allow', granted, '--user', tenant.user]);
    await kubectlOk(['apply', '-f', '-'], { input: out });
    await eventually('the right is effective', async () => {
      const { code } = await tenant.apply(manifest(into(granted, 'granted')));
      return code === 0;
    });
    assert.equal((await stored('granted')).metadata.annotations?.[stamp], granted);
    await waitUntilApplied(tenant.namespace, 'granted');
    // An edit by somebody else keeps what the requester was allowed.
    await kubectlOk(['label', 'workloaddeployment', 'granted', '-n', tenant.namespace, 'a=b']);
    assert.equal((await stored('granted')).metadata.annotations?.[stamp], granted);
    await deleteSpokeNamespaces(listed);
    await deleteSpokeNamespaces(granted);
  });

  it('share a namespace with another hub namespace only if both list it', async () => {
    const shared = `shared-${tenant.namespace}`;
    const list = (namespace: string) =>
      kubectlOk(['annotate', '--overwrite', 'namespace', namespace, `spectrocloud.com/spoke-namespaces=${shared}`]);
    await list(tenant.namespace);
    assert.equal((await tenant.apply(manifest(into(shared, 'first')))).code, 0);
    await waitUntilApplied(tenant.namespace, 'first');
    const second = deployment(victim.namespace, { name: 'second', spokeNamespace: shared });
    // An administrator may use any namespace, but that is not what makes a namespace shared.
    const { code, stderr } = await apply(manifest(second));
    assert.equal(code, 1);
    assert.match(
      stderr,
      new RegExp(`is used by WorkloadDeployment ${tenant.namespace}/first .*\\(SpokeNamespaceInUse\\)`),
    );
    await list(victim.namespace);
    const allowed = await victim.apply(manifest(second));
    assert.equal(allowed.code, 0, allowed.stderr);
    await waitUntilApplied(victim.namespace, 'second');
    await kubectlOk(['delete', 'workloaddeployment', 'second', '-n', victim.namespace, '--wait=false']);
    await deleteSpokeNamespaces(shared);
  });
});

describe('a tenant with every verb in one hub namespace', function () {
  this.timeout(120_000);
  let tenant: TenantUser;
  let victim: TenantUser;
  let shared = '';

  before(async function () {
    this.timeout(300_000);
    tenant = await createTenant('every-verb');
    victim = await createTenant('every-verb-victim');
    const everything = ['--verb=*', '--resource=*.*'];
    await kubectlOk(['create', 'role', 'everything', '-n', tenant.namespace, ...everything]);
    await kubectlOk([
      'create',
      'rolebinding',
      'everything',
      '-n',
      tenant.namespace,
      '--role=everything',
      `--user=${tenant.user}`,
    ]);
    shared = await sharedNamespace();
  });

  after(async () => {
    for (const { namespace } of [tenant, victim]) {
      await deleteTestObjects(namespace);
      await deleteSpokeNamespaces(namespace);
    }
    await deleteSpokeNamespaces(shared);
  });

  /** A spoke namespace that both hub namespaces list, with Workload `web` of the victim. */
  async function sharedNamespace(): Promise<string> {
    const name = `both-${victim.namespace}`;
    for (const each of [tenant, victim]) {
      const { namespace } = each;
      await kubectlOk(['annotate', '--overwrite', 'namespace', namespace, `spectrocloud.com/spoke-namespaces=${name}`]);
      const { code, stderr } = await each.apply(manifest(environment(namespace), profile(namespace)));
      assert.equal(code, 0, stderr);
    }
    const { code, stderr } = await victim.apply(manifest(deployment(victim.namespace, { spokeNamespace: name })));
    assert.equal(code, 0, stderr);
    await waitUntilApplied(victim.namespace);
    return name;
  }

  const acknowledging = (code: string, spokeNamespace: string, name = 'web') => {
    const made = deployment(tenant.namespace, { name, spokeNamespace });
    return { ...made, metadata: { ...made.metadata, annotations: { [acknowledge]: code } } };
  };

  it('cannot acknowledge that a namespace is protected', async () => {
    for (const namespace of ['kube-public', 'open-cluster-management-agent', 'cert-manager']) {
      const { code, stderr } = await tenant.apply(manifest(acknowledging('ProtectedNamespace', namespace)));
      assert.equal(code, 1);
      assert.match(stderr, /"ProtectedNamespace" is not a rule that can be acknowledged/);
      const plain = await tenant.apply(manifest(deployment(tenant.namespace, { spokeNamespace: namespace })));
      assert.match(plain.stderr, /\(ProtectedNamespace\)/);
    }
  });

  it('gets no right at cluster scope from a role in a namespace', async () => {
    const { code, stderr } = await tenant.apply(
      manifest(deployment(tenant.namespace, { name: 'elsewhere', spokeNamespace: victim.namespace })),
    );
    assert.equal(code, 1);
    assert.match(stderr, /\(SpokeNamespaceNotAllowed\)/);
  });

  it('cannot acknowledge a conflict with the Workload of another hub namespace', async () => {
    const object = acknowledging('WorkloadConflict', shared);
    const { code, stderr } = await tenant.apply(manifest(object));
    assert.equal(code, 1);
    assert.match(
      stderr,
      /needs the verb override in the hub namespace of the other deployment too \(WorkloadConflict\)/,
    );
    const scope = { 'spectrocloud.com/acknowledged-namespaces': victim.namespace };
    const claimed = {
      ...object,
      metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...scope } },
    };
    const claim = await tenant.apply(manifest(claimed));
    assert.equal(claim.code, 1);
    assert.match(claim.stderr, /\(WorkloadConflict\)/);
  });

  it('overwrites nothing with an acknowledgement that was given before the conflict existed', async () => {
    // The Environment does not exist yet, so that admission cannot see the conflict.
    const object = acknowledging('WorkloadConflict', shared);
    const waiting = { ...object, spec: { ...object.spec, environmentRef: { name: 'later' } } };
    const { code, stderr } = await tenant.apply(manifest(waiting));
    if (code === 0) {
      const later = await tenant.apply(manifest(environment(tenant.namespace, { name: 'later' })));
      assert.equal(later.code, 0, later.stderr);
      await eventually('the controller blocks it', async () => {
        const found = await getObject<WorkloadDeployment>(['workloaddeployment', 'web', '-n', tenant.namespace]);
        return conditionOf(found?.status, 'Applied') === 'False WorkloadConflict';
      });
    } else {
      assert.match(stderr, /\(WorkloadConflict\)/);
    }
  });
});
