import assert from 'node:assert/strict';
import type { Environment } from '../../src/api/environment.ts';
import type { JsonObject } from '../../src/api/object.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import type { Workload } from '../../src/api/workload.ts';
import { apply, eventually, createNamespace, getObject, kubectlOk } from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { waitUntilApplied, deleteSpokeNamespaces, deleteTestObjects } from '../support/tenant.ts';

describe('policies of an Environment', function () {
  this.timeout(120_000);
  let namespace: string;

  before(async function () {
    this.timeout(300_000);
    namespace = await createNamespace('override');
  });

  after(async () => {
    await deleteTestObjects(namespace);
    await deleteSpokeNamespaces(namespace);
  });

  const overridden = (...policies: [string, JsonObject][]): Environment => {
    const plain = environment(namespace);
    return {
      ...plain,
      spec: { ...plain.spec, policies: policies.map(([name, properties]) => ({ name, type: 'override', properties })) },
    };
  };

  const components = [
    {
      name: 'ui',
      type: 'webservice',
      properties: { image: 'registry.test/web:1', port: 8080, env: { DEBUG: 'yes', LEVEL: 'info' } },
      traits: [
        { type: 'resources', properties: { cpu: '500m' } },
        { type: 'gateway', properties: { host: 'web.test' } },
      ],
    },
    { name: 'worker', type: 'worker', properties: { image: 'registry.test/worker:1' } },
  ];

  const image = { components: [{ name: 'ui', properties: { image: 'registry.test/web:2' }, remove: ['/env/DEBUG'] }] };
  const traits = {
    components: [
      {
        name: 'ui',
        traits: [
          { type: 'gateway', disable: true },
          { type: 'scaler', properties: { replicas: 3 } },
        ],
      },
    ],
  };

  const onSpoke = (on: string) => getObject<Workload>(['workload', 'web', '-n', namespace], on);

  it('change an image, disable and add a trait, and remove a key on the spoke', async () => {
    const web = { ...profile(namespace), spec: { workload: { components } } };
    const objects = [overridden(['image', image], ['traits', traits]), web, deployment(namespace)];
    const { code, stderr } = await apply(manifest(...objects));
    assert.deepEqual([code, stderr], [0, '']);
    const { status } = await waitUntilApplied(namespace);
    const workload = await onSpoke(status?.selectedClusters?.[0] ?? '');
    assert.deepEqual(workload?.spec.components, [
      {
        name: 'ui',
        type: 'webservice',
        properties: { image: 'registry.test/web:2', port: 8080, env: { LEVEL: 'info' } },
        traits: [
          { type: 'resources', properties: { cpu: '500m' } },
          { type: 'scaler', properties: { replicas: 3 } },
        ],
      },
      components[1],
    ]);
  });

  it('are applied on the spoke when they change, in their order', async () => {
    const later = {
      components: [{ type: 'webservice', properties: { image: 'registry.test/web:3' } }],
      selector: ['ui'],
    };
    await kubectlOk(['apply', '-f', '-'], { input: manifest(overridden(['image', image], ['later', later])) });
    const { status } = await waitUntilApplied(namespace, 'web', 2);
    const workload = await onSpoke(status?.selectedClusters?.[0] ?? '');
    assert.deepEqual(
      workload?.spec.components.map(({ name, properties }) => [name, properties?.['image']]),
      [['ui', 'registry.test/web:3']],
    );
  });

  it('with another type than the component are not rendered, and the applied objects stay unchanged', async () => {
    const differing = { components: [{ name: 'ui', type: 'worker', properties: { image: 'registry.test/web:4' } }] };
    // Admission denies such a policy, but only the controller sees a later change of the profile.
    const worker = { ...profile(namespace), spec: { workload: { components: components.map(asWorker) } } };
    await kubectlOk(['delete', 'workloaddeployment', 'web', '-n', namespace]);
    await kubectlOk(['apply', '-f', '-'], { input: manifest(overridden(['typed', { ...differing }]), worker) });
    await kubectlOk(['apply', '-f', '-'], { input: manifest(deployment(namespace)) });
    const { status: before } = await waitUntilApplied(namespace, 'web', 3);
    const on = before?.selectedClusters?.[0] ?? '';

    const webservice = { ...profile(namespace), spec: { workload: { components } } };
    const { code, stderr } = await apply(manifest(webservice));
    const typeDiffers = /spec\.policies\[0\]\.properties\.components\[0\]\.type: is "worker", but .*ui \(webservice\)/;
    if (code !== 0) {
      assert.match(stderr, typeDiffers);
      return;
    }
    const failed = await eventually('the deployment is not rendered', async () => {
      const found = await getObject<WorkloadDeployment>(['workloaddeployment', 'web', '-n', namespace]);
      const condition = found?.status?.conditions?.find(({ type }) => type === 'Rendered');
      return condition?.status === 'False' ? { ...condition, all: found?.status?.conditions } : undefined;
    });
    assert.equal(failed.reason, 'OverrideTypeDiffers');
    assert.match(failed.message ?? '', typeDiffers);
    assert.match(
      failed.all?.find(({ type }) => type === 'Applied')?.message ?? '',
      /the applied objects stay unchanged/,
    );
    const workload = await onSpoke(on);
    assert.deepEqual(workload?.spec.components[0]?.properties?.['image'], 'registry.test/web:4');
  });
});

function asWorker<T extends { type: string }>(component: T): T {
  return { ...component, type: 'worker' };
}
