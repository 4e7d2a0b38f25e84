import assert from 'node:assert/strict';
import { revisionedKindNames } from '../../src/api/definition-revision.ts';
import { definitionRevisions, environments, workloadDeployments, workloadProfiles } from '../../src/api/kinds.ts';
import { apiVersionOf, type KubeObject, type Resource } from '../../src/api/object.ts';
import { manifestWorkReplicaSets } from '../../src/api/ocm.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import { createController } from '../../src/controller/controller.ts';
import { revisionedResources } from '../../src/catalog/stores/live.ts';
import { LostLeadership } from '../../src/kube/client/errors.ts';
import { createMetrics } from '../../src/metrics.ts';
import { controllerScene, type ControllerScene } from '../support/controller-scene.ts';
import { eventually } from '../support/eventually.ts';
import { stampedAs } from '../support/facts.ts';
import { aReplicaSet } from '../support/hub-objects.ts';
import { deployment, environment, profile } from '../support/manifests.ts';
import type { Definition } from '../../src/domain/revisions/definition.ts';
import { namespaces } from '../../src/kube/objects/namespaces.ts';
import { hubNamespace } from '../support/hub-namespaces.ts';
import { stubBuiltins } from '../support/catalog.ts';
import type { ApplyOptions } from '../../src/kube/client/requests.ts';

/** The controller as it runs, on the client of a scene. */
function controllerOf(scene: ControllerScene): ReturnType<typeof createController> {
  return createController({
    severities: {},
    ...scene.shared,
    builtins: stubBuiltins,
    systemNamespace: 'mural-system',
    log: scene.log,
    metrics: createMetrics({ now: () => 0, defaults: false }),
    historyLimit: 20,
    retireForMs: 60_000,
    evictAfterMs: 3_600_000,
    reservationMs: 300_000,
    orphanGraceMs: 0,
    now: () => 0,
  });
}

describe('the controller', () => {
  let scene: ControllerScene;
  const stopping = new AbortController();
  let running: Promise<unknown> = Promise.resolve();

  before(async () => {
    scene = await controllerScene([
      [environments, stampedAs(environment('apps'), 1, 0)],
      [workloadDeployments, deployment('apps')],
    ]);
    const controller = controllerOf(scene);
    assert.ok(
      controller.whyNotReady().includes('the cache of environments is not complete yet'),
      'nothing runs before `watch`',
    );
    running = Promise.all([controller.watch(stopping.signal), controller.lead(stopping.signal)]);
  });
  after(async () => {
    stopping.abort();
    await running;
    await scene.stop();
  });

  const replicaSets = async () => (await scene.client.list(manifestWorkReplicaSets)).items.length;

  it('reconciles what existed before it led', async () => {
    await eventually('the recorded revision', async () => {
      const { status } = await scene.client.get<Definition>(environments, { namespace: 'apps', name: 'primary' });
      return status?.revision === 1;
    });
    assert.equal(await replicaSets(), 0, 'the profile is missing');
  });

  it('reconciles a deployment when the profile that it refers to is created', async () => {
    await scene.client.create(workloadProfiles, stampedAs(profile('apps'), 1, 0));
    await eventually('the ManifestWorkReplicaSet', async () => (await replicaSets()) === 1);
  });

  const usersOfProfile = async () => {
    const { items } = await scene.client.list<KubeObject & { status?: { users?: number } }>(definitionRevisions);
    return items.find(({ metadata }) => metadata.name.startsWith('workloadprofile.'))?.status?.users;
  };

  it('reconciles a deployment whose ManifestWorkReplicaSet was given to another owner', async () => {
    const [set] = (await scene.client.list(manifestWorkReplicaSets)).items;
    assert.ok(set);
    const { namespace = '', name, annotations = {} } = set.metadata;
    const giveTo = (owner: string | null) => {
      const metadata = { annotations: { 'spectrocloud.com/deployment': owner } };
      return scene.client.patch(manifestWorkReplicaSets, { namespace, name }, { metadata });
    };
    const reason = async () => {
      const key = { namespace: 'apps', name: 'web' };
      const { status } = await scene.client.get<WorkloadDeployment>(workloadDeployments, key);
      return status?.conditions?.find(({ type }) => type === 'Applied')?.reason;
    };
    await giveTo(null);
    await eventually('the name is taken', async () => (await reason()) === 'NameTaken');
    await giveTo(annotations['spectrocloud.com/deployment'] ?? '');
    await eventually('it is not', async () => (await reason()) !== 'NameTaken');
    await eventually('a user of the profile', async () => (await usersOfProfile()) === 1);
  });

  it('deletes the objects of a deleted deployment', async () => {
    await scene.client.delete(workloadDeployments, { namespace: 'apps', name: 'web' });
    await eventually('no ManifestWorkReplicaSet', async () => (await replicaSets()) === 0);
    await eventually('no deployment', async () => (await scene.client.list(workloadDeployments)).items.length === 0);
    await eventually('no user of the profile', async () => (await usersOfProfile()) === 0);
  });
});

