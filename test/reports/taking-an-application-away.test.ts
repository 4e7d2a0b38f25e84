import assert from 'node:assert/strict';
import type { Condition, KubeObject } from '../../src/api/object.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import { customTopology, fewLines } from '../support/custom-topology.ts';
import { createNamespace, eventually, getObject, kubectl, kubectlOk, sharedHub } from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import {
  conditionOf,
  deleteSpokeNamespaces,
  deleteTestObjects,
  listTraces,
  waitUntilApplied,
} from '../support/tenant.ts';

type Definition = KubeObject & { status?: { conditions?: Condition[] } };

const system = 'mural-system';
const protection = 'spectrocloud.com/deletion-protection';

/** Everything that an application has, in the order of the complete example. The topology has the name of the namespace. */
function application(namespace: string): KubeObject[] {
  const topology = customTopology(namespace, fewLines);
  return [
    { ...topology, metadata: { ...topology.metadata, annotations: { [protection]: 'false' } } },
    environment(namespace, { topology: { type: namespace } }),
    profile(namespace),
    deployment(namespace),
  ];
}

const applied = async (objects: KubeObject[]) => kubectlOk(['apply', '-f', '-'], { input: manifest(...objects) });

/** What is left of an application on the hub. */
async function leftOf(namespace: string): Promise<string[]> {
  const topology = await kubectlOk([
    'get',
    'policydefinition',
    namespace,
    '-n',
    system,
    '--ignore-not-found',
    '-o',
    'name',
  ]);
  return [...(await listTraces(namespace)), ...topology.split('\n').filter((line) => line !== '')];
}

/** When kubectl ends, no object of mooring is left. OCM removes the ManifestWorks, and with them what is on the spokes, a moment later. */
async function assertGone(namespace: string): Promise<void> {
  const left = await leftOf(namespace);
  assert.deepEqual(
    left.filter((object) => !object.startsWith('ManifestWork/')),
    [],
  );
  await eventually('OCM has removed its objects', async () => (await leftOf(namespace)).length === 0);
  for (const on of Object.keys((await sharedHub()).spokes))
    assert.equal(await getObject(['workload', 'web', '-n', namespace], on), undefined, on);
}

/** The kinds in the order in which a tool deletes them. `undefined`: the order of the file. */
const orders: { tool: string; kinds?: string[]; inParallel?: true }[] = [
  { tool: 'kubectl delete -f' },
  // A chart's kinds that Helm does not know are deleted last, by name.
  { tool: 'Helm', kinds: ['Environment', 'PolicyDefinition', 'WorkloadDeployment', 'WorkloadProfile'] },
  // Flux deletes in the reverse order of an apply, which sorts unknown kinds by name.
  { tool: 'Flux', kinds: ['WorkloadProfile', 'WorkloadDeployment', 'PolicyDefinition', 'Environment'] },
  { tool: 'Argo CD, one sync wave', inParallel: true },
  {
    tool: 'Argo CD, users in a later sync wave',
    kinds: ['WorkloadDeployment', 'Environment', 'WorkloadProfile', 'PolicyDefinition'],
  },
];

/** Deletes an application as a tool does, which waits for the end in all cases. Returns the exit codes and what kubectl reports. */
async function deleteAs({ kinds, inParallel }: (typeof orders)[number], objects: KubeObject[]) {
  const remove = (...given: KubeObject[]) =>
    kubectl(['delete', '-f', '-', '--timeout=60s'], { input: manifest(...given) });
  if (inParallel === true) return Promise.all(objects.map((object) => remove(object)));
  const sorted = kinds?.flatMap((kind) => objects.filter((object) => object.kind === kind)) ?? objects;
  return [await remove(...sorted)];
}

