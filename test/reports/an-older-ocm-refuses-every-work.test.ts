import assert from 'node:assert/strict';
import { createHubClient } from '../../deploy/local/hub/apply/hub-client.ts';
import { customResourceDefinitions } from '../../src/api/crd.ts';
import type { JsonObject, KubeObject } from '../../src/api/object.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import type { Client } from '../../src/kube/client/client.ts';
import { createNamespace, eventually, getObject, kubectlOk, sharedHub } from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { deleteSpokeNamespaces, deleteTestObjects, waitUntilApplied } from '../support/tenant.ts';

const name = 'manifestworkreplicasets.work.open-cluster-management.io';
type Definition = KubeObject & { spec: JsonObject };

describe('an OCM without a field that topology-ocm sets', function () {
  this.timeout(180_000);
  let client: Client;
  let namespace: string;
  let original: Definition;

  before(async function () {
    this.timeout(300_000);
    client = createHubClient((await sharedHub()).kubeconfig);
    namespace = await createNamespace('older');
    original = await client.get<Definition>(customResourceDefinitions, { name });
  });
  after(async () => {
    await restore();
    await deleteTestObjects(namespace);
    await deleteSpokeNamespaces(namespace);
  });

  const replaceSpec = (spec: JsonObject) => client.patch(customResourceDefinitions, { name }, { spec });
  const restore = () => replaceSpec(original.spec);

  it('refuses every ManifestWorkReplicaSet: the condition names the field and the version that has it', async () => {
    const text = JSON.stringify(original.spec);
    assert.ok(text.includes('"cascadeDeletionPolicy"'));
    const older: JsonObject = JSON.parse(text, (key: string, value: unknown) =>
      key === 'cascadeDeletionPolicy' ? undefined : value,
    );
    await replaceSpec(older);
    await kubectlOk(['apply', '-f', '-'], {
      input: manifest(environment(namespace), profile(namespace), deployment(namespace)),
    });
    const message = await eventually('the condition says why nothing is applied', async () => {
      const found = await getObject<WorkloadDeployment>(['workloaddeployment', 'web', '-n', namespace]);
      const applied = found?.status?.conditions?.find(({ type }) => type === 'Applied');
      return applied?.reason === 'RefusedByHub' ? applied.message : undefined;
    });
    assert.match(message, /cascadeDeletionPolicy/);
    assert.match(
      message,
      /Open Cluster Management on this hub does not have this field: install version 1\.3 or later/,
    );
  });

  it('applies it as soon as the field exists', async () => {
    await restore();
    await waitUntilApplied(namespace);
  });
});
