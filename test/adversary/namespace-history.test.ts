import assert from 'node:assert/strict';
import { createHubClient } from '../../deploy/local/hub/apply/hub-client.ts';
import type { DefinitionRevision } from '../../src/api/definition-revision.ts';
import { definitionRevisions } from '../../src/api/kinds.ts';
import { sha256 } from '../../src/cli/sha256.ts';
import { revisionOf } from '../../src/domain/revisions/record.ts';
import { contentHash } from '../../src/domain/revisions/revision.ts';
import type { Client } from '../../src/kube/client/client.ts';
import { deleteFromEtcd } from '../support/etcd.ts';
import { eventually, sharedHub } from '../support/hub.ts';
import { manifest, ocmEnvironment, webProfile } from '../support/sample-objects.ts';
import { deleteTestObjects } from '../support/tenant.ts';
import { createTenant, type TenantUser } from '../support/tenant-user.ts';

/** 13 profiles with 10 revisions of 0.97 MiB are 126 MiB; the limit is 128 MiB. */
const profiles = 13;
const revisionsOfEach = 10;
const text = 'x'.repeat(990 * 1024);

describe('the history of a hub namespace', function () {
  this.timeout(400_000);
  let tenant: TenantUser;
  let neighbour: TenantUser;
  let client: Client;

  const largeProfile = (namespace: string, name: string, image = 'web:1') => ({
    ...webProfile({ namespace, name }),
    spec: { workload: { components: [{ name: 'ui', type: 'webservice', properties: { image, text } }] } },
  });
  const create = (user: TenantUser, name: string) =>
    user.kubectl(['create', '-f', '-'], manifest([largeProfile(user.namespace, name)]));

  before(async () => {
    [tenant, neighbour] = [await createTenant('full'), await createTenant('full-neighbour')];
    client = createHubClient((await sharedHub()).kubeconfig);
    const { namespace } = tenant;
    for (let index = 0; index < profiles * revisionsOfEach; index += 1) {
      // As a backup is restored, because so many edits would take minutes. It takes the verb restore.
      const revision = 1 + Math.floor(index / profiles);
      const definition = largeProfile(namespace, `large-${index % profiles}`, `web:${revision}`);
      const recorded = revisionOf('WorkloadProfile', definition, { revision, hash: contentHash(definition, sha256) });
      const { ownerReferences: _owner, ...metadata } = recorded.metadata;
      await client.create<DefinitionRevision>(definitionRevisions, { ...recorded, metadata });
    }
  });

  after(async () => {
    await releaseHistory('workloadprofile.large-');
    for (const { namespace } of [tenant, neighbour]) await deleteTestObjects(namespace);
  });

  /** Deletes the revisions whose names begin so, without any admission. */
  async function releaseHistory(prefix: string): Promise<void> {
    const key = `/hub/spectrocloud.com/definitionrevisions/${tenant.namespace}/${prefix}`;
    await deleteFromEtcd(await sharedHub(), key);
  }

  it('has at most 128 MiB: an edit that does not fit is refused, and the denial names what is large', async () => {
    const small = await tenant.apply(manifest([ocmEnvironment({ namespace: tenant.namespace, name: 'primary' })]));
    assert.equal(small.code, 0, small.stderr);
    const fits = await create(tenant, 'first');
    assert.equal(fits.code, 0, fits.stderr);
    // The sum is that of a watch, so the webhook may know of the last revision a moment later.
    let attempts = 0;
    const refused = await eventually('an edit is refused', async () => {
      attempts += 1;
      const result = await create(tenant, `more-${attempts}`);
      return result.code !== 0 && result;
    });
    assert.ok(attempts < 10, `${attempts} attempts`);
    assert.match(
      refused.stderr,
      new RegExp(
        `the history of namespace ${tenant.namespace} has 12[78](\\.\\d+)? MiB, and the limit is 128 MiB.*HistoryFull`,
      ),
    );
  });

  it('does not limit another namespace', async () => {
    const { code, stderr } = await create(neighbour, 'first');
    assert.equal(code, 0, stderr);
  });

  it('has space again when revisions are gone', async () => {
    await releaseHistory('workloadprofile.large-0.');
    await eventually('the edit is admitted', async () => (await create(tenant, 'third')).code === 0);
  });
});
