import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/api/object.ts';
import { createNamespace, kubectl, kubectlOk } from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import {
  kubevelaDefinition,
  kubevelaProperties,
  publishedTopologies,
  publishedTopology,
  type PublishedTopology,
} from '../support/published-topologies.ts';
import { deleteSpokeNamespaces, deleteTestObjects, waitForReadiness, waitUntilApplied } from '../support/tenant.ts';

const hubNamespace = 'managed-cluster-set-global';
const clusterLabel = 'mooring.test/published';
const samples = Object.keys(publishedTopologies) as PublishedTopology[];

describe('a topology in its published form, on a hub', function () {
  this.timeout(180_000);
  let namespace: string;
  /** The names of the topologies in the system namespace, which other tests use, too. */
  const nameOf = (sample: PublishedTopology) => `${namespace}-${sample}`;

  const kubevelaName = (file: string) => `${namespace}-kubevela-${file}`;

  before(async function () {
    this.timeout(300_000);
    namespace = await createNamespace('published');
    await kubectlOk(['label', 'managedcluster', 'spoke1', `${clusterLabel}=yes`, '--overwrite']);
    const where: KubeObject & { spec: object } = {
      apiVersion: 'cluster.open-cluster-management.io/v1beta1',
      kind: 'Placement',
      metadata: { name: namespace, namespace: hubNamespace },
      spec: { numberOfClusters: 1, clusterSets: ['global'] },
    };
    await kubectlOk(['apply', '-f', '-'], { input: manifest(where) });
  });

  after(async () => {
    await deleteTestObjects(namespace);
    await deleteSpokeNamespaces(namespace);
    const names = [...samples.map(nameOf), ...Object.keys(kubevelaProperties).map(kubevelaName)];
    await kubectlOk(['delete', 'policydefinition', ...names, '-n', 'mural-system', '--ignore-not-found']);
    await kubectlOk(['delete', 'placement', namespace, '-n', hubNamespace, '--ignore-not-found']);
    await kubectlOk(['label', 'managedcluster', 'spoke1', `${clusterLabel}-`]);
  });

  for (const sample of samples) {
    it(`makes its Environment ready and applies a Workload: ${sample}`, async () => {
      const topology = await publishedTopology(sample, nameOf(sample));
      const properties = sample === 'byop' ? { placementRefs: [{ name: namespace }] } : publishedTopologies[sample];
      const objects = [
        environment(namespace, { name: sample, topology: { type: nameOf(sample), properties } }),
        profile(namespace),
        deployment(namespace, { name: `web-${sample}`, environmentRef: sample }),
      ];
      const defined = await kubectl(['apply', '-f', '-'], { input: manifest(topology) });
      // Without properties, one of them has no Placement to which its work could refer.
      const warning = /^Warning: .*cannot be rendered unless properties avoid this: .*\(TopologyDoesNotRender\)\n$/;
      assert.match(defined.stderr, sample === 'k8s-objects' ? warning : /^$/);
      assert.equal(defined.code, 0);
      await kubectlOk(['apply', '-f', '-'], { input: manifest(...objects) });
      await waitForReadiness('Ready', namespace, sample);
      const { status } = await waitUntilApplied(namespace, `web-${sample}`);
      const [on = ''] = status?.selectedClusters ?? [];
      assert.equal(
        await kubectlOk(['get', 'workload', `web-${sample}`, '-n', namespace, '-o', 'name'], { on }),
        `workload.spectrocloud.com/web-${sample}\n`,
      );
      if (sample === 'topology') assert.equal(on, 'spoke1', 'the only cluster with the label');
    });
  }

  for (const [file, propertiesOf] of Object.entries(kubevelaProperties)) {
    it(`applies what the properties of a definition of KubeVela contain: ${file}`, async () => {
      const spokeNamespace = `${namespace}-${file}`;
      await kubectlOk([
        'annotate',
        'namespace',
        namespace,
        `spectrocloud.com/spoke-namespaces=${namespace}-*`,
        '--overwrite',
      ]);
      const type = kubevelaName(file);
      await kubectlOk(['apply', '-f', '-'], { input: manifest(await kubevelaDefinition(file, type)) });
      const topology = { type, properties: propertiesOf(spokeNamespace, namespace) };
      const objects = [
        environment(namespace, { name: `kubevela-${file}`, topology }),
        profile(namespace),
        deployment(namespace, { name: `kubevela-${file}`, environmentRef: `kubevela-${file}`, spokeNamespace }),
      ];
      await kubectlOk(['apply', '-f', '-'], { input: manifest(...objects) });
      const { status } = await waitUntilApplied(namespace, `kubevela-${file}`);
      const [on = ''] = status?.selectedClusters ?? [];
      const read = ['get', 'configmap', 'settings', '-n', spokeNamespace, '-o', 'jsonpath={.data.mode}'];
      assert.equal(await kubectlOk(read, { on }), 'on');
      await kubectlOk(['delete', 'workloaddeployment', `kubevela-${file}`, '-n', namespace]);
      await deleteSpokeNamespaces(spokeNamespace);
    });
  }
});
