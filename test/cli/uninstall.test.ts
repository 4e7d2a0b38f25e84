import assert from 'node:assert/strict';
import { crdNameOf, customResourceDefinitions } from '../../src/api/crd.ts';
import { environments, kindsOnHub, workloadDeployments } from '../../src/api/kinds.ts';
import type { KubeObject, Resource } from '../../src/api/object.ts';
import { ApiError } from '../../src/kube/client/errors.ts';
import { acquireOrRenew, leases, newLease } from '../../src/kube/leader/lease.ts';
import { webhookConfigurations } from '../../src/tls/ca-bundle.ts';
import { mooring } from '../support/command-line.ts';
import { liveTime } from '../support/live-terminal.ts';
import { deployment, environment } from '../support/manifests.ts';
import { createMemoryClient, type MemoryClient } from '../support/memory-client.ts';

const held = acquireOrRenew(newLease('mooring-system', 'mooring-controller'), 'someone', 15_000, liveTime);
const expired = acquireOrRenew(newLease('mooring-system', 'mooring-controller'), 'someone', 15_000, liveTime - 60_000);

function withFinalizers<T extends KubeObject>(object: T, ...finalizers: string[]): T {
  return { ...object, metadata: { ...object.metadata, finalizers } };
}

/** A hub on which a CustomResourceDefinition and its objects are gone once none of them has a finalizer. */
function hub({ lease, finalizers = ['spectrocloud.com/mooring'] }: { lease: KubeObject; finalizers?: string[] }) {
  const crds = kindsOnHub.map(({ resource }): [Resource, KubeObject] => [
    customResourceDefinitions,
    {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: crdNameOf(resource), uid: `uid-of-${resource.plural}`, finalizers: ['customresourcecleanup'] },
    },
  ]);
  const client = createMemoryClient([
    ...crds,
    [leases, lease],
    [environments, withFinalizers(environment('team'), ...finalizers)],
    [workloadDeployments, withFinalizers(deployment('team'), ...finalizers)],
    ...webhookConfigurations.map((resource): [Resource, KubeObject] => [
      resource,
      {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: resource.kind,
        metadata: { name: 'mooring', labels: { 'app.kubernetes.io/name': 'mooring' } },
      },
    ]),
  ]);
  const get = client.get.bind(client);
  client.get = async (resource, key, options) => {
    const found = await get(resource, key, options);
    if (resource === customResourceDefinitions && found.metadata.deletionTimestamp !== undefined) {
      await collect(client, key.name);
      return get(resource, key, options);
    }
    return found as never;
  };
  return client;
}

/** What the API server does with the objects of a CustomResourceDefinition that is being deleted. */
async function collect(client: MemoryClient, name: string): Promise<void> {
  const kind = kindsOnHub.find(({ resource }) => crdNameOf(resource) === name);
  if (kind === undefined) return;
  for (const { metadata } of (await client.list(kind.resource)).items) {
    await client.delete(kind.resource, { ...metadata });
  }
  if ((await client.list(kind.resource)).items.length > 0) return;
  await client.patch(customResourceDefinitions, { name }, { metadata: { finalizers: null } });
}

const remaining = async (client: MemoryClient) =>
  (await client.list(customResourceDefinitions)).items.map(({ metadata }) => metadata.name);

