import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Environment } from '../../src/api/environment.ts';
import type { KubeObject } from '../../src/api/object.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import { contentHash } from '../../src/domain/revisions/revision.ts';
import { closeHubNamespace, openHubNamespace } from '../support/hub-namespace.ts';
import { apply, createNamespace, eventually, getObject, kubectl, kubectlOk } from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { conditionOf, deleteSpokeNamespaces, deleteTestObjects, waitUntilApplied } from '../support/tenant.ts';
import { createTenant, type TenantUser } from '../support/tenant-user.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('hub namespaces against tenants', function () {
  this.timeout(180_000);
  let tenant: TenantUser;
  /** A hub namespace of another team. It is open, and all clusters are bound to it. */
  let payments: string;
  /** A namespace on the hub that is not open. */
  let closed: string;

  before(async () => {
    tenant = await createTenant('hub-tenant');
    payments = await createNamespace('hub-payments');
    closed = await createNamespace('hub-closed');
    await openHubNamespace(payments, '--cluster-set', 'global');
    await kubectlOk(['apply', '-f', '-'], { input: manifest(profile(tenant.namespace)) });
  });

  after(async () => {
    await openHubNamespace(payments);
    await deleteTestObjects(tenant.namespace);
    for (const name of [payments, closed]) await kubectlOk(['delete', 'namespace', name, '--wait=false']);
    await deleteSpokeNamespaces(tenant.namespace);
  });

  const inHub = (hubNamespace: string, name: string): Environment =>
    environment(tenant.namespace, {
      name,
      topology: { type: 'topology-ocm', properties: { hubNamespace, placement: { numberOfClusters: 1 } } },
    });
  const objectsIn = (namespace: string) =>
    kubectlOk(['get', 'placements,manifestworkreplicasets', '-n', namespace, '-o', 'name']);
  const conditionsOf = async (name: string) =>
    (await getObject<WorkloadDeployment>(['workloaddeployment', name, '-n', tenant.namespace]))?.status;
  const messageOf = async (name: string, type: string) =>
    (await conditionsOf(name))?.conditions?.find((condition) => condition.type === type)?.message ?? '';
  const recorded = (name: string, revision: number) =>
    eventually(`revision ${revision} of ${name} is recorded`, async () => {
      const found = await getObject<Environment>(['environment', name, '-n', tenant.namespace]);
      return found?.status?.revision === revision;
    });

  it('do not give the controller a right to write elsewhere', async () => {
    const controller = 'system:serviceaccount:mooring-system:mooring-controller';
    for (const resource of [
      'placements.cluster.open-cluster-management.io',
      'manifestworkreplicasets.work.open-cluster-management.io',
    ]) {
      for (const verb of ['create', 'patch', 'delete']) {
        const may = async (namespace: string) =>
          (await kubectl(['auth', 'can-i', verb, resource, '-n', namespace, '--as', controller])).stdout.trim();
        assert.deepEqual([await may(closed), await may(payments)], ['no', 'yes'], `${verb} ${resource}`);
      }
    }
  });

  it('refuse the one of another team, and name the right and the command that grants it', async () => {
    const { code, stderr } = await tenant.apply(manifest(inHub(payments, 'direct')));
    assert.equal(code, 1);
    assert.match(stderr, /spec\.topology\.properties\.hubNamespace: /);
    assert.match(
      stderr,
      new RegExp(`may not use hub namespace ${payments}: .*hubnamespaces\\.spectrocloud\\.com/${payments} `),
    );
    assert.match(stderr, new RegExp(`\`mooring hub-namespace allow ${payments} --user ${tenant.user}\``));
    assert.equal(await objectsIn(payments), '');
  });

  it('refuse it through a pin of an old revision that an administrator has corrected', async () => {
    for (const object of [inHub(payments, 'corrected'), environment(tenant.namespace, { name: 'corrected' })]) {
      const ran = await apply(manifest(object));
      assert.equal(ran.code, 0, ran.stderr);
      await recorded('corrected', object.spec.topology.properties?.['hubNamespace'] === undefined ? 2 : 1);
    }
    const pinned = deployment(tenant.namespace, { name: 'pinned', environmentRef: 'corrected@v1' });
    const { code, stderr } = await tenant.apply(manifest(pinned));
    assert.equal(code, 1);
    assert.match(
      stderr,
      new RegExp(`may not use hub namespace ${payments}, which revision 1 of Environment .*/corrected names`),
    );
    const newest = deployment(tenant.namespace, { name: 'pinned', environmentRef: 'corrected@v2' });
    assert.equal((await tenant.apply(manifest(newest))).code, 0, 'the newest revision needs no right');
    const changed = await tenant.apply(manifest(pinned));
    assert.equal(changed.code, 1, 'nor may a ref be changed to it');
    await tenant.kubectlOk(['delete', 'workloaddeployment', 'pinned']);
  });

  it('are not written for what was stored while the webhook was not installed', async () => {
    const kinds = ['mutatingwebhookconfiguration', 'validatingwebhookconfiguration'];
    const saved = await Promise.all(kinds.map((kind) => getObject<KubeObject>([kind, 'mooring'])));
    const forged = inHub(payments, 'forged');
    const annotations = {
      'spectrocloud.com/revision': '1',
      'spectrocloud.com/revision-hash': contentHash(forged, sha256),
    };
    const stamped = { ...forged, metadata: { ...forged.metadata, annotations } };
    const using = deployment(tenant.namespace, { name: 'using-forged', environmentRef: 'forged' });
    try {
      for (const kind of kinds) await kubectlOk(['delete', kind, 'mooring']);
      for (const [object, key] of [
        [stamped, 'allowed-hub-namespaces'],
        [using, 'allowed-spoke-namespaces'],
        [using, 'acknowledged-namespaces'],
      ] as const) {
        const forging = { ...object.metadata.annotations, [`spectrocloud.com/${key}`]: payments };
        const withStamp = { ...object, metadata: { ...object.metadata, annotations: forging } };
        const refused = await eventually(`the forged ${key} is refused by a policy`, async () => {
          const ran = await tenant.apply(manifest(withStamp));
          return ran.stderr.includes('ValidatingAdmissionPolicy') ? ran : undefined;
        });
        assert.match(refused.stderr, new RegExp(`${key}\\]: only admission sets it`));
      }
      await eventually('the tenant stores a forged Environment', async () => {
        const { code } = await tenant.apply(manifest(stamped, using));
        return code === 0;
      });
      await eventually(
        'the controller reports the forged Environment',
        async () => conditionOf(await conditionsOf('using-forged'), 'Applied') === 'False HubNamespaceNotAllowed',
      );
    } finally {
      for (const configuration of saved) {
        if (configuration === undefined) continue;
        const { resourceVersion: _, uid: _uid, managedFields: _fields, ...metadata } = configuration.metadata;
        await kubectlOk(['create', '-f', '-'], { input: manifest({ ...configuration, metadata }) });
      }
    }
    await eventually(
      'the webhook decides again',
      async () => (await tenant.apply(manifest(inHub(payments, 'direct')))).code === 1,
    );
    assert.equal(conditionOf(await conditionsOf('using-forged'), 'Applied'), 'False HubNamespaceNotAllowed');
    const probe = await getObject<Environment>(['environment', 'forged', '-n', tenant.namespace]);
    assert.equal(conditionOf(probe?.status, 'Rendered'), 'False HubNamespaceNotAllowed');
    assert.equal(await objectsIn(payments), '');
    const edited = await tenant.kubectl(['label', 'environment', 'forged', 'edited=yes']);
    assert.equal(edited.code, 0, edited.stderr);
    assert.equal(await objectsIn(payments), '', 'an edit of the tenant does not authorise it either');
    await kubectlOk(['patch', 'environment', 'forged', '-n', tenant.namespace, '--type', 'merge', '-p', '{}']);
    await waitUntilApplied(tenant.namespace, 'using-forged');
    assert.match(await objectsIn(payments), /manifestworkreplicaset/, 'a user with the right has set it');
  });

  it('say that they are not open, or do not exist', async () => {
    for (const [name, hubNamespace, reason] of [
      ['shut', closed, 'HubNamespaceNotOpen'],
      ['absent', `${closed}-gone`, 'HubNamespaceNotFound'],
    ] as const) {
      const objects = [
        inHub(hubNamespace, name),
        deployment(tenant.namespace, { name, environmentRef: name, spokeNamespace: `${tenant.namespace}-${name}` }),
      ];
      const ran = await apply(manifest(...objects));
      assert.equal(ran.code, 0, ran.stderr);
      await eventually(
        `${name} is ${reason}`,
        async () => conditionOf(await conditionsOf(name), 'Applied') === `False ${reason}`,
      );
      assert.match(
        await messageOf(name, 'Applied'),
        new RegExp(`\`mooring hub-namespace open ${hubNamespace} --apply\``),
      );
      const found = await getObject<Environment>(['environment', name, '-n', tenant.namespace]);
      assert.equal(conditionOf(found?.status, 'Rendered'), `False ${reason}`);
      await kubectlOk(['delete', 'workloaddeployment', name, '-n', tenant.namespace, '--timeout=40s']);
      await kubectlOk(['delete', 'environment', name, '-n', tenant.namespace, '--timeout=40s']);
    }
  });

  it('hold a deletion and say why if they are closed meanwhile, and let it go on once they are open', async () => {
    await waitUntilApplied(tenant.namespace, 'using-forged');
    await closeHubNamespace(payments);
    await tenant.kubectlOk(['delete', 'workloaddeployment', 'using-forged', '--wait=false']);
    await eventually(
      'the deployment says why it cannot be deleted',
      async () => conditionOf(await conditionsOf('using-forged'), 'Deleting') === 'True HubNamespaceNotOpen',
    );
    assert.match(
      await messageOf('using-forged', 'Deleting'),
      new RegExp(`\`mooring hub-namespace open ${payments} --apply\``),
    );
    assert.match(await objectsIn(payments), /manifestworkreplicaset/);
    await openHubNamespace(payments);
    await eventually('the deployment is deleted', async () => (await conditionsOf('using-forged')) === undefined, {
      withinMs: 60_000,
    });
    assert.doesNotMatch(await objectsIn(payments), /manifestworkreplicaset/);
  });
});
