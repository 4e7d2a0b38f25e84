import assert from 'node:assert/strict';
import type { Environment } from '../../src/api/environment.ts';
import type { Placement } from '../../src/api/ocm.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import { deploymentAnnotation } from '../../src/domain/annotations.ts';
import { customTopology, fewLines } from '../support/custom-topology.ts';
import { apply, eventually, createNamespace, getObject, kubectlOk } from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { waitUntilApplied, deleteSpokeNamespaces, waitForReadiness, deleteTestObjects } from '../support/tenant.ts';

const hubNamespace = 'managed-cluster-set-global';
const twoClusters = fewLines.replace(
  'numberOfClusters: parameter.clusters',
  'numberOfClusters: parameter.clusters + 1',
);

describe('a custom topology', function () {
  this.timeout(120_000);
  let namespace: string;
  let topology: string;

  before(async function () {
    this.timeout(300_000);
    namespace = await createNamespace('custom');
    topology = namespace;
  });

  after(async () => {
    await deleteTestObjects(namespace);
    await deleteSpokeNamespaces(namespace);
    await kubectlOk(['delete', 'policydefinition', topology, '-n', 'mural-system', '--ignore-not-found']);
  });

  const define = (template: string) => apply(manifest(customTopology(topology, template)));

  /** Admitted although an Environment can no longer be rendered. */
  const defineAnyway = (template: string) => {
    const definition = customTopology(topology, template);
    const annotations = { 'spectrocloud.com/acknowledge': 'TopologyDoesNotRender' };
    return apply(manifest({ ...definition, metadata: { ...definition.metadata, annotations } }));
  };

  const rendered = (name: string, reason: string) =>
    eventually(`Environment ${name} shows ${reason}`, async () => {
      const found = await getObject<Environment>(['environment', name, '-n', namespace]);
      const condition = found?.status?.conditions?.find(({ type }) => type === 'Rendered');
      return condition?.reason === reason ? condition : undefined;
    });

  /** The number of clusters in the Placement of a deployment. */
  async function readClusterCount(name: string): Promise<number | undefined> {
    const list = await kubectlOk(['get', 'placements', '-n', hubNamespace, '-o', 'json']);
    const { items }: { items: Placement[] } = JSON.parse(list);
    const own = items.filter(({ metadata }) => metadata.annotations?.[deploymentAnnotation] === `${namespace}/${name}`);
    return own.length === 1 ? own[0]?.spec?.numberOfClusters : undefined;
  }

  it('can be referred to before it exists, with a warning and Rendered=False', async () => {
    const names = { topology: { type: topology, properties: { clusters: 1 } } };
    const { code, stderr } = await apply(manifest(environment(namespace, names)));
    assert.equal(code, 0);
    assert.match(stderr, /^Warning: there is no topology .*\(UnknownTopology\)$/m);
    const { status, message } = await rendered('primary', 'UnknownTopology');
    assert.equal(status, 'False');
    assert.match(message ?? '', /built in: .*topology-ocm/);
    const notReady = await waitForReadiness('NotReady', namespace);
    const ready = notReady.status?.conditions?.find(({ type }) => type === 'EnvironmentReady');
    assert.equal(ready?.reason, 'UnknownTopology');
  });

  it('is denied with the line in which its CUE does not compile', async () => {
    const { code, stderr } = await define(fewLines.replace('parameter.clusters', 'parametr.clusters'));
    assert.equal(code, 1);
    assert.match(stderr, /spec\.schematic\.cue\.template: line 11: .*"parametr" not found/);
  });

  it('makes the Environment ready and applies Workloads as soon as it exists', async () => {
    const { code, stderr } = await define(fewLines);
    assert.deepEqual([code, stderr], [0, '']);
    await waitForReadiness('Ready', namespace);
    const input = manifest(profile(namespace), deployment(namespace));
    await kubectlOk(['apply', '-f', '-'], { input });
    const { status } = await waitUntilApplied(namespace);
    assert.equal(status?.selectedClusters?.length, 1);
    const on = status.selectedClusters[0] ?? '';
    assert.equal(
      await kubectlOk(['get', 'workload', 'web', '-n', namespace, '-o', 'name'], { on }),
      'workload.spectrocloud.com/web\n',
    );
  });

  it('has parameters that are checked like those of a built-in topology', async () => {
    const { code, stderr } = await apply(
      manifest(environment(namespace, { topology: { type: topology, properties: { cluster: 'x' } } })),
    );
    assert.equal(code, 1);
    assert.match(stderr, /spec\.topology\.properties\.cluster: .*did you mean "?clusters/);
  });

  it('changes the render when it changes, except where its revision is pinned', async () => {
    const pinned = environment(namespace, { name: 'pinned', topology: { type: `${topology}@v1` } });
    const still = deployment(namespace, { name: 'still', environmentRef: 'pinned' });
    await kubectlOk(['apply', '-f', '-'], { input: manifest(pinned, still) });
    await waitUntilApplied(namespace, 'still');
    await define(twoClusters);
    await eventually('the deployment requires two clusters', async () => (await readClusterCount('web')) === 2);
    await eventually(
      'both clusters are selected',
      async () => (await waitUntilApplied(namespace)).status?.selectedClusters?.length === 2,
    );
    assert.equal(await readClusterCount('still'), 1);
  });

  const bad: { title: string; template: string; reason: string; says: RegExp }[] = [
    {
      title: 'a kind that is not allowed',
      template: `${fewLines}\noutputs: secret: {apiVersion: "v1", kind: "Secret", metadata: name: "s"}`,
      reason: 'InvalidRender',
      says: /Secret \(v1\) is not a kind that a topology may render; allowed: Placement .*ManifestWorkReplicaSet/,
    },
    {
      title: 'a foreign namespace',
      template: fewLines.replace('name: "where"\n', '{name: "where", namespace: "kube-system"}\n'),
      reason: 'InvalidRender',
      says: /in namespace "kube-system"; allowed here: managed-cluster-set-global/,
    },
    {
      title: 'nothing',
      template: 'parameter: clusters: *1 | int',
      reason: 'InvalidTemplate',
      says: /neither output nor outputs/,
    },
  ];
  for (const { title, template, reason, says } of bad) {
    it(`is refused if it renders ${title}; if it is admitted anyway, the applied objects stay unchanged`, async () => {
      assert.equal((await define(twoClusters)).code, 0);
      const refused = await define(template);
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, new RegExp(`Environment ${namespace}/primary: .*\\(TopologyDoesNotRender\\)`));
      assert.match(refused.stderr, says);
      const { code, stderr } = await defineAnyway(template);
      assert.equal(code, 0, stderr);
      assert.match(stderr, /^Warning: .*\(TopologyDoesNotRender\)$/m);
      const failed = await eventually('the deployment is not rendered', async () => {
        const found = await getObject<WorkloadDeployment>(['workloaddeployment', 'web', '-n', namespace]);
        const condition = found?.status?.conditions?.find(({ type }) => type === 'Rendered');
        return condition?.status === 'False' && says.test(condition.message ?? '') ? found : undefined;
      });
      const applied = failed.status?.conditions?.find(({ type }) => type === 'Applied');
      assert.deepEqual(
        [applied?.reason, applied?.message],
        [reason, 'the render failed; the applied objects stay unchanged'],
      );
      await eventually('the Environment reports it, too', async () => {
        const { message } = await rendered('primary', reason);
        return says.test(message ?? '');
      });
      assert.equal(await readClusterCount('web'), 2);
      assert.equal(failed.status?.selectedClusters?.length, 2);
    });
  }
});
