import assert from 'node:assert/strict';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import { customTopology } from '../support/custom-topology.ts';
import { createNamespace, eventually, getObject, kubectl, kubectlOk } from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { deleteSpokeNamespaces, deleteTestObjects, waitForReadiness, waitUntilApplied } from '../support/tenant.ts';
import { renderable, unrenderableTopologies } from '../support/unrenderable-topologies.ts';

describe('edits of a topology that break its Environments, on a hub', function () {
  this.timeout(120_000);
  let namespace: string;

  const edited = (template: string, annotations = {}) => {
    const definition = customTopology(namespace, template);
    return manifest({ ...definition, metadata: { ...definition.metadata, annotations } });
  };
  const tryOut = (template: string) => kubectl(['apply', '--dry-run=server', '-f', '-'], { input: edited(template) });

  before(async function () {
    this.timeout(300_000);
    namespace = await createNamespace('broken');
    await kubectlOk(['apply', '-f', '-'], { input: edited(renderable) });
    const objects = [
      environment(namespace, { topology: { type: namespace, properties: { x: 5 } } }),
      profile(namespace),
      deployment(namespace),
    ];
    await kubectlOk(['apply', '-f', '-'], { input: manifest(...objects) });
    await waitForReadiness('Ready', namespace);
    await waitUntilApplied(namespace);
  });

  after(async () => {
    await deleteTestObjects(namespace);
    await deleteSpokeNamespaces(namespace);
    await kubectlOk(['delete', 'policydefinition', namespace, '-n', 'mural-system', '--ignore-not-found']);
  });

  it('an edit that breaks nothing is admitted without a warning', async () => {
    const { code, stderr } = await tryOut(`${renderable}\n// edited`);
    assert.deepEqual([code, stderr], [0, '']);
  });

  for (const [title, { template, says }] of Object.entries(unrenderableTopologies)) {
    it(`kubectl refuses and names the Environment: ${title}`, async () => {
      const { code, stderr } = await tryOut(template);
      assert.equal(code, 1);
      assert.match(stderr, new RegExp(`Environment ${namespace}/primary: .*\\(TopologyDoesNotRender\\)`));
      assert.match(stderr, says);
    });
  }

  it('the deletion warning says what goes from the clusters although the acknowledged edit renders no work', async () => {
    const { template = '' } = unrenderableTopologies['no work for this Environment'] ?? {};
    const acknowledge = { 'spectrocloud.com/acknowledge': 'TopologyDoesNotRender' };
    await kubectlOk(['apply', '-f', '-'], { input: edited(template, acknowledge) });
    const found = await eventually('the status says that nothing is rendered', async () => {
      const object = await getObject<WorkloadDeployment>(['workloaddeployment', 'web', '-n', namespace]);
      const condition = object?.status?.conditions?.find(({ type }) => type === 'Applied');
      return /renders no ManifestWorkReplicaSet/.test(condition?.message ?? '') ? object : undefined;
    });
    assert.equal(found.status?.effectiveLifecycle?.spokeNamespace.create, true);
    const { stderr } = await kubectl(['delete', 'wd', 'web', '-n', namespace, '--dry-run=server']);
    assert.match(stderr, new RegExp(`Namespace ${namespace} is deleted with everything in it`));
  });
});
