import assert from 'node:assert/strict';
import { environment, manifest } from '../support/manifests.ts';
import { deleteTestObjects } from '../support/tenant.ts';
import { createTenant, type TenantUser } from '../support/tenant-user.ts';

describe('the shipped roles for people', function () {
  this.timeout(120_000);
  const users = new Map<string, TenantUser>();

  before(async function () {
    this.timeout(300_000);
    for (const role of ['view', 'edit', 'admin']) {
      users.set(role, await createTenant(`people-${role}`, { role: `mooring-${role}` }));
    }
  });

  after(async () => {
    for (const { namespace } of users.values()) await deleteTestObjects(namespace);
  });

  const group = 'spectrocloud.com';
  const rights: [role: string, verb: string, resource: string, allowed: boolean][] = [
    ['view', 'list', `environments.${group}`, true],
    ['view', 'list', `definitionrevisions.${group}`, true],
    ['view', 'create', `environments.${group}`, false],
    ['edit', 'create', `workloaddeployments.${group}`, true],
    ['edit', 'delete', `workloadprofiles.${group}`, true],
    ['edit', 'patch', `environments.${group}/status`, false],
    ['edit', 'create', `policydefinitions.${group}`, false],
    ['edit', 'create', `definitionrevisions.${group}`, false],
    ['edit', 'override', `workloaddeployments.${group}`, false],
    ['edit', 'use', `environments.${group}`, false],
    ['admin', 'override', `workloaddeployments.${group}`, true],
    ['admin', 'use', `environments.${group}`, true],
    ['admin', 'patch', `workloaddeployments.${group}/status`, false],
    ['admin', 'create', `definitionrevisions.${group}`, false],
    ['admin', 'restore', `definitionrevisions.${group}`, false],
  ];
  for (const [role, verb, resource, allowed] of rights) {
    it(`${allowed ? 'let' : 'do not let'} ${role} ${verb} ${resource}`, async () => {
      const [name = '', subresource] = resource.split('/');
      const args = ['auth', 'can-i', verb, name];
      if (subresource !== undefined) args.push(`--subresource=${subresource}`);
      const answer = await users.get(role)?.kubectl(args);
      assert.equal(answer?.stdout.trim(), allowed ? 'yes' : 'no', answer?.stderr);
    });
  }

  it('let edit apply an Environment in its own namespace, and not in another one', async () => {
    const [edit, view] = [users.get('edit'), users.get('view')];
    assert.ok(edit !== undefined && view !== undefined);
    const own = await edit.apply(manifest(environment(edit.namespace)));
    assert.equal(own.code, 0, own.stderr);
    const other = await edit.apply(manifest(environment(view.namespace)), '-n', view.namespace);
    assert.notEqual(other.code, 0);
    assert.match(other.stderr, /Forbidden|forbidden/);
  });
});
