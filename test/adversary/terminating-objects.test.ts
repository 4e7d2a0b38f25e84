import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/api/object.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import { sha256 } from '../../src/cli/sha256.ts';
import { contentHash } from '../../src/domain/revisions/revision.ts';
import type { Definition } from '../../src/domain/revisions/definition.ts';
import { createNamespace, eventually, getObject, kubectl, kubectlOk } from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { deleteTestObjects } from '../support/tenant.ts';
import { createTenant, type TenantUser } from '../support/tenant-user.ts';

const hold = 'example.com/hold';
const ours = 'spectrocloud.com/mooring';
const mergePatch = (patch: object) => ['--type=merge', '-p', JSON.stringify(patch)];

describe('an Environment that its tenant keeps terminating', function () {
  this.timeout(120_000);
  let tenant: TenantUser;
  let hub: string;
  const held = () => environment(tenant.namespace, { name: 'held' });

  before(async function () {
    this.timeout(300_000);
    tenant = await createTenant('terminating');
    hub = await createNamespace('payments-hub');
    const object = { ...held(), metadata: { ...held().metadata, finalizers: [hold] } };
    const { code, stderr } = await tenant.apply(manifest(object, profile(tenant.namespace)));
    assert.equal(code, 0, stderr);
    await tenant.kubectlOk(['delete', 'environment', 'held', '--wait=false']);
    await eventually('the controller lets go of the Environment', async () => {
      return (await stored()).metadata.finalizers?.join() === hold;
    });
  });

  after(async () => {
    await tenant.kubectl(['patch', 'environment', 'held', ...mergePatch({ metadata: { finalizers: null } })]);
    await deleteTestObjects(tenant.namespace);
    await kubectlOk(['delete', 'namespace', hub, '--wait=false']);
  });

  async function stored(): Promise<Definition> {
    const found = await getObject<Definition>(['environment', 'held', '-n', tenant.namespace]);
    assert.ok(found);
    return found;
  }

  /** A patch that moves the Environment to a hub namespace of others, with the stamps that fit. */
  async function takeover(): Promise<object> {
    const object: Definition = structuredClone(await stored());
    const spec = { topology: { type: 'topology-ocm', properties: { hubNamespace: hub } } };
    const hash = contentHash({ ...object, spec: { ...object.spec, ...spec } }, sha256);
    return {
      spec,
      metadata: { annotations: { 'spectrocloud.com/revision': '1', 'spectrocloud.com/revision-hash': hash } },
    };
  }

  const annotated = (annotations: object) => Promise.resolve({ metadata: { annotations } });
  const edits: [what: string, patch: () => Promise<object>][] = [
    ['a spec and forged stamps', takeover],
    ['a spec', async () => ({ spec: { topology: { type: 'topology-ocm', properties: { hubNamespace: hub } } } })],
    ['forged stamps', () => annotated({ 'spectrocloud.com/revision': '7' })],
    ['an acknowledged revision', () => annotated({ 'spectrocloud.com/acknowledged-revision': '1' })],
    ['an annotation of its own', () => annotated({ note: 'x' })],
    ['a label', async () => ({ metadata: { labels: { note: 'x' } } })],
  ];
  for (const [what, patch] of edits) {
    it(`cannot be given ${what}`, async () => {
      const { code, stderr } = await tenant.kubectl(['patch', 'environment', 'held', ...mergePatch(await patch())]);
      assert.notEqual(code, 0, 'the edit is stored');
      assert.match(stderr, /the object is being deleted: only metadata\.finalizers, status and /);
    });
  }

  it('cannot be replaced without its deletionTimestamp either', async () => {
    const { metadata, ...rest } = await stored();
    const { deletionTimestamp: _, ...living } = metadata;
    const { code, stderr } = await tenant.kubectl(
      ['replace', '-f', '-'],
      manifest({ ...rest, metadata: { ...living, labels: { note: 'x' } } }),
    );
    assert.notEqual(code, 0);
    assert.match(stderr, /the object is being deleted/);
  });

  it('cannot be acknowledged without override', async () => {
    const args = ['annotate', 'environment', 'held', '--overwrite', 'spectrocloud.com/acknowledge=InUse'];
    const { code, stderr } = await tenant.kubectl([...args, '--dry-run=server']);
    assert.notEqual(code, 0);
    assert.match(stderr, /you need the verb override on the object/);
    const admin = await createAdmin(tenant);
    await kubectlOk(['--as', admin, '-n', tenant.namespace, ...args]);
    await kubectlOk(['--as', admin, '-n', tenant.namespace, ...args.slice(0, 3), 'spectrocloud.com/acknowledge-']);
  });

  it('can be applied again unchanged, and shows no difference', async () => {
    // The fields that kubectl apply writes are the same, so that GitOps tools do not fail as long as the object exists.
    const object = { ...held(), metadata: { ...held().metadata, finalizers: [hold] } };
    const applied = await tenant.apply(manifest(object));
    assert.equal(applied.code, 0, applied.stderr);
    const diff = await tenant.kubectl(['diff', '-f', '-'], manifest(object));
    assert.equal(diff.code, 0, diff.stdout + diff.stderr);
  });

  it('is not rendered for a deployment that refers to it', async () => {
    const { code, stderr } = await tenant.apply(
      manifest(deployment(tenant.namespace, { name: 'd', environmentRef: 'held' })),
    );
    assert.notEqual(code, 0);
    assert.match(stderr, /Environment .*\/held is being deleted; .*\(ReferenceBeingDeleted\)/);
    const rendered = await kubectlOk(['get', 'placements,manifestworkreplicasets', '-n', hub, '-o', 'name']);
    assert.equal(rendered, '');
  });

  it('does not come about by a create with a deletionTimestamp: all mutating rules still run', async () => {
    await kubectlOk(['label', 'namespace', tenant.namespace, 'spectrocloud.com/pin-refs=true']);
    await tenant.kubectlOk(['apply', '-f', '-'], manifest(environment(tenant.namespace)));
    const { metadata, ...rest } = deployment(tenant.namespace, { name: 'early', environmentRef: 'primary' });
    const object = { ...rest, metadata: { ...metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
    const created = await tenant.kubectl(
      ['apply', '--server-side', '--field-manager=x', '-o', 'json', '-f', '-'],
      JSON.stringify(object),
    );
    assert.equal(created.code, 0, created.stderr);
    const { spec, metadata: now }: WorkloadDeployment = JSON.parse(created.stdout);
    assert.equal(spec.environmentRef.name, 'primary@v1');
    assert.deepEqual([now.deletionTimestamp, now.finalizers], [undefined, [ours]]);
  });
});

describe('the finalizer of mooring', function () {
  this.timeout(120_000);
  let tenant: TenantUser;

  before(async function () {
    this.timeout(300_000);
    tenant = await createTenant('finalizer');
  });
  after(() => deleteTestObjects(tenant.namespace));

  const finalizersOf = async (kind: string, name: string) =>
    (await getObject<KubeObject>([kind, name, '-n', tenant.namespace]))?.metadata.finalizers;

  it('exists from the start', async () => {
    const objects = [environment(tenant.namespace), profile(tenant.namespace), deployment(tenant.namespace)];
    for (const object of objects) {
      const { stdout } = await tenant.kubectl(
        ['create', '--dry-run=server', '-o', 'json', '-f', '-'],
        manifest(object),
      );
      const { metadata }: KubeObject = JSON.parse(stdout);
      assert.deepEqual(metadata.finalizers, [ours], object.kind);
    }
  });

  it('stays if a tenant takes it away, so that what was created for the object does not outlive it', async () => {
    await tenant.kubectlOk(['apply', '-f', '-'], manifest(environment(tenant.namespace, { name: 'stripped' })));
    await tenant.kubectlOk(['patch', 'environment', 'stripped', ...mergePatch({ metadata: { finalizers: null } })]);
    assert.deepEqual(await finalizersOf('environment', 'stripped'), [ours]);
  });

  it('stays if a file has finalizers of its own, without an error or a difference', async () => {
    const object = environment(tenant.namespace, { name: 'own' });
    const file = manifest({ ...object, metadata: { ...object.metadata, finalizers: [hold] } });
    for (const args of [[], [], ['--server-side', '--force-conflicts'], ['--server-side']]) {
      const { code, stderr } = await tenant.apply(file, ...args);
      assert.equal(code, 0, stderr);
      assert.deepEqual(await finalizersOf('environment', 'own'), [hold, ours], args.join(' '));
      const diff = await tenant.kubectl(['diff', ...args, '-f', '-'], file);
      assert.equal(diff.code, 0, diff.stdout + diff.stderr);
    }
    await tenant.kubectlOk(['patch', 'environment', 'own', ...mergePatch({ metadata: { finalizers: [ours] } })]);
  });

  it('cannot be taken from a terminating object without override', async () => {
    const [set, blocker] = ['manifestworkreplicaset', 'test.example/blocks'];
    const files = [environment(tenant.namespace), profile(tenant.namespace), deployment(tenant.namespace)];
    await tenant.kubectlOk(['apply', '-f', '-'], manifest(...files));
    const selector = `spectrocloud.com/deployment-hash`;
    const replicaSet = await eventually('there is a replica set', async () => {
      const { items }: { items: KubeObject[] } = JSON.parse(
        await kubectlOk(['get', set, '-A', '-l', selector, '-o', 'json']),
      );
      return items.find(
        ({ metadata }) => metadata.annotations?.['spectrocloud.com/deployment'] === `${tenant.namespace}/web`,
      );
    });
    const where = [set, replicaSet.metadata.name, '-n', replicaSet.metadata.namespace ?? ''];
    const added = [...(replicaSet.metadata.finalizers ?? []), blocker];
    await kubectlOk(['patch', ...where, ...mergePatch({ metadata: { finalizers: added } })]);
    try {
      await tenant.kubectlOk(['delete', 'workloaddeployment', 'web', '--wait=false']);
      const strip = ['patch', 'workloaddeployment', 'web', ...mergePatch({ metadata: { finalizers: null } })];
      const { code, stderr } = await tenant.kubectl(strip);
      assert.notEqual(code, 0, 'the finalizer is gone');
      assert.match(stderr, /only the mooring controller removes spectrocloud\.com\/mooring/);
      const admin = await createAdmin(tenant);
      await kubectlOk(['--as', admin, '-n', tenant.namespace, ...strip, '--dry-run=server']);
    } finally {
      const live = await getObject<KubeObject>(where);
      const finalizers = live?.metadata.finalizers?.filter((name) => name !== blocker) ?? [];
      await kubectl(['patch', ...where, ...mergePatch({ metadata: { finalizers } })]);
    }
  });
});

/** Creates a user with the shipped role for administrators of a namespace. */
async function createAdmin({ namespace }: TenantUser): Promise<string> {
  const admin = `admin-of-${namespace}`;
  const role = ['--clusterrole=mooring-admin', `--user=${admin}`];
  await kubectlOk(['create', 'rolebinding', 'admin', '-n', namespace, ...role]);
  return admin;
}