describe('the controller, when another process led in between', () => {
  it('reconciles every key again, also those that waited when it stopped leading', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
    const scene = await controllerScene([
      [namespaces, hubNamespace('apps', 'shop')],
      [environments, stampedAs(environment('apps'), 1, 0)],
      [workloadProfiles, stampedAs(profile('apps'), 1, 0)],
      // All are in the same namespace on the spokes, so they wait for each other.
      ...names.map((name): [Resource, KubeObject] => [
        workloadDeployments,
        {
          ...deployment('apps', { name, spokeNamespace: 'shop' }),
          spec: { ...deployment('apps').spec, workload: { name, namespace: 'shop' } },
        } as KubeObject,
      ]),
    ]);
    const controller = controllerOf(scene);
    const [watching, first, second] = [new AbortController(), new AbortController(), new AbortController()];
    const watches = controller.watch(watching.signal);
    const count = async () => (await scene.client.list(manifestWorkReplicaSets)).items.length;
    const original = { ...scene.client };
    let isSlow = true;
    const slow = Promise.withResolvers<void>();
    scene.client.apply = async (resource, ...rest) => {
      if (isSlow && resource.plural === manifestWorkReplicaSets.plural) await slow.promise;
      return original.apply(resource, ...rest);
    };
    const firstTerm = controller.lead(first.signal);
    await eventually('most of them wait', () => scene.client.writes.some(({ resource }) => resource === 'placements'));
    first.abort();
    scene.client.failNext('apply', new LostLeadership('lost'));
    isSlow = false;
    slow.resolve();
    await firstTerm;
    assert.ok((await count()) < names.length);
    const secondTerm = controller.lead(second.signal);
    await eventually('all are applied', async () => (await count()) === names.length);
    second.abort();
    watching.abort();
    await Promise.all([secondTerm, watches]);
    await scene.stop();
  });
});

