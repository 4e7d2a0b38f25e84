import assert from 'node:assert/strict';
import type { Environment } from '../../src/api/environment.ts';
import type { Condition, KubeObject } from '../../src/api/object.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import { acknowledgeAnnotation, spokeNamespacesAnnotation } from '../../src/domain/annotations.ts';
import { customTopology, fewLines } from '../support/custom-topology.ts';
import { eventually, createNamespace, getObject, kubectlOk, sharedHub } from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import {
  conditionOf,
  waitUntilApplied,
  deleteSpokeNamespaces,
  listTraces,
  deleteTestObjects,
} from '../support/tenant.ts';

interface Namespace extends KubeObject {
  status?: { conditions?: Condition[] };
}

interface Step {
  objects: object[];
  /** Deployments that must be applied before the next step, or before the namespace is deleted. */
  applied: string[];
}

interface Row {
  title: string;
  steps: (namespace: string) => Step[];
}

/** An Environment whose deployments do not create their namespace. */
const guests = (namespace: string) =>
  environment(namespace, { name: 'guests', lifecycle: { spokeNamespace: { create: false } } });

/** A deployment with an acknowledgement for a namespace that another deployment owns. */
function guest(namespace: string): KubeObject {
  const made = deployment(namespace, { name: 'guest', environmentRef: 'guests' });
  const annotations = { [acknowledgeAnnotation]: 'NamespaceLifecycleConflict' };
  return { ...made, metadata: { ...made.metadata, annotations } };
}

const rows: Row[] = [
  {
    title: 'two owners of a spoke namespace, and the definitions that they use',
    steps: (namespace) => [
      {
        objects: [
          environment(namespace),
          profile(namespace),
          deployment(namespace),
          deployment(namespace, { name: 'second' }),
        ],
        applied: ['web', 'second'],
      },
    ],
  },
  {
    title: 'an owner of a spoke namespace, and a guest that was admitted with an acknowledgement',
    steps: (namespace) => [
      {
        objects: [environment(namespace), guests(namespace), profile(namespace), deployment(namespace)],
        applied: ['web'],
      },
      { objects: [guest(namespace)], applied: ['guest'] },
    ],
  },
  {
    title: 'several revisions with a pinned ref, a ref to a future revision, and a topology that nothing uses',
    steps: (namespace) => [
      {
        objects: [
          environment(namespace),
          profile(namespace),
          deployment(namespace, { name: 'first', environmentRef: 'primary@v1' }),
        ],
        applied: ['first'],
      },
      { objects: [environment(namespace, { labels: { edit: '2' } })], applied: [] },
      {
        objects: [
          environment(namespace, { labels: { edit: '3' } }),
          deployment(namespace),
          deployment(namespace, { name: 'later', environmentRef: 'primary@v9' }),
          withNamespace(customTopology('local', fewLines), namespace),
        ],
        applied: ['web'],
      },
    ],
  },
];

function withNamespace(object: KubeObject, namespace: string): KubeObject {
  return { ...object, metadata: { ...object.metadata, namespace } };
}

