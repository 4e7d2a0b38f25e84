import assert from 'node:assert/strict';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import { apply, eventually, createNamespace, getObject, kubectlOk } from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { waitUntilApplied, deleteSpokeNamespaces, deleteTestObjects } from '../support/tenant.ts';

describe('a ref to an object that does not exist yet', function () {
  this.timeout(120_000);
  let namespace: string;

  before(async function () {
    this.timeout(300_000);
    namespace = await createNamespace('late');
  });

  after(async () => {
    await deleteTestObjects(namespace);
    await deleteSpokeNamespaces(namespace);
  });

  /** The reason and the message of the condition Resolved of a deployment. */
  const unresolved = (name: string, reason: string) =>
    eventually(`deployment ${name} shows ${reason}`, async () => {
      const found = await getObject<WorkloadDeployment>(['workloaddeployment', name, '-n', namespace]);
      const condition = found?.status?.conditions?.find(({ type }) => type === 'Resolved');
      return condition?.status === 'False' && condition.reason === reason ? (condition.message ?? '') : undefined;
    });

  it('is admitted with a warning, and shows in the status', async () => {
    const { code, stderr } = await apply(manifest(deployment(namespace, { environmentRef: 'primary' })));
    assert.equal(code, 0);
    // A warning of more than 120 characters has no path, so that it fits in a line.
    assert.match(
      stderr,
      /^Warning: (?:spec\.environmentRef\.name: )?there is no Environment .*\(ReferenceNotFound\)$/m,
    );
    assert.match(stderr, /^Warning: (?:spec\.workloadProfileRef\.name: )?there is no WorkloadProfile .*$/m);
    assert.match(
      await unresolved('web', 'ReferenceNotFound'),
      new RegExp(`there is no Environment ${namespace}/primary`),
    );
  });

  it('is resolved when both objects are created, one after another', async () => {
    await kubectlOk(['apply', '-f', '-'], { input: manifest(environment(namespace)) });
    await eventually('only the profile is missing', async () =>
      (await unresolved('web', 'ReferenceNotFound')).includes('WorkloadProfile'),
    );
    await kubectlOk(['apply', '-f', '-'], { input: manifest(profile(namespace)) });
    const { status } = await waitUntilApplied(namespace);
    assert.equal(status?.environment?.revision, 1);
  });

  it('can name a future revision, which is used when it exists', async () => {
    const ahead = deployment(namespace, { name: 'ahead', environmentRef: 'primary@v2' });
    const { code, stderr } = await apply(manifest(ahead));
    assert.equal(code, 0);
    assert.match(stderr, /Warning: .*existing revisions: v1 \(RevisionNotFound\)/);
    await unresolved('ahead', 'RevisionNotFound');
    await kubectlOk(['label', 'environment', 'primary', '-n', namespace, 'edited=once']);
    const { status } = await waitUntilApplied(namespace, 'ahead');
    assert.equal(status?.environment?.revision, 2);
  });

  it('can name a future version, which is used when it is published', async () => {
    const ahead = deployment(namespace, { name: 'published', environmentRef: 'primary@v1.3.6' });
    const { code, stderr } = await apply(manifest(ahead));
    assert.equal(code, 0);
    assert.match(stderr, /Warning: .*\(RevisionNotFound\)/);
    await unresolved('published', 'RevisionNotFound');
    const { spec } = environment(namespace);
    const input = manifest({ ...environment(namespace), spec: { ...spec, version: '1.3.6' } });
    await kubectlOk(['apply', '-f', '-'], { input });
    const { status } = await waitUntilApplied(namespace, 'published');
    assert.equal(status?.environment?.version, '1.3.6');
  });
});
