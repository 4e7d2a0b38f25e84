import assert from 'node:assert/strict';
import { lastAppliedAnnotation } from '../../src/domain/annotations.ts';
import { kubectlOk } from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { deleteTestObjects } from '../support/tenant.ts';
import { createTenant, type TenantUser } from '../support/tenant-user.ts';

const forged = {
  'spectrocloud.com/revision': '7',
  'spectrocloud.com/revision-hash': `h1:${'0'.repeat(64)}`,
  'spectrocloud.com/allowed-hub-namespaces': 'payments-hub',
};

describe('what a tenant sends although mooring writes it', function () {
  this.timeout(120_000);
  let tenant: TenantUser;
  let victim: TenantUser;

  before(async () => {
    [tenant, victim] = [await createTenant('forging'), await createTenant('forging-victim')];
    const { namespace } = victim;
    const made = await victim.apply(manifest(environment(namespace), profile(namespace)));
    assert.equal(made.code, 0, made.stderr);
  });

  after(async () => {
    for (const { namespace } of [tenant, victim]) await deleteTestObjects(namespace);
  });

  const annotationsOf = async (): Promise<Record<string, string>> => {
    const args = ['get', 'environment', 'primary', '-n', tenant.namespace, '-o', 'json'];
    const { [lastAppliedAnnotation]: _applied, ...rest } = JSON.parse(await kubectlOk(args)).metadata.annotations;
    return rest;
  };

  it('is replaced: the stamps of an Environment, on create and on update', async () => {
    const { namespace } = tenant;
    const created = await tenant.apply(manifest(environment(namespace, { annotations: forged })));
    assert.equal(created.code, 0, created.stderr);
    const before = await annotationsOf();
    assert.notEqual(before['spectrocloud.com/revision-hash'], forged['spectrocloud.com/revision-hash']);
    assert.equal(before['spectrocloud.com/revision'], '8', 'another content had the number of the stamp');
    assert.doesNotMatch(JSON.stringify(before), /payments-hub/);
    const args = ['annotate', 'environment', 'primary', '--overwrite'];
    const updated = await tenant.kubectl([...args, ...Object.entries(forged).map(([key, value]) => `${key}=${value}`)]);
    assert.equal(updated.code, 0, updated.stderr);
    assert.deepEqual(await annotationsOf(), before);
  });

  it('gives no right: a ref into another namespace is refused alike, whether the object exists or not', async () => {
    const { namespace } = tenant;
    const refuse = async (name: string) => {
      const object = deployment(namespace);
      const environmentRef = { name, namespace: victim.namespace };
      const { code, stderr } = await tenant.apply(manifest({ ...object, spec: { ...object.spec, environmentRef } }));
      assert.notEqual(code, 0);
      return stderr.replaceAll(name, 'NAME');
    };
    const existing = await refuse('primary');
    assert.match(existing, /\(NotAllowed\)/);
    assert.equal(await refuse('nothing'), existing);
  });

  it('is not answered with names of others: a misspelt ref suggests nothing in another namespace', async () => {
    const object = deployment(tenant.namespace);
    const environmentRef = { name: 'primari', namespace: victim.namespace };
    const { stderr } = await tenant.apply(manifest({ ...object, spec: { ...object.spec, environmentRef } }));
    assert.match(stderr, /\(NotAllowed\)/);
    assert.doesNotMatch(stderr, /primary/);
  });

  it('gives no way around deletion: a deletionTimestamp in a replace is refused or ignored', async () => {
    const args = ['get', 'environment', 'primary', '-o', 'json'];
    const object: { metadata: Record<string, unknown> } = JSON.parse(await tenant.kubectlOk(args));
    object.metadata['deletionTimestamp'] = '2026-01-01T00:00:00Z';
    await tenant.kubectl(['replace', '-f', '-'], JSON.stringify(object));
    assert.doesNotMatch(await tenant.kubectlOk(args), /deletionTimestamp/);
  });
});
