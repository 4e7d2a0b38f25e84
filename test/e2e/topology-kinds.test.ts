import assert from 'node:assert/strict';
import { join } from 'node:path';
import { topologyKindObjects } from '../../deploy/manifests/topology-kinds.ts';
import type { KubeObject } from '../../src/api/object.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import { deploymentAnnotation } from '../../src/domain/annotations.ts';
import { customTopology, fewLines, topologyWithConfigMap } from '../support/custom-topology.ts';
import {
  apply,
  createNamespace,
  eventually,
  getObject,
  kubectl,
  kubectlOk,
  restoreHub,
  sharedHub,
} from '../support/hub.ts';
import { endProcesses } from '../support/hub-processes.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { runMooring } from '../support/mooring.ts';
import { createTenant } from '../support/tenant-user.ts';
import {
  conditionOf,
  deleteSpokeNamespaces,
  deleteTestObjects,
  waitForReadiness,
  waitUntilApplied,
} from '../support/tenant.ts';

const hubNamespace = 'managed-cluster-set-global';
const kindFile = join(import.meta.dirname, '..', '..', 'deploy', 'topology-kinds', 'configmaps.yaml');
const option = '--topology-kind=v1/ConfigMap';
const controllerAccount = 'system:serviceaccount:mooring-system:mooring-controller';

const widgetOption = '--topology-kind=example.com/v1/Widget';
const widgetCrd = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};
const widgetRights = topologyKindObjects({ group: 'example.com', plural: 'widgets' });
const topologyWithWidget = `${topologyWithConfigMap}
outputs: widget: {
	apiVersion: "example.com/v1"
	kind:       "Widget"
	metadata: name: "widget"
	spec: workload: context.workloadName
}
`;

interface ConfigMap extends KubeObject {
  data?: Record<string, string>;
}

