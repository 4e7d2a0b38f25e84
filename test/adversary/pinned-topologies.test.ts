import assert from 'node:assert/strict';
import type { Environment } from '../../src/api/environment.ts';
import type { KubeObject } from '../../src/api/object.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import { customTopology, fewLines } from '../support/custom-topology.ts';
import { apply, eventually, getObject, kubectlOk } from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { conditionOf, deleteTestObjects } from '../support/tenant.ts';
import { createTenant, type TenantUser } from '../support/tenant-user.ts';

const stampAnnotation = 'spectrocloud.com/topology-revision';

/** The topology with its second template, published as the first version of major 1. */
function published(name: string): KubeObject {
  const { spec, ...topology } = customTopology(name, fewLines.replace('clusters: *1', 'clusters: *2'));
  return { ...topology, spec: { ...spec, version: '1.0.0' } } as KubeObject;
}

describe('pins of a topology by tenants', function () {
  this.timeout(180_000);
  let tenant: TenantUser;
  let topology: string;

  before(async () => {
    tenant = await createTenant('pins');
    topology = `topology-of-${tenant.namespace}`;
    await kubectlOk(['apply', '-f', '-'], { input: manifest(customTopology(topology, fewLines)) });
  });

  after(async () => {
    await deleteTestObjects(tenant.namespace);
    await kubectlOk(['delete', 'policydefinition', topology, '-n', 'mural-system', '--timeout=30s']);
  });

  const inEnvironment = (type: string, name = 'primary') =>
    environment(tenant.namespace, { name, topology: { type, properties: {} } });
  const environmentStatus = async (name = 'primary') =>
    (await getObject<Environment>(['environment', name, '-n', tenant.namespace]))?.status;
  const deploymentStatus = async () =>
    (await getObject<WorkloadDeployment>(['workloaddeployment', 'web', '-n', tenant.namespace]))?.status;
  const placementOf = async (): Promise<unknown> => {
    const { items }: { items: { metadata: KubeObject['metadata']; spec: { numberOfClusters: number } }[] } = JSON.parse(
      await kubectlOk(['get', 'placements', '-A', '-o', 'json']),
    );
    const key = `${tenant.namespace}/web`;
    return items.find(({ metadata }) => metadata.annotations?.['spectrocloud.com/deployment'] === key)?.spec
      .numberOfClusters;
  };

  it('are stamped with the revision and the hash of its content', async () => {
    const objects = [inEnvironment(`${topology}@v1`), profile(tenant.namespace), deployment(tenant.namespace)];
    const { code, stderr } = await tenant.apply(manifest(...objects));
    assert.equal(code, 0, stderr);
    await eventually('the Placement exists', async () => (await placementOf()) === 1);
    const stored = await getObject<KubeObject>(['environment', 'primary', '-n', tenant.namespace]);
    assert.match(
      stored?.metadata.annotations?.[stampAnnotation] ?? '',
      new RegExp(`^mural-system/${topology}@v1#h1:[0-9a-f]+$`),
    );
  });

  it('do not block the first version of the major, and keep what is applied', async () => {
    const { code, stderr } = await apply(manifest(published(topology)));
    assert.equal(code, 0, stderr);
    assert.match(stderr, / in another namespace; what is applied there stays.*\(VersionShadowsRevision\)/);
    await eventually('the Environment is held', async () => {
      return conditionOf(await environmentStatus(), 'Rendered') === 'False RevisionChanged';
    });
    await eventually('the deployment is held', async () => {
      return conditionOf(await deploymentStatus(), 'Rendered') === 'False RevisionChanged';
    });
    assert.equal(await placementOf(), 1);
    const message = (await environmentStatus())?.conditions?.find(({ type }) => type === 'Rendered')?.message ?? '';
    assert.match(message, /@v1 of PolicyDefinition .* means version 1\.0\.0 now, and meant revision 1/);
    assert.match(message, /set spec\.topology\.type to the revision to use/);
  });

  it('warn about an edit of an Environment that is held', async () => {
    const base = inEnvironment(`${topology}@v1`);
    const edited = { ...base, spec: { topology: { ...base.spec.topology, properties: { clusters: 3 } } } };
    const { code, stderr } = await tenant.apply(manifest(edited));
    assert.equal(code, 0, stderr);
    assert.match(stderr, /nothing is applied until the ref is edited: .* \(RevisionChanged\)/);
    assert.equal(await placementOf(), 1);
  });

  it('mean the version when they are written again', async () => {
    for (const type of [topology, `${topology}@v1`]) {
      await eventually(`the Environment with topology ${type} is admitted`, async () => {
        return (await tenant.apply(manifest(inEnvironment(type)))).code === 0;
      });
    }
    await eventually('the version is applied', async () => (await placementOf()) === 2);
    assert.equal(conditionOf(await environmentStatus(), 'Rendered'), 'True Rendered');
  });

  it('block the first version of a major in the namespace of the topology', async () => {
    const other = `own-${topology}`;
    const pin = { ...environment('mural-system', { name: other, topology: { type: `${other}@v1` } }) };
    await kubectlOk(['apply', '-f', '-'], { input: manifest(customTopology(other, fewLines)) });
    try {
      await kubectlOk(['apply', '-f', '-'], { input: manifest(pin) });
      const { code, stderr } = await apply(manifest(published(other)));
      assert.equal(code, 1);
      assert.match(stderr, /change these refs first \(VersionShadowsRevision\)/);
    } finally {
      await kubectlOk(['delete', 'environment', other, '-n', 'mural-system', '--ignore-not-found', '--timeout=30s']);
      await kubectlOk(['delete', 'policydefinition', other, '-n', 'mural-system', '--timeout=30s']);
    }
  });

  it('that are sent at the same time as the first version of the major mean what they are stamped with, or are held', async () => {
    const names = Array.from({ length: 6 }, (_, index) => `raced-${index}`);
    const base = (name: string, more: object) => {
      const object = environment(tenant.namespace, { name, placement: { numberOfClusters: 1 } });
      return { ...object, spec: { ...object.spec, ...more } };
    };
    assert.equal((await tenant.apply(manifest(...names.map((name) => base(name, {}))))).code, 0);
    await eventually('all are recorded', async () => {
      const found = await Promise.all(names.map(environmentStatus));
      return found.every((status) => status?.revision === 1);
    });
    const version = { version: '1.0.0', topology: { type: 'topology-ocm', properties: { placement: {} } } };
    const pinTo = (name: string) => {
      const pin = deployment(tenant.namespace, { name, environmentRef: `${name}@v1` });
      return { ...pin, spec: { ...pin.spec, workload: { ...pin.spec.workload, name } } };
    };
    const requests = names.flatMap((name) => [base(name, version), pinTo(name)]);
    await Promise.all(requests.map((object) => tenant.apply(manifest(object))));
    for (const name of names) {
      await eventually(`${name} means what its stamp says, or is held`, async () => {
        const pin = await getObject<WorkloadDeployment>(['workloaddeployment', name, '-n', tenant.namespace]);
        if (pin === undefined) return true;
        const stamp = pin.metadata.annotations?.['spectrocloud.com/environment-revision'] ?? '';
        const [, revision, hash] = /@v(\d+)(#.+)?$/.exec(stamp) ?? [];
        if (conditionOf(pin.status, 'Resolved') === 'False RevisionChanged') return hash !== undefined;
        // Without a hash, the version was published before: the ref is floating.
        return pin.status?.environment?.revision === (hash === undefined ? 2 : Number(revision));
      });
    }
  });
});