describe('mooring uninstall', () => {
  it('shows what it would remove, and removes nothing without --yes', async () => {
    const client = hub({ lease: held });
    const { code, out } = await mooring(['uninstall'], { client });
    assert.equal(code, 0);
    assert.match(out, /^Environment: 1 object to remove$/m);
    assert.match(out, /^DefinitionRevision: 0 objects to remove$/m);
    assert.match(out, /^ManifestWorkReplicaSet: 0 of mooring, which are kept, so that OCM keeps the workloads/m);
    assert.match(out, /save objects and histories with `mooring export FILE`, then run it again with --yes/);
    assert.deepEqual(client.writes, []);
  });

  it('refuses to keep the workloads while a controller runs that would delete them', async () => {
    const client = hub({ lease: held });
    const { code, error } = await mooring(['uninstall', '--yes'], { client });
    assert.equal(code, 1);
    assert.match(error, /the controller runs \(Lease mooring-system\/mooring-controller is held\)/);
    assert.match(error, /kubectl scale deployment mooring-controller -n mooring-system --replicas=0/);
    assert.deepEqual(client.writes, []);
  });

  it('removes admission first, then every kind, whose deletion it confirms by the uid', async () => {
    const client = hub({ lease: expired });
    const { code, out, error } = await mooring(['uninstall', '--yes'], { client });
    assert.equal(code, 0, error);
    assert.match(out, /CustomResourceDefinition environments\.spectrocloud\.com deleted/);
    assert.deepEqual(await remaining(client), []);
    const writes = client.writes.filter(({ verb }) => verb === 'delete' || verb === 'patch');
    assert.deepEqual(
      writes.slice(0, 2).map(({ verb, resource }) => `${verb} ${resource}`),
      ['delete mutatingwebhookconfigurations', 'delete validatingwebhookconfigurations'],
    );
    const annotations = { 'spectrocloud.com/allow-deletion': 'uid-of-environments' };
    assert.ok(writes.some(({ body }) => JSON.stringify(body) === JSON.stringify({ metadata: { annotations } })));
  });

  it('can be repeated after it was interrupted, and does nothing on a hub without mooring', async () => {
    const client = hub({ lease: expired });
    client.failNext('patch', new ApiError('try again', { code: 503, reason: 'ServiceUnavailable' }));
    assert.equal((await mooring(['uninstall', '--yes'], { client })).code, 1);
    assert.equal((await mooring(['uninstall', '--yes'], { client })).code, 0);
    assert.deepEqual(await remaining(client), []);
    client.writes.splice(0);
    assert.equal((await mooring(['uninstall', '--yes'], { client })).code, 0);
    assert.deepEqual(client.writes, []);
  });

  it('goes on if an object changes while its finalizer is removed', async () => {
    const client = hub({ lease: expired });
    const patch = client.patch.bind(client);
    let conflicts = 0;
    client.patch = async (resource, key, body, options) => {
      if (resource === environments && conflicts++ === 0) {
        throw new ApiError('modified', { code: 409, reason: 'Conflict' });
      }
      return patch(resource, key, body, options);
    };
    const { code, error } = await mooring(['uninstall', '--yes'], { client });
    assert.equal(code, 0, error);
    assert.deepEqual(await remaining(client), []);
  });

  it('keeps finalizers of others, and says what it waits for', async () => {
    const client = hub({ lease: expired, finalizers: ['example.com/hold', 'spectrocloud.com/mooring'] });
    const { code, error } = await mooring(['uninstall', '--yes', '--timeout', '1'], { client });
    assert.equal(code, 1);
    assert.match(error, /CustomResourceDefinition environments\.spectrocloud\.com still exists after 1 s/);
    const [object] = (await client.list(environments)).items;
    assert.deepEqual(object?.metadata.finalizers, ['example.com/hold']);
  });

  it('needs a controller to delete the workloads', async () => {
    const client = hub({ lease: expired });
    const { code, error } = await mooring(['uninstall', '--yes', '--delete-workloads'], { client });
    assert.equal(code, 1);
    assert.match(error, /the controller does not run, so nobody deletes the workloads/);
    assert.deepEqual(client.writes, []);
  });

  it('deletes the deployments before everything else with --delete-workloads', async () => {
    const client = hub({ lease: held, finalizers: [] });
    const { code, out, error } = await mooring(['uninstall', '--yes', '--delete-workloads'], { client });
    assert.equal(code, 0, error);
    assert.match(out, /deleted, and the workloads on the spokes with them/);
    assert.match(out, /^all workloads are deleted$/m);
    const [first] = client.writes;
    assert.deepEqual([first?.verb, first?.resource], ['delete', 'workloaddeployments']);
    assert.deepEqual(await remaining(client), []);
  });

  it('tries again while admission cannot decide on a deletion, and says why it could not be made in time', async () => {
    const client = hub({ lease: held, finalizers: [] });
    const unavailable = () => new ApiError('mooring could not read', { code: 503, reason: 'ServiceUnavailable' });
    client.failNext('delete', unavailable());
    const { code, error } = await mooring(['uninstall', '--yes', '--delete-workloads'], { client });
    assert.equal(code, 0, error);
    const down = hub({ lease: held, finalizers: [] });
    down.delete = () => Promise.reject(unavailable());
    const late = await mooring(['uninstall', '--yes', '--delete-workloads', '--timeout', '1'], { client: down });
    assert.equal(late.code, 1);
    assert.match(late.error, /WorkloadDeployment team\/web \(mooring could not read\) still exists after 1 s/);
    const denied = hub({ lease: held, finalizers: [] });
    denied.failNext('delete', new ApiError('forbidden', { code: 403, reason: 'Forbidden' }));
    const refused = await mooring(['uninstall', '--yes', '--delete-workloads'], { client: denied });
    assert.deepEqual([refused.code, denied.writes.length], [1, 0]);
  });

  it('confirms the deletion of the workloads to the controller if the kind of deployments is being deleted', async () => {
    const name = 'workloaddeployments.spectrocloud.com';
    const confirmations = (client: MemoryClient) =>
      client.writes.filter(({ body }) => JSON.stringify(body ?? '').includes('spectrocloud.com/delete-workloads'));
    const args = ['uninstall', '--yes', '--delete-workloads', '--timeout', '1'];
    const terminating = hub({ lease: held });
    await terminating.delete(customResourceDefinitions, { name });
    await mooring(args, { client: terminating });
    const annotations = { 'spectrocloud.com/delete-workloads': 'uid-of-workloaddeployments' };
    assert.deepEqual(
      confirmations(terminating).map(({ body }) => body),
      [{ metadata: { annotations } }],
    );
    const live = hub({ lease: held });
    await mooring(args, { client: live });
    assert.deepEqual(confirmations(live), [], 'a kind that stays is not marked');
  });

  it('names the deployments whose workloads are not deleted in time', async () => {
    const client = hub({ lease: held });
    const args = ['uninstall', '--yes', '--delete-workloads', '--timeout', '1'];
    const { code, error } = await mooring(args, { client });
    assert.equal(code, 1);
    assert.match(error, /WorkloadDeployment team\/web still exists after 1 s/);
    assert.equal((await remaining(client)).length, kindsOnHub.length);
  });

  it('refuses a time-out that is not a number of seconds', async () => {
    const { code, error } = await mooring(['uninstall', '--timeout', '5m'], { client: hub({ lease: held }) });
    assert.equal(code, 2);
    assert.match(error, /--timeout 5m: use a whole number of seconds/);
  });
});
