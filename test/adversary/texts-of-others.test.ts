import assert from 'node:assert/strict';
import type { Environment } from '../../src/api/environment.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import { customTopology, fewLines } from '../support/custom-topology.ts';
import { eventually, getObject, kubectlOk } from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { conditionOf, deleteTestObjects } from '../support/tenant.ts';
import { createTenant, type TenantUser } from '../support/tenant-user.ts';

const secret = 'secret-of-owner';
/** It does not render for Workload `quote`, and the error of CUE quotes a property of the Environment. */
const quoting = `${fewLines.replace('#Parameter: clusters: *1 | int', '#Parameter: {clusters: *1 | int, code: string}')}
output: metadata: labels: {
	if context.workloadName == "quote" {code: context.workloadName & parameter.code}
}
`;

describe('texts about objects of other namespaces', function () {
  this.timeout(180_000);
  let owner: TenantUser;
  let tenant: TenantUser;
  let topology: string;

  before(async () => {
    owner = await createTenant('texts-owner');
    tenant = await createTenant('texts');
    topology = `topology-of-${owner.namespace}`;
    await kubectlOk(['apply', '-f', '-'], { input: manifest(customTopology(topology, quoting)) });
    const properties = { code: secret };
    const object = environment(owner.namespace, { topology: { type: topology, properties } });
    assert.equal((await owner.apply(manifest(object))).code, 0);
    const use = { apiGroups: ['spectrocloud.com'], resources: ['environments'], verbs: ['use'] };
    const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', rules: [use] };
    const metadata = { name: 'use', namespace: owner.namespace };
    await kubectlOk(['apply', '-f', '-'], { input: manifest({ ...role, metadata }) });
    await kubectlOk(['create', 'rolebinding', 'use', '-n', owner.namespace, '--role=use', `--user=${tenant.user}`]);
  });

  after(async () => {
    await deleteTestObjects(tenant.namespace);
    await deleteTestObjects(owner.namespace);
    await kubectlOk(['delete', 'policydefinition', topology, '-n', 'mural-system', '--timeout=30s']);
  });

  it('do not quote an Environment that a tenant may only use', async () => {
    const base = deployment(tenant.namespace);
    const using: WorkloadDeployment = {
      ...base,
      spec: {
        ...base.spec,
        workload: { ...base.spec.workload, name: 'quote' },
        environmentRef: { name: 'primary', namespace: owner.namespace },
      },
    };
    const { code, stderr } = await tenant.apply(manifest(profile(tenant.namespace), using));
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stderr, new RegExp(secret));
    const status = await eventually('the render has failed', async () => {
      const found = await getObject<WorkloadDeployment>(['workloaddeployment', 'web', '-n', tenant.namespace]);
      return conditionOf(found?.status, 'Rendered')?.startsWith('False') === true && found?.status;
    });
    assert.doesNotMatch(JSON.stringify(status), new RegExp(secret));
    const message = status.conditions?.find(({ type }) => type === 'Rendered')?.message ?? '';
    assert.match(message, new RegExp(`ask those who maintain Environment ${owner.namespace}/primary`));
  });

  it('show the cause to a deployment in the namespace of the Environment', async () => {
    const base = deployment(owner.namespace);
    const using = { ...base, spec: { ...base.spec, workload: { ...base.spec.workload, name: 'quote' } } };
    assert.equal((await owner.apply(manifest(profile(owner.namespace), using))).code, 0);
    await eventually('the render has failed', async () => {
      const found = await getObject<WorkloadDeployment>(['workloaddeployment', 'web', '-n', owner.namespace]);
      return JSON.stringify(found?.status ?? {}).includes(secret);
    });
  });

  it('do not list topologies that a tenant may not read', async () => {
    const unknown = environment(tenant.namespace, { name: 'unknown', topology: { type: 'not-there', properties: {} } });
    const { code, stderr } = await tenant.apply(manifest(unknown));
    assert.equal(code, 0, stderr);
    assert.match(stderr, /there is no topology not-there; built in: topology-ocm, topology-ocm-byop/);
    assert.doesNotMatch(stderr, new RegExp(topology));
    const status = await eventually('the Environment is not rendered', async () => {
      const found = await getObject<Environment>(['environment', 'unknown', '-n', tenant.namespace]);
      return conditionOf(found?.status, 'Rendered') === 'False UnknownTopology' && found?.status;
    });
    assert.doesNotMatch(JSON.stringify(status), new RegExp(topology));
  });
});
