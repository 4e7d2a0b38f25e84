import assert from 'node:assert/strict';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import { apply, eventually, createNamespace, getObject, kubectlOk } from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { deleteSpokeNamespaces, deleteTestObjects } from '../support/tenant.ts';

const system = 'mural-system';
const stamp = 'spectrocloud.com/workload-profile-revision';

describe('a WorkloadProfile that does not exist in the namespace', function () {
  this.timeout(90_000);
  const shared = `shared-${process.pid}`;
  let namespace: string;

  before(async () => {
    namespace = await createNamespace('shared');
  });
  after(async () => {
    await deleteTestObjects(namespace);
    await kubectlOk(['delete', 'workloadprofile', shared, '-n', system, '--ignore-not-found', '--timeout=30s']);
    await deleteSpokeNamespaces(namespace);
  });

  const file = (ref: string, labels: Record<string, string> = {}) => {
    const made = deployment(namespace);
    const spec = { ...made.spec, workloadProfileRef: { name: ref } };
    return manifest({ ...made, metadata: { ...made.metadata, labels }, spec });
  };
  const applyFile = async (text: string) => {
    const { code, stderr } = await apply(text);
    assert.equal(code, 0, stderr);
  };
  const stored = () => getObject<WorkloadDeployment>(['workloaddeployment', 'web', '-n', namespace]);
  const usedFrom = (where: string) =>
    eventually(`the profile of ${where} is used`, async () => {
      return (await stored())?.status?.workloadProfile?.namespace === where;
    });

  it('is read from the system namespace', async () => {
    await applyFile(manifest(environment(namespace), profile(system, shared)));
    await applyFile(file(shared));
    assert.equal((await stored())?.metadata.annotations?.[stamp], `${system}/${shared}@v1`);
    await usedFrom(system);
  });

  it('does not affect existing deployments when it is created, also if they are edited', async () => {
    await applyFile(manifest(profile(namespace, shared)));
    await applyFile(file(shared, { tier: 'gold' }));
    await eventually('the profile of the namespace is recorded', async () => {
      const names = await kubectlOk(['get', 'definitionrevisions', '-n', namespace, '-o', 'name']);
      return names.includes(`workloadprofile.${shared}.v1`);
    });
    const found = await stored();
    assert.equal(found?.metadata.labels?.['tier'], 'gold');
    assert.equal(found?.metadata.annotations?.[stamp], `${system}/${shared}@v1`);
    assert.equal(found?.status?.workloadProfile?.namespace, system);
  });

  it('is used by new deployments, and by those whose ref changes', async () => {
    await applyFile(file(`${shared}@v1`));
    // The stamp of a pin names the content too.
    const pinned = (await stored())?.metadata.annotations?.[stamp] ?? '';
    assert.match(pinned, new RegExp(`^${namespace}/${shared}@v1#h1:[0-9a-f]{64}$`));
    await usedFrom(namespace);
  });
});