/** The namespace controller deletes the kinds in an order that is not defined. */
describe('deletion of a namespace', function () {
  this.timeout(240_000);

  describe('completes, and leaves no object on the hub and on the spokes', () => {
    for (const row of rows) {
      it(`with ${row.title}`, async () => {
        const namespace = await createNamespace('whole');
        for (const step of row.steps(namespace)) {
          await kubectlOk(['apply', '-f', '-'], { input: manifest(...step.objects) });
          for (const name of step.applied) await waitUntilApplied(namespace, name);
        }
        await kubectlOk(['delete', 'namespace', namespace, '--timeout=100s']);
        assert.deepEqual(await listTraces(namespace), []);
        for (const on of Object.keys((await sharedHub()).spokes)) {
          assert.equal(await getObject(['namespace', namespace], on), undefined, on);
        }
      });
    }
  });

  describe('waits while', () => {
    let shared: string;
    let user: string;

    before(async () => {
      shared = await createNamespace('waits');
      user = await createNamespace('waits-user');
      // Deployments of both share a namespace on the spokes.
      const listed = `${spokeNamespacesAnnotation}=${user}`;
      await kubectlOk(['annotate', 'namespace', shared, user, listed]);
    });
    after(async () => {
      await deleteTestObjects(user);
      await kubectlOk(['delete', 'namespace', shared, '--ignore-not-found', '--wait=false']);
      await deleteSpokeNamespaces(user, shared);
    });

    it('a deployment of another namespace uses a protected Environment in it, with a condition, and then completes', async () => {
      const using = deployment(user);
      const spec = { ...using.spec, environmentRef: { name: 'primary', namespace: shared } };
      const own = deployment(shared, { name: 'own', spokeNamespace: user });
      const guarded = environment(shared, { annotations: { 'spectrocloud.com/deletion-protection': 'true' } });
      const objects = [guarded, profile(shared), profile(user), { ...using, spec }, own];
      await kubectlOk(['apply', '-f', '-'], { input: manifest(...objects) });
      await Promise.all([waitUntilApplied(user), waitUntilApplied(shared, 'own')]);

      await kubectlOk(['delete', 'namespace', shared, '--wait=false']);
      const { message = '' } = await eventually('the namespace reports what it waits for', () => failing(shared), {
        withinMs: 40_000,
      });
      assert.match(
        message,
        new RegExp(`Environment ${shared}/primary is used by WorkloadDeployment ${user}/web; .*\\(InUse\\)`),
      );
      assert.doesNotMatch(message, /own/, 'objects that are deleted with the namespace do not block it');
      const present = await getObject<Environment>(['environment', 'primary', '-n', shared]);
      assert.ok(
        present !== undefined && present.metadata.deletionTimestamp === undefined,
        'the Environment is not terminating',
      );
      // All other objects are deleted meanwhile.
      await eventually(
        'the objects that are not in use are deleted',
        async () => (await getObject(['workloaddeployment', 'own', '-n', shared])) === undefined,
      );
      await waitUntilApplied(user);

      await kubectlOk(['delete', 'workloaddeployment', 'web', '-n', user, '--timeout=60s']);
      // The backoff of the namespace controller doubles with each failure.
      await eventually('the namespace is deleted', async () => (await getObject(['namespace', shared])) === undefined, {
        withinMs: 120_000,
      });
      assert.deepEqual(await listTraces(shared), []);
    });

    it('a deployment of another namespace uses an Environment in it; what is applied for the deployment stays', async () => {
      const namespace = await createNamespace('held');
      const using = deployment(user, { name: 'held', spokeNamespace: user });
      const spec = { ...using.spec, environmentRef: { name: 'primary', namespace } };
      const objects = [environment(namespace), profile(user), { ...using, spec }];
      await kubectlOk(['apply', '-f', '-'], { input: manifest(...objects) });
      const { status } = await waitUntilApplied(user, 'held');
      const [on = ''] = status?.selectedClusters ?? [];

      await kubectlOk(['delete', 'namespace', namespace, '--wait=false']);
      const { message = '' } = await eventually(
        'the Environment reports what it waits for',
        async () => {
          const found = await getObject<Environment>(['environment', 'primary', '-n', namespace]);
          return found?.status?.conditions?.find(({ type, reason }) => type === 'Deleting' && reason === 'InUse');
        },
        { withinMs: 40_000 },
      );
      assert.match(
        message,
        /^used by 1 WorkloadDeployment in another namespace; .*spectrocloud\.com\/acknowledge=InUse/,
      );
      await eventually('the namespace reports what it waits for', () => waiting(namespace), { withinMs: 40_000 });
      // Kubernetes deletes the revisions with the namespace, so that the deployment is held.
      await eventually('the deployment reports it', async () => {
        const found = await getObject<WorkloadDeployment>(['workloaddeployment', 'held', '-n', user]);
        return conditionOf(found?.status, 'Resolved') === 'False ReferenceNotFound';
      });
      assert.notEqual(await getObject(['workload', 'held', '-n', user], on), undefined);

      await kubectlOk(['delete', 'workloaddeployment', 'held', '-n', user, '--timeout=60s']);
      await eventually(
        'the namespace is deleted',
        async () => (await getObject(['namespace', namespace])) === undefined,
        {
          withinMs: 120_000,
        },
      );
      assert.deepEqual(await listTraces(namespace), []);
    });
  });

  /** The condition of a namespace that names the finalizers which its objects still have. */
  async function waiting(namespace: string): Promise<Condition | undefined> {
    const found = await getObject<Namespace>(['namespace', namespace]);
    return found?.status?.conditions?.find(
      ({ type, status, message }) =>
        type === 'NamespaceFinalizersRemaining' &&
        status === 'True' &&
        message?.includes('spectrocloud.com/mooring') === true,
    );
  }

  /** The condition of a namespace that contains the errors of the deletion of its content. */
  async function failing(namespace: string): Promise<Condition | undefined> {
    const found = await getObject<Namespace>(['namespace', namespace]);
    return found?.status?.conditions?.find(
      ({ type, status, message }) =>
        type === 'NamespaceDeletionContentFailure' && status === 'True' && message?.includes('InUse') === true,
    );
  }
});