describe('taking an application away with one command', function () {
  this.timeout(300_000);
  const created: string[] = [];
  const namespaceOf = async (prefix: string) => {
    const namespace = await createNamespace(prefix);
    created.push(namespace);
    return namespace;
  };

  after(async () => {
    await Promise.all(created.map((namespace) => deleteTestObjects(namespace)));
    await kubectlOk(['delete', 'policydefinitions', ...created, '-n', system, '--ignore-not-found', '--timeout=30s']);
    await deleteSpokeNamespaces(...created);
  });

  for (const order of orders) {
    it(`ends with everything gone, four times in four: ${order.tool}`, async () => {
      const once = async () => {
        const namespace = await namespaceOf('away');
        const objects = application(namespace);
        await applied(objects);
        await waitUntilApplied(namespace);
        const results = await deleteAs(order, objects);
        for (const { code, stderr } of results) assert.equal(code, 0, stderr);
        await assertGone(namespace);
      };
      await Promise.all([once(), once(), once(), once()]);
    });
  }

  it('ends with everything gone if nothing is applied yet when it is deleted', async () => {
    const once = async (order: (typeof orders)[number]) => {
      const namespace = await namespaceOf('early');
      const objects = application(namespace);
      await applied(objects);
      for (const { code, stderr } of await deleteAs(order, objects)) assert.equal(code, 0, `${order.tool}: ${stderr}`);
      await assertGone(namespace);
    };
    await Promise.all(orders.map(once));
  });

  describe('if it is still in use', () => {
    let namespace: string;
    let elsewhere: string;
    const read = (kind: string, name: string, where = namespace) => getObject<Definition>([kind, name, '-n', where]);
    const deleting = async (kind: string, name: string, where = namespace) =>
      (await read(kind, name, where))?.status?.conditions?.find(({ type }) => type === 'Deleting');

    before(async () => {
      namespace = await namespaceOf('kept');
      elsewhere = await namespaceOf('kept-elsewhere');
      await applied(application(namespace));
      await waitUntilApplied(namespace);
    });

    it('is accepted with a warning, and shown as Deleting until the last user is gone', async () => {
      const objects = [`environment/primary`, 'workloadprofile/web'];
      for (const object of objects) {
        const { code, stderr } = await kubectl(['delete', object, '-n', namespace, '--wait=false']);
        assert.equal(code, 0, stderr);
        assert.match(
          stderr,
          /^Warning: .* is used by WorkloadDeployment kept-\S+\/web; .*cannot be undone.*\(InUse\)$/m,
        );
      }
      const topology = await kubectl(['delete', 'policydefinition', namespace, '-n', system, '--wait=false']);
      assert.equal(topology.code, 0, topology.stderr);
      for (const [kind, name, where] of [
        ['environment', 'primary', namespace],
        ['workloadprofile', 'web', namespace],
        ['policydefinition', namespace, system],
      ] as const) {
        const condition = await eventually(`${kind} is shown as Deleting`, () => deleting(kind, name, where));
        assert.deepEqual([condition.status, condition.reason], ['True', 'InUse'], kind);
        const shown = await kubectlOk(['get', kind, name, '-n', where, '-o', 'wide']);
        assert.match(shown, /DELETING[^\n]*\n.*InUse/, kind);
      }
      const { message = '' } = (await deleting('environment', 'primary')) ?? {};
      assert.match(message, new RegExp(`used by WorkloadDeployment ${namespace}/web`));
    });

    it('still serves its users from the recorded revision', async () => {
      const patch = '{"spec":{"workload":{"metadata":{"labels":{"edit":"2"}}}}}';
      const edited = await kubectl([
        'patch',
        'workloaddeployment',
        'web',
        '-n',
        namespace,
        '--type=merge',
        '-p',
        patch,
      ]);
      assert.equal(edited.code, 0, edited.stderr);
      await eventually('the edit is applied', async () => {
        const found = await getObject<WorkloadDeployment>(['workloaddeployment', 'web', '-n', namespace]);
        if (found?.status?.observedGeneration !== found?.metadata.generation) return false;
        return conditionOf(found?.status, 'Applied') === 'True Applied' && found?.status?.environment?.revision === 1;
      });
    });

    it('takes no new users', async () => {
      const another = deployment(namespace, { name: 'another' });
      const refused = await kubectl(['create', '-f', '-'], { input: manifest(another) });
      assert.equal(refused.code, 1, refused.stdout);
      assert.match(
        refused.stderr,
        new RegExp(`Environment ${namespace}/primary is being deleted; .*\\(ReferenceBeingDeleted\\)`),
      );
      assert.match(refused.stderr, new RegExp(`WorkloadProfile ${namespace}/web is being deleted`));
      const pinned = deployment(namespace, { name: 'pinned', environmentRef: 'primary@v1' });
      const alsoRefused = await kubectl(['create', '-f', '-'], { input: manifest(pinned) });
      assert.match(alsoRefused.stderr, /\(ReferenceBeingDeleted\)/);
      const other = environment(namespace, { name: 'other', topology: { type: namespace } });
      const third = await kubectl(['create', '-f', '-'], { input: manifest(other) });
      assert.match(
        third.stderr,
        new RegExp(
          `spec.topology.type: PolicyDefinition ${system}/${namespace} is being deleted; .*\\(ReferenceBeingDeleted\\)`,
        ),
      );
    });

    it('is gone when its last user is', async () => {
      assert.notEqual(await read('environment', 'primary'), undefined);
      await kubectlOk(['delete', 'workloaddeployment', 'web', '-n', namespace, '--timeout=60s']);
      await eventually('everything is gone', async () => (await leftOf(namespace)).length === 0);
    });

    it('is released from users of another hub namespace by whoever may override; what is applied for them stays', async () => {
      await applied([environment(namespace, { name: 'shared' }), profile(elsewhere)]);
      const far = deployment(elsewhere);
      const ref = { name: 'shared', namespace };
      await applied([{ ...far, spec: { ...far.spec, environmentRef: ref } } as KubeObject]);
      await waitUntilApplied(elsewhere);
      const role = ['--clusterrole=mooring-admin', `--user=owner-of-${namespace}`];
      await kubectlOk(['create', 'rolebinding', 'owner', '-n', namespace, ...role]);
      const owner = (...args: string[]) => kubectl(['--as', `owner-of-${namespace}`, '-n', namespace, ...args]);

      const removed = await eventually('the owner may delete it', async () => {
        const result = await owner('delete', 'environment', 'shared', '--wait=false');
        return result.code === 0 && result;
      });
      assert.match(removed.stderr, /is used by 1 WorkloadDeployment; /);
      assert.doesNotMatch(removed.stderr, new RegExp(elsewhere));
      const { message = '' } = await eventually('it says what it waits for', () => deleting('environment', 'shared'));
      assert.match(message, /used by 1 WorkloadDeployment in another namespace/);
      assert.doesNotMatch(message, new RegExp(elsewhere));
      assert.match(message, /spectrocloud\.com\/acknowledge=InUse/);

      const released = await owner('annotate', 'environment', 'shared', 'spectrocloud.com/acknowledge=InUse');
      assert.equal(released.code, 0, released.stderr);
      await eventually('it is gone', async () => (await read('environment', 'shared')) === undefined);
      const user = await eventually('the user reports it', async () => {
        const found = await getObject<WorkloadDeployment>(['workloaddeployment', 'web', '-n', elsewhere]);
        return conditionOf(found?.status, 'Resolved') === 'False ReferenceNotFound' && found;
      });
      for (const { namespace: on, name } of user.status?.replicaSets ?? [])
        assert.notEqual(await getObject(['manifestworkreplicaset', name, '-n', on]), undefined);
      assert.ok((user.status?.replicaSets ?? []).length > 0);
    });
  });

  describe('if it is protected', () => {
    let namespace: string;
    before(async () => {
      namespace = await namespaceOf('guarded');
    });
    const remove = (kind: string, name: string, where: string) =>
      kubectl(['delete', kind, name, '-n', where, '--wait=false']);

    it('is denied while it is in use, with annotation deletion-protection', async () => {
      await applied([
        environment(namespace, { annotations: { [protection]: 'true' } }),
        profile(namespace),
        deployment(namespace),
      ]);
      const denied = await remove('environment', 'primary', namespace);
      assert.equal(denied.code, 1, denied.stdout);
      assert.match(denied.stderr, /is used by WorkloadDeployment .*deletion-protection.*\(InUse\)/);
      await kubectlOk(['annotate', 'environment', 'primary', '-n', namespace, '--overwrite', `${protection}=false`]);
      const { code, stderr } = await remove('environment', 'primary', namespace);
      assert.equal(code, 0, stderr);
    });

    it('is denied in the system namespace without an annotation', async () => {
      const used = environment(namespace, { name: 'custom', topology: { type: namespace } });
      await applied([customTopology(namespace, fewLines), used]);
      const denied = await remove('policydefinition', namespace, system);
      assert.equal(denied.code, 1, denied.stdout);
      assert.match(denied.stderr, /is used by Environment .*\(InUse\)/);
      await kubectlOk(['annotate', 'policydefinition', namespace, '-n', system, `${protection}=false`]);
      const { code, stderr } = await remove('policydefinition', namespace, system);
      assert.equal(code, 0, stderr);
    });
  });

  it('meets a deployment of the same second: it is refused, served or held with a message, and never lost', async () => {
    for (let round = 1; round <= 10; round += 1) {
      const namespace = await namespaceOf('meets');
      await applied([environment(namespace), profile(namespace)]);
      const [removed, made] = await Promise.all([
        kubectl(['delete', 'environment', 'primary', '-n', namespace, '--wait=false']),
        kubectl(['create', '-f', '-'], { input: manifest(deployment(namespace)) }),
      ]);
      assert.equal(removed.code, 0, removed.stderr);
      if (made.code !== 0) {
        assert.match(made.stderr, /\(ReferenceBeingDeleted\)/);
        continue;
      }
      const state = await eventually(`the deployment of round ${round} is served or held`, async () => {
        const found = await getObject<WorkloadDeployment>(['workloaddeployment', 'web', '-n', namespace]);
        const held = conditionOf(found?.status, 'Resolved') === 'False ReferenceNotFound';
        return held ? 'held' : conditionOf(found?.status, 'Applied') === 'True Applied' && 'served';
      });
      const left = await getObject<KubeObject>(['environment', 'primary', '-n', namespace]);
      if (state === 'served') assert.ok(left?.metadata.finalizers !== undefined, 'the Environment is held for it');
      await kubectlOk(['delete', 'workloaddeployment', 'web', '-n', namespace, '--timeout=60s']);
      await eventually(
        'the Environment is gone',
        async () => (await getObject(['environment', 'primary', '-n', namespace])) === undefined,
      );
    }
  });
});