describe('a topology that renders another kind', function () {
  this.timeout(180_000);
  let namespace: string;

  before(async function () {
    this.timeout(400_000);
    namespace = await createNamespace('kinds');
    const defined = await define(fewLines);
    assert.equal(defined.code, 0, defined.stderr);
    const objects = [environment(namespace, { topology: { type: namespace, properties: {} } }), profile(namespace)];
    const applied = await apply(manifest(...objects));
    assert.equal(applied.code, 0, applied.stderr);
    await waitForReadiness('Ready', namespace);
  });

  after(async function () {
    this.timeout(400_000);
    await kubectlOk(['apply', '-f', kindFile]);
    await restoreHub([], [option]);
    await deleteTestObjects(namespace);
    await deleteSpokeNamespaces(namespace);
    await kubectlOk(['delete', 'policydefinition', namespace, '-n', 'mural-system', '--ignore-not-found']);
    await restoreHub();
    await kubectlOk(['delete', '-f', kindFile, '--ignore-not-found']);
    await kubectlOk(['delete', '-f', '-', '--ignore-not-found'], { input: manifest(widgetCrd, ...widgetRights) });
  });

  const define = (template: string) => apply(manifest(customTopology(namespace, template)));

  const deploy = async (name: string) => {
    const { code, stderr } = await apply(manifest(deployment(namespace, { name })));
    assert.equal(code, 0, stderr);
  };

  const read = (name: string) => getObject<WorkloadDeployment>(['workloaddeployment', name, '-n', namespace]);

  /** The ConfigMaps of a deployment on the hub. */
  async function configMapsOf(name: string): Promise<ConfigMap[]> {
    const list = await kubectlOk(['get', 'configmaps', '-n', hubNamespace, '-o', 'json']);
    const { items }: { items: ConfigMap[] } = JSON.parse(list);
    return items.filter(({ metadata }) => metadata.annotations?.[deploymentAnnotation] === `${namespace}/${name}`);
  }

  const oneConfigMapOf = (name: string) =>
    eventually(`${name} has one ConfigMap`, async () => {
      const found = await configMapsOf(name);
      return found.length === 1 ? found[0] : undefined;
    });

  /** Waits until a deployment has this status and reason of a condition; returns the message. */
  const messageOf = async (name: string, type: string, value: string): Promise<string> => {
    const found = await eventually(
      `${name} has ${type}=${value}`,
      async () => {
        const { status } = (await read(name)) ?? {};
        return conditionOf(status, type) === value ? status : undefined;
      },
      { withinMs: 120_000 },
    );
    return found.conditions?.find((condition) => condition.type === type)?.message ?? '';
  };

  const waitUntilGone = (name: string, withinMs = 60_000) =>
    eventually(`${name} is gone`, async () => (await read(name)) === undefined, { withinMs });

  it('is refused without the option, and says what is allowed', async () => {
    const { code, stderr } = await define(topologyWithConfigMap);
    assert.equal(code, 1);
    assert.match(stderr, /ConfigMap \(v1\) is not a kind that a topology may render; allowed: Placement /);
  });

  const forbidden = [
    'v1/Secret',
    'rbac.authorization.k8s.io/v1/RoleBinding',
    'work.open-cluster-management.io/v1/ManifestWork',
  ];
  for (const kind of forbidden) {
    it(`can never be allowed to render ${kind}: no role starts`, async () => {
      for (const role of ['webhook', 'controller']) {
        const { code, stderr } = await runMooring(['serve', role, '--topology-kind', kind]);
        assert.equal(code, 2);
        assert.match(stderr, new RegExp(`--topology-kind ${kind}: a topology must never render this kind, because `));
      }
    });
  }

  it('is applied with the option and the rights, and the status lists the object', async () => {
    await kubectlOk(['apply', '-f', kindFile]);
    await restoreHub([], [option]);
    const { code, stderr } = await define(topologyWithConfigMap);
    assert.equal(code, 0, stderr);
    await deploy('web');
    const { metadata, data } = await oneConfigMapOf('web');
    assert.deepEqual(data, { workload: 'web' });
    await waitUntilApplied(namespace);
    const status = await eventually('the status lists it', async () => {
      const found = (await read('web'))?.status;
      return found?.otherObjects === undefined ? undefined : found;
    });
    assert.deepEqual(status.otherObjects, [
      { apiVersion: 'v1', kind: 'ConfigMap', namespace: hubNamespace, name: metadata.name },
    ]);
  });

  it('repairs the object if it is edited or deleted', async () => {
    const { metadata } = await oneConfigMapOf('web');
    const of = ['configmap', metadata.name, '-n', hubNamespace];
    await kubectlOk(['patch', ...of, '--type=merge', '-p', '{"data": {"workload": "other"}}']);
    await eventually('the edit is undone', async () => (await oneConfigMapOf('web')).data?.['workload'] === 'web');
    await kubectlOk(['delete', ...of]);
    await eventually('it is created again', async () => (await oneConfigMapOf('web')).metadata.uid !== metadata.uid);
  });

  it('guards the metadata by which mooring finds the object from who may write the kind', async () => {
    const { user } = await createTenant('kinds-tenant');
    const binding = `edit-of-${user}`;
    await kubectlOk(['create', 'rolebinding', binding, '-n', hubNamespace, '--clusterrole=edit', `--user=${user}`]);
    const as = (args: string[], input = '') => kubectl(['--as', user, '-n', hubNamespace, ...args], { input });
    const { metadata } = await oneConfigMapOf('web');
    const own = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: user } };
    const forged = {
      ...own,
      metadata: { ...own.metadata, annotations: metadata.annotations, labels: metadata.labels },
    };
    const made = await as(['create', '-f', '-'], JSON.stringify(forged));
    assert.match(made.stderr, /metadata\.labels: only the mooring controller sets/);
    const edited = await as([
      'annotate',
      'configmap',
      metadata.name,
      `${deploymentAnnotation}=${namespace}/x`,
      '--overwrite',
    ]);
    assert.match(edited.stderr, /metadata\.annotations: only the mooring controller sets/);
    const hidden = await as(['label', 'configmap', metadata.name, 'spectrocloud.com/deployment-hash-']);
    assert.match(hidden.stderr, /metadata\.labels: only the mooring controller sets/);
    const { code, stderr } = await as(['create', '-f', '-'], JSON.stringify(own));
    assert.equal(code, 0, stderr);
    await as(['delete', 'configmap', user]);
    await kubectlOk(['delete', 'rolebinding', binding, '-n', hubNamespace]);
  });

  it('never takes over an object that exists already', async () => {
    await deploy('taken');
    const { metadata } = await oneConfigMapOf('taken');
    await kubectlOk(['delete', 'workloaddeployment', 'taken', '-n', namespace, '--timeout=60s']);
    assert.deepEqual(await configMapsOf('taken'), [], 'it was deleted with its deployment');
    const of = ['configmap', metadata.name, '-n', hubNamespace];
    await kubectlOk(['create', ...of, '--from-literal=mine=yes']);
    await deploy('taken');
    const failed = await eventually('the name is taken', async () => {
      const found = await read('taken');
      return conditionOf(found?.status, 'Applied') === 'False NameTaken' ? found : undefined;
    });
    const message = failed.status?.conditions?.find(({ type }) => type === 'Applied')?.message;
    assert.match(
      message ?? '',
      new RegExp(`ConfigMap ${hubNamespace}/${metadata.name} exists and is not managed by mooring`),
    );
    await kubectlOk(['delete', 'workloaddeployment', 'taken', '-n', namespace, '--timeout=60s']);
    assert.deepEqual((await getObject<ConfigMap>(of))?.data, { mine: 'yes' });
    await kubectlOk(['delete', ...of]);
  });

  it('has the object pruned when it does not render it any more', async () => {
    assert.equal((await define(fewLines)).code, 0);
    await eventually('the ConfigMap is pruned', async () => (await configMapsOf('web')).length === 0);
    await eventually(
      'the status does not list it',
      async () => (await read('web'))?.status?.otherObjects === undefined,
    );
    assert.equal((await define(topologyWithConfigMap)).code, 0);
    await oneConfigMapOf('web');
    await waitUntilApplied(namespace);
  });

  it('says that the right to write the kind is missing, and is applied when it is granted', async function () {
    this.timeout(300_000);
    const canCreate = async () =>
      (await kubectl(['auth', 'can-i', 'create', 'configmaps', '-n', hubNamespace, '--as', controllerAccount])).code ===
      0;
    await kubectlOk(['delete', 'clusterrole', 'mooring-topology-kind-configmaps']);
    await eventually('the controller has lost the right', async () => !(await canCreate()));
    await deploy('unauthorised');
    assert.match(
      await messageOf('unauthorised', 'Applied', 'False HubNamespaceNotOpen'),
      new RegExp(
        `no right to write configmaps in hub namespace ${hubNamespace}.* ClusterRole as in deploy/topology-kinds`,
      ),
    );
    assert.deepEqual(await configMapsOf('unauthorised'), []);
    await kubectlOk(['apply', '-f', kindFile]);
    await messageOf('unauthorised', 'Applied', 'True Applied');
    assert.equal((await configMapsOf('unauthorised')).length, 1);
    await kubectlOk(['delete', 'workloaddeployment', 'unauthorised', '-n', namespace, '--timeout=60s']);
  });

  it('says that the kind is not served, deletes nothing, and is applied when the kind is installed', async function () {
    this.timeout(500_000);
    const widgets = async () =>
      (await kubectlOk(['get', 'widgets.example.com', '-n', hubNamespace, '-o', 'name'])).split('\n').filter(Boolean);
    const install = async () => {
      await kubectlOk(['apply', '-f', '-'], { input: manifest(widgetCrd) });
      await kubectlOk(['wait', '--for=condition=Established', 'crd/widgets.example.com', '--timeout=30s']);
    };
    await install();
    await kubectlOk(['apply', '-f', '-'], { input: manifest(...widgetRights) });
    await restoreHub([], [option, widgetOption]);
    assert.equal((await define(topologyWithWidget)).code, 0);
    await eventually('the Widget is applied', async () => (await widgets()).length === 1);
    const appliedOnHub = ['get', 'placements,manifestworkreplicasets,configmaps', '-n', hubNamespace, '-o', 'name'];
    const before = await kubectlOk(appliedOnHub);

    await kubectlOk(['delete', 'crd', 'widgets.example.com', '--timeout=60s']);
    const notServed =
      /the API server does not serve example\.com\/v1\/Widget, .*install the kind, or change the topology/;
    assert.match(await messageOf('web', 'Applied', 'False KindNotFound'), notServed);
    assert.equal(await kubectlOk(appliedOnHub), before);

    // A controller that starts now is not ready, so the first start may give up waiting for it.
    await endProcesses(await sharedHub(), ['controller']);
    const starting = restoreHub([], [option, widgetOption]).catch(() => undefined);
    await deploy('later');
    assert.match(await messageOf('later', 'Applied', 'False KindNotFound'), notServed);
    assert.match(await messageOf('web', 'Applied', 'False KindNotFound'), notServed);
    assert.equal((await configMapsOf('web')).length, 1);
    await install();
    await starting;
    await restoreHub([], [option, widgetOption]);
    await messageOf('web', 'Applied', 'True Applied');
    await messageOf('later', 'Applied', 'True Applied');
    assert.equal((await widgets()).length, 2);

    await kubectlOk(['delete', 'workloaddeployment', 'later', '-n', namespace, '--timeout=60s']);
    assert.equal((await define(topologyWithConfigMap)).code, 0);
    await eventually('the Widgets are pruned', async () => (await widgets()).length === 0);
    await eventually(
      'the status lists the ConfigMap only',
      async () => (await read('web'))?.status?.otherObjects?.length === 1,
    );
  });

  it('has the object swept when its deployment is gone without cleaning up', async () => {
    await endProcesses(await sharedHub(), ['controller']);
    const of = ['workloaddeployment', 'web', '-n', namespace];
    await kubectlOk(['delete', ...of, '--wait=false']);
    await kubectlOk(['patch', ...of, '--type=merge', '-p', '{"metadata": {"finalizers": null}}']);
    await waitUntilGone('web');
    assert.equal((await configMapsOf('web')).length, 1);
    await restoreHub([], [option]);
    await eventually('the ConfigMap is swept', async () => (await configMapsOf('web')).length === 0, {
      withinMs: 120_000,
    });
  });

  it('keeps the object, and says so, if the option is removed before it is deleted', async function () {
    this.timeout(300_000);
    await deploy('kept');
    const { metadata } = await oneConfigMapOf('kept');
    await waitUntilApplied(namespace, 'kept');
    await eventually('the status lists it', async () => (await read('kept'))?.status?.otherObjects?.length === 1);
    await restoreHub();
    await kubectlOk(['delete', 'workloaddeployment', 'kept', '-n', namespace, '--wait=false']);
    const held = await eventually('the deletion waits', async () => {
      const found = await read('kept');
      return conditionOf(found?.status, 'Deleting') === 'True KindNotAllowed' ? found : undefined;
    });
    const message = held.status?.conditions?.find(({ type }) => type === 'Deleting')?.message;
    assert.match(
      message ?? '',
      new RegExp(`ConfigMap ${hubNamespace}/${metadata.name} .*--topology-kind v1/ConfigMap was removed`),
    );
    assert.equal((await configMapsOf('kept')).length, 1);
    await kubectlOk(['delete', 'configmap', metadata.name, '-n', hubNamespace]);
    await waitUntilGone('kept');
  });

  it('has objects without an owner removed by a person, also when the option is gone', async () => {
    const { kubeconfig } = await sharedHub();
    const args = ['remove-orphans', '--all', '-n', namespace, option, '--kubeconfig', kubeconfig];
    const { code, stdout } = await runMooring(args);
    assert.deepEqual([code, stdout], [0, 'there is nothing to delete\n']);
  });
});