describe('the controller, with a deployment that another one blocks', () => {
  let scene: ControllerScene;
  let stopping: AbortController;
  let running: Promise<unknown> = Promise.resolve();

  /** A deployment of Workload `shop`; of several the oldest is applied. */
  const deploymentOfShop = (name: string, second: number): WorkloadDeployment => {
    const { metadata, spec, ...rest } = deployment('apps', { name });
    const creationTimestamp = `2026-01-01T00:00:0${second}Z`;
    return {
      ...rest,
      metadata: { ...metadata, creationTimestamp },
      spec: { ...spec, workload: { ...spec.workload, name: 'shop' } },
    };
  };
  const key = (name: string) => ({ namespace: 'apps', name });
  const reason = async (name: string) => {
    const { status } = await scene.client.get<WorkloadDeployment>(workloadDeployments, key(name));
    return status?.conditions?.find(({ type }) => type === 'Applied')?.reason;
  };

  /** Runs a controller until the deployment `waiting` is blocked, or is not. */
  async function lead(
    others: [Resource, KubeObject][],
    prepare: (client: ControllerScene['client']) => void = () => {},
    expected = 'WorkloadConflict',
  ) {
    scene = await controllerScene([
      [environments, stampedAs(environment('apps'), 1)],
      [workloadProfiles, stampedAs(profile('apps'), 1)],
      [workloadDeployments, deploymentOfShop('waiting', 1)],
      ...others,
    ]);
    prepare(scene.client);
    const controller = controllerOf(scene);
    stopping = new AbortController();
    running = Promise.all([controller.watch(stopping.signal), controller.lead(stopping.signal)]);
    await eventually('it is blocked', async () => (await reason('waiting')) === expected);
  }
  afterEach(async () => {
    stopping.abort();
    await running;
    await scene.stop();
  });

  /** Much less than the ten seconds after which it would be reconciled anyway. */
  const isUnblocked = () => eventually('it is applied', async () => (await reason('waiting')) !== 'WorkloadConflict');

  it('reconciles it when the other one is deleted', async () => {
    await lead([[workloadDeployments, deploymentOfShop('first', 0)]]);
    await scene.client.delete(workloadDeployments, key('first'));
    await isUnblocked();
  });

  it('reconciles it when the other one renames its Workload', async () => {
    await lead([[workloadDeployments, deploymentOfShop('first', 0)]]);
    await scene.client.patch(workloadDeployments, key('first'), { spec: { workload: { name: 'other' } } });
    await isUnblocked();
  });

  it('reconciles it when another one is deleted that was never applied', async () => {
    await lead([[workloadDeployments, deploymentOfShop('first', 0)]], (client) => {
      const apply = client.apply.bind(client);
      client.apply = <T>(resource: Resource, object: T, options: ApplyOptions) =>
        JSON.stringify(object).includes('"apps/first"')
          ? Promise.reject(new Error('socket hang up'))
          : apply(resource, object, options);
    });
    await scene.client.delete(workloadDeployments, key('first'));
    await isUnblocked();
  });

  it('does not block it because of a ManifestWorkReplicaSet whose deployment does not exist', async () => {
    const orphan = aReplicaSet('left');
    const manifests = [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'apps' } },
      { apiVersion: 'spectrocloud.com/v1beta1', kind: 'Workload', metadata: { name: 'shop', namespace: 'apps' } },
    ];
    const works = {
      ...orphan,
      metadata: { ...orphan.metadata, annotations: { 'spectrocloud.com/deployment': 'apps/first' } },
      spec: { ...orphan.spec, manifestWorkTemplate: { workload: { manifests } } },
    };
    await lead([[manifestWorkReplicaSets, works]], undefined, 'NoClustersSelected');
  });
});

describe('the controller, for each kind whose edits are kept', () => {
  for (const kind of revisionedKindNames) {
    it(`records a ${kind} that existed before it led, and one that is created later`, async () => {
      const resource = revisionedResources[kind];
      const object = (name: string): Definition =>
        stampedAs(
          {
            apiVersion: apiVersionOf(resource),
            kind,
            metadata: { namespace: 'mural-system', name, uid: name },
            spec: { topology: { type: 'topology-ocm' } },
          },
          1,
          0,
        );
      const scene = await controllerScene([[resource, object('before')]]);
      const stopping = new AbortController();
      const controller = controllerOf(scene);
      const running = Promise.all([controller.watch(stopping.signal), controller.lead(stopping.signal)]);
      const isRecorded = (name: string) => async () =>
        (await scene.client.get<Definition>(resource, { namespace: 'mural-system', name })).status?.revision === 1;
      await eventually('the revision of the first object', isRecorded('before'));
      await scene.client.create(resource, object('later'));
      await eventually('the revision of the second object', isRecorded('later'));
      stopping.abort();
      await running;
      await scene.stop();
    });
  }
});
