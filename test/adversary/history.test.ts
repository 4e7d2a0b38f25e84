import assert from 'node:assert/strict';
import { createHubClient } from '../../deploy/local/hub/apply/hub-client.ts';
import type { DefinitionRevision } from '../../src/api/definition-revision.ts';
import type { EnvironmentStatus } from '../../src/api/environment.ts';
import { environments } from '../../src/api/kinds.ts';
import { webhookConfigurationName } from '../../src/api/names.ts';
import type { KubeObject } from '../../src/api/object.ts';
import { webhookConfigurations } from '../../src/tls/ca-bundle.ts';
import { eventually, getObject, kubectlOk, restoreHub, sharedHub } from '../support/hub.ts';
import { deployment, manifest, ocmEnvironment, webProfile } from '../support/sample-objects.ts';
import { conditionOf, deleteTestObjects } from '../support/tenant.ts';
import { createTenant, type TenantUser } from '../support/tenant-user.ts';

const mebibyte = 1024 * 1024;
const tooMany = Object.fromEntries(Array.from({ length: 1100 }, (_, index) => [`example.com/note-${index}`, 'x']));

type Stored = KubeObject & { status?: EnvironmentStatus };

describe('the history of the objects of a tenant', function () {
  this.timeout(180_000);
  const tenants: TenantUser[] = [];

  before(async function () {
    this.timeout(300_000);
    await sharedHub();
    await restoreHub([], ['--revision-retirement=3']);
  });

  after(async () => {
    await restoreHub();
    for (const { namespace } of tenants) await deleteTestObjects(namespace);
  });

  async function newTenant(): Promise<TenantUser> {
    const tenant = await createTenant('history');
    tenants.push(tenant);
    return tenant;
  }

  const revisionsIn = async ({ namespace }: TenantUser): Promise<DefinitionRevision[]> =>
    JSON.parse(await kubectlOk(['get', 'definitionrevisions', '-n', namespace, '-o', 'json'])).items;
  const stored = ({ namespace }: TenantUser, kind: string, name: string) =>
    getObject<Stored>([kind, name, '-n', namespace]);
  const bytesOf = (revisions: readonly DefinitionRevision[]) =>
    revisions.reduce((sum, { spec }) => sum + Buffer.byteLength(JSON.stringify(spec.object)), 0);

  it('has at most 50 minor lines and 20 further revisions, and no version is published twice', async () => {
    const tenant = await newTenant();
    const { namespace } = tenant;
    const created = await tenant.apply(manifest([ocmEnvironment({ namespace, name: 'primary' })]));
    assert.equal(created.code, 0, created.stderr);
    const publish = (version: string) =>
      tenant.kubectl(['patch', 'environment', 'primary', '--type=merge', '-p', JSON.stringify({ spec: { version } })]);
    for (let minor = 0; minor < 90; minor += 1) {
      const { code, stderr } = await publish(`0.${minor}.0`);
      assert.equal(code, 0, stderr);
    }
    await eventually('old revisions are pruned', async () => (await revisionsIn(tenant)).length <= 50 + 20);
    const { status } = (await stored(tenant, 'environment', 'primary')) ?? assert.fail();
    assert.equal(Object.keys(status?.versions ?? {}).length, 90, 'the lines are remembered');
    const again = await publish('0.3.0');
    assert.match(again.stderr, /0\.3\.0 is already published.*VersionReused/);
    const pinned = deployment({
      namespace,
      name: 'late',
      environment: 'primary@v0.3.0',
      profile: 'web',
      spokeNamespace: namespace,
    });
    const late = await tenant.apply(manifest([webProfile({ namespace, name: 'web' }), pinned]));
    assert.match(late.stderr, /version 0\.3\.0 has been pruned.*RevisionNotFound/);
  });

  it('has at most 16 MiB for one object, and an edit is refused while pins hold more', async () => {
    const tenant = await newTenant();
    const { namespace } = tenant;
    const components = [
      { name: 'ui', type: 'webservice', properties: { image: 'web:1', text: 'x'.repeat(990 * 1024) } },
    ];
    const profile = { ...webProfile({ namespace, name: 'big' }), spec: { workload: { components } } };
    const created = await tenant.kubectl(
      ['create', '-f', '-'],
      manifest([profile, ocmEnvironment({ namespace, name: 'primary' })]),
    );
    assert.equal(created.code, 0, created.stderr);
    const edit = (value: string) => tenant.kubectl(['label', 'workloadprofile', 'big', `edit=${value}`, '--overwrite']);
    for (let count = 2; count <= 22; count += 1) {
      const { code, stderr } = await edit(String(count));
      assert.equal(code, 0, stderr);
    }
    await eventually(
      'the history of the profile fits',
      async () => bytesOf(await revisionsIn(tenant)) <= 16 * mebibyte,
    );

    const pins: string[] = [];
    let refusal = '';
    for (let revision = 22; refusal === '' && revision < 44; revision += 1) {
      const name = `pin-${revision}`;
      const refs = { environment: 'primary', profile: `big@v${revision}`, spokeNamespace: `${namespace}-${revision}` };
      const pin = manifest([deployment({ namespace, name, ...refs })]);
      // On a busy machine, CUE needs so long for the manifests that admission asks to try again.
      await eventually(`${name} is admitted`, async () => (await tenant.apply(pin)).code === 0, { withinMs: 30_000 });
      pins.push(name);
      const { code, stderr } = await edit(String(revision + 1));
      if (code !== 0) refusal = stderr;
    }
    assert.match(
      refusal,
      /of the history must be retained, and the limit is 16 MiB.*WorkloadDeployment .*\/pin-22.*HistoryFull/,
    );
    const refused = await revisionsIn(tenant);
    assert.ok(bytesOf(refused) <= 2 * 16 * mebibyte, `${bytesOf(refused)} bytes`);

    await tenant.kubectlOk(['delete', 'workloaddeployment', ...pins.slice(0, 3), '--wait=false']);
    await eventually('the edit is admitted when pins are released', async () => (await edit('released')).code === 0, {
      withinMs: 60_000,
    });
  });

  it('contains nothing that cannot be recorded, and an object that was stored like that can be repaired', async () => {
    const tenant = await newTenant();
    const { namespace } = tenant;
    const base = ocmEnvironment({ namespace, name: 'primary' });
    const crowded = (name: string) => ({ ...base, metadata: { ...base.metadata, name, annotations: tooMany } });
    const refused = await tenant.kubectl(['create', '-f', '-'], manifest([crowded('refused')]));
    assert.match(refused.stderr, /metadata\.annotations: has 1100 entries; at most 1024 can be recorded as a revision/);
    assert.equal((await tenant.apply(manifest([base]))).code, 0);
    const patch = JSON.stringify({ metadata: { annotations: tooMany } });
    const annotate = () => tenant.kubectl(['patch', 'environment', 'primary', '--type=merge', '-p', patch]);
    assert.match((await annotate()).stderr, /at most 1024 can be recorded/);

    const client = createHubClient((await sharedHub()).kubeconfig);
    for (const kind of webhookConfigurations) await client.delete(kind, { name: webhookConfigurationName });
    await eventually('admission is not called', async () => {
      const probe = ocmEnvironment({ namespace, name: 'probe' });
      const admitted = await client.create<KubeObject>(environments, probe, { dryRun: true });
      return admitted.metadata.annotations?.['spectrocloud.com/revision'] === undefined;
    });
    assert.equal((await annotate()).code, 0);
    const late = await tenant.kubectl(['create', '-f', '-'], manifest([crowded('late')]));
    assert.equal(late.code, 0, late.stderr);
    await restoreHub([], ['--revision-retirement=3']);

    for (const name of ['primary', 'late']) {
      await eventually(`Environment ${name} says why it is not recorded`, async () => {
        const conditions = (await stored(tenant, 'environment', name))?.status?.conditions ?? [];
        const found = conditions.find(({ type }) => type === 'Recorded');
        return found?.reason === 'NotRecordable' && found.message?.includes('metadata.annotations');
      });
      const more = await tenant.kubectl(['annotate', 'environment', name, 'one=more']);
      assert.match(more.stderr, /at most 1024 can be recorded|NotYetRecorded/);
      const none = Object.fromEntries(Object.keys(tooMany).map((key) => [key, null]));
      const body = JSON.stringify({ metadata: { annotations: none } });
      const repaired = await tenant.kubectl(['patch', 'environment', name, '--type=merge', '-p', body]);
      assert.equal(repaired.code, 0, repaired.stderr);
      await eventually(`Environment ${name} is recorded`, async () =>
        conditionOf((await stored(tenant, 'environment', name))?.status, 'Recorded')?.startsWith('True'),
      );
      const edited = await tenant.kubectl(['annotate', 'environment', name, 'one=more']);
      assert.equal(edited.code, 0, edited.stderr);
    }
  });

  it('may be limited by a quota, which the condition and the denial name, and continues when the quota is raised', async () => {
    const tenant = await newTenant();
    const { namespace } = tenant;
    const resource = 'count/definitionrevisions.spectrocloud.com';
    // No quota controller runs on the hub of the tests. The API server adds to the numbers in the status itself.
    const limitTo = async (hard: number, used: number) => {
      const body = (status: object) => JSON.stringify({ spec: { hard: { [resource]: String(hard) } }, status });
      const args = ['patch', 'resourcequota', 'revisions', '-n', namespace, '--type=merge', '-p'];
      await kubectlOk([...args, body({})]);
      const status = { hard: { [resource]: String(hard) }, used: { [resource]: String(used) } };
      await kubectlOk([...args, body(status), '--subresource=status']);
    };
    await kubectlOk(['create', 'quota', 'revisions', '-n', namespace, `--hard=${resource}=1`]);
    await limitTo(1, 0);
    assert.equal((await tenant.apply(manifest([webProfile({ namespace, name: 'web' })]))).code, 0);
    const edit = (value: string) => tenant.kubectl(['label', 'workloadprofile', 'web', `edit=${value}`, '--overwrite']);
    await eventually('the profile is recorded', async () => (await revisionsIn(tenant)).length === 1);
    const first = await edit('1');
    assert.equal(first.code, 0, first.stderr);
    await eventually('the condition names the quota', async () => {
      const conditions = (await stored(tenant, 'workloadprofile', 'web'))?.status?.conditions ?? [];
      const found = conditions.find(({ type }) => type === 'Recorded');
      return found?.reason === 'RecordingFailed' && found.message?.includes('exceeded quota: revisions');
    });
    const second = await edit('2');
    assert.match(second.stderr, /because recording fails: .*exceeded quota: revisions.*NotYetRecorded/);

    await limitTo(5, 1);
    const recovered = await eventually(
      'the edit is recorded',
      async () => {
        const found = await stored(tenant, 'workloadprofile', 'web');
        return found?.status?.revision === 2 ? found : undefined;
      },
      { withinMs: 90_000 },
    );
    assert.equal(conditionOf(recovered.status, 'Recorded'), 'True Recorded');
    const third = await edit('3');
    assert.equal(third.code, 0, third.stderr);
  });
});
