import assert from 'node:assert/strict';
import { deploymentAnnotation } from '../../src/domain/annotations.ts';
import type { Environment } from '../../src/api/environment.ts';
import type { KubeObject } from '../../src/api/object.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import { customTopology, fewLines } from '../support/custom-topology.ts';
import { eventually, createNamespace, getObject, kubectl, kubectlOk } from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { deleteSpokeNamespaces, deleteTestObjects } from '../support/tenant.ts';

const system = 'mural-system';

const protection = 'spectrocloud.com/deletion-protection';
const annotations = { [protection]: 'true' };
const instead = `delete these or change their refs first, or set annotation ${protection}=false to delete it all the same`;

/** Selects no cluster, because the clusters are not relevant here. */
const nowhere = { clusterSets: ['nowhere'], numberOfClusters: 1 };

/** Without the annotation, the deletion waits: see test/reports/taking-an-application-away.test.ts. */
describe('a protected object that is in use', function () {
  this.timeout(120_000);
  let namespace: string;
  /** A namespace that jane has no rights in. */
  let elsewhere: string;
  let topology: string;

  before(async function () {
    this.timeout(300_000);
    namespace = await createNamespace('in-use');
    elsewhere = await createNamespace('in-use-elsewhere');
    topology = namespace;
    const web = profile(namespace);
    await create({ ...web, metadata: { ...web.metadata, annotations } }, profile(elsewhere));
    await create(
      ...['primary', 'shared', 'left', 'wanted'].map((name) =>
        environment(namespace, { name, placement: nowhere, annotations }),
      ),
    );
  });

  after(async () => {
    await deleteTestObjects(elsewhere);
    await deleteTestObjects(namespace);
    await kubectlOk(['delete', 'policydefinition', topology, '-n', system, '--ignore-not-found', '--timeout=30s']);
    await deleteSpokeNamespaces(namespace, elsewhere);
  });

  const create = (...objects: object[]) => kubectlOk(['create', '-f', '-'], { input: manifest(...objects) });
  const remove = (what: string, ...args: string[]) =>
    kubectl(['delete', what, '-n', namespace, '--wait=false', ...args]);
  const isThere = async (...of: string[]) => {
    const found = await getObject<KubeObject>([...of, '-n', namespace]);
    return found !== undefined && found.metadata.deletionTimestamp === undefined;
  };

  /** The line with the code in the output of kubectl, without the prefix of kubectl. */
  const refusal = ({ code, stderr }: { code: number | null; stderr: string }) => {
    assert.equal(code, 1, stderr);
    const line = stderr.split('\n').find((each) => each.includes('(InUse)')) ?? stderr;
    return line.replace(/^.* denied the request: /, '');
  };

  it('cannot be deleted; the message names five referrers and counts the others', async () => {
    const names = [1, 2, 3, 4, 5, 6, 7].map((number) => `app-${number}`);
    await create(...names.map((name) => deployment(namespace, { name })));
    const users = `${names
      .slice(0, 5)
      .map((name) => `${namespace}/${name}`)
      .join(', ')} and 2 more`;
    for (const what of ['environment/primary', 'workloadprofile/web']) {
      const kind = what.startsWith('environment') ? 'Environment' : 'WorkloadProfile';
      const [, name] = what.split('/');
      assert.equal(
        refusal(await remove(what)),
        `${kind} ${namespace}/${name} is used by WorkloadDeployment ${users}; ${instead} (InUse)`,
      );
      assert.ok(await isThere(what), `${what} is still there`);
    }
  });

  it('can be deleted when its referrers are deleted', async () => {
    await kubectlOk(['delete', 'workloaddeployments', '--all', '-n', namespace, '--timeout=60s']);
    const { code, stderr } = await remove('environment/primary');
    assert.deepEqual([code, stderr], [0, '']);
  });

  it('can be a topology that an Environment uses, or a deployment that is pinned to a revision of the Environment', async () => {
    const custom = environment(namespace, { name: 'custom', topology: { type: topology } });
    await create(customTopology(topology, fewLines), custom);
    const deletion = () => kubectl(['delete', 'policydefinition', topology, '-n', system, '--wait=false']);
    assert.equal(
      refusal(await deletion()),
      `PolicyDefinition ${system}/${topology} is used by Environment ${namespace}/custom; ${instead} (InUse)`,
    );

    await create(deployment(namespace, { name: 'pinned', environmentRef: 'custom@v1' }));
    await eventually('the deployment is rendered from revision 1', async () => {
      const found = await getObject<WorkloadDeployment>(['workloaddeployment', 'pinned', '-n', namespace]);
      return found?.status?.environment?.revision === 1;
    });
    const plain = environment(namespace, { name: 'custom', placement: nowhere });
    await kubectlOk(['replace', '-f', '-'], { input: manifest(plain) });
    await eventually('the Environment has revision 2', async () => {
      return (await getObject<Environment>(['environment', 'custom', '-n', namespace]))?.status?.revision === 2;
    });
    assert.equal(
      refusal(await deletion()),
      `PolicyDefinition ${system}/${topology} is used by WorkloadDeployment ${namespace}/pinned; ${instead} (InUse)`,
    );

    await kubectlOk(['delete', 'workloaddeployment', 'pinned', '-n', namespace, '--timeout=60s']);
    const { code, stderr } = await deletion();
    assert.deepEqual([code, stderr], [0, '']);
  });

  it('is not in use by a terminating object', async () => {
    const [name, finalizer] = ['leaving', 'test.example/held'];
    const leaving = deployment(namespace, { name, environmentRef: 'left' });
    await create({ ...leaving, metadata: { ...leaving.metadata, finalizers: [finalizer] } });
    assert.match(
      refusal(await remove('environment/left')),
      new RegExp(`is used by WorkloadDeployment ${namespace}/${name};`),
    );

    await kubectlOk(['delete', 'workloaddeployment', name, '-n', namespace, '--wait=false']);
    // The caches of the webhook may be stale, but it reads live before it denies a request.
    const { code, stderr } = await remove('environment/left');
    const there = await getObject<KubeObject>(['workloaddeployment', name, '-n', namespace]);
    await kubectlOk([
      'patch',
      'workloaddeployment',
      name,
      '-n',
      namespace,
      '--type=merge',
      '-p',
      '{"metadata":{"finalizers":null}}',
    ]);
    assert.deepEqual([code, stderr], [0, '']);
    assert.ok(there?.metadata.finalizers?.includes(finalizer), 'the referrer still existed');
  });

  it('has referrers that are counted but not named if the requester may not get them', async () => {
    const roles = ['get', 'delete'].map((verb) => `--verb=${verb}`);
    await kubectlOk([
      'create',
      'role',
      'deleter',
      ...roles,
      '--resource=environments.spectrocloud.com',
      '-n',
      namespace,
    ]);
    await kubectlOk([
      'create',
      'role',
      'reader',
      '--verb=get',
      '--resource=workloaddeployments.spectrocloud.com',
      '-n',
      namespace,
    ]);
    await kubectlOk(['create', 'rolebinding', 'deleter', '--role=deleter', '--user=jane', '-n', namespace]);
    const there = deployment(elsewhere, { name: 'secret' });
    const ref = { name: 'shared', namespace };
    await create({ ...there, spec: { ...there.spec, environmentRef: ref } });
    const asJane = async () => refusal(await remove('environment/shared', '--as=jane'));

    assert.equal(await asJane(), `Environment ${namespace}/shared is used by 1 WorkloadDeployment; ${instead} (InUse)`);
    await create(deployment(namespace, { name: 'near', environmentRef: 'shared' }));
    assert.equal(
      await asJane(),
      `Environment ${namespace}/shared is used by 2 WorkloadDeployments; ${instead} (InUse)`,
    );
    await kubectlOk(['create', 'rolebinding', 'reader', '--role=reader', '--user=jane', '-n', namespace]);
    // A new right becomes effective after a moment.
    await eventually('the message names what jane may get', async () => (await asJane()).includes('near'));
    assert.equal(
      await asJane(),
      `Environment ${namespace}/shared is used by WorkloadDeployment ${namespace}/near and 1 more; ${instead} (InUse)`,
    );
    assert.match(
      refusal(await remove('environment/shared')),
      new RegExp(`${elsewhere}/secret, ${namespace}/near|${namespace}/near, ${elsewhere}/secret`),
    );
  });

  it('can be deleted with an acknowledgement and a warning; what is applied for its referrers stays', async () => {
    await create(deployment(namespace, { name: 'stranded', environmentRef: 'wanted' }));
    const placed = () => kubectlOk(['get', 'placements', '-A', '-o', 'json']);
    await eventually('the deployment is rendered', async () =>
      (await placed()).includes(`"${deploymentAnnotation}": "${namespace}/stranded"`),
    );
    refusal(await remove('environment/wanted'));

    await kubectlOk(['annotate', 'environment', 'wanted', '-n', namespace, 'spectrocloud.com/acknowledge=InUse']);
    const { code, stderr } = await remove('environment/wanted');
    assert.equal(code, 0, stderr);
    assert.match(
      stderr,
      new RegExp(
        `^Warning: Environment ${namespace}/wanted is used by WorkloadDeployment ${namespace}/stranded; .*\\(InUse\\)$`,
        'm',
      ),
    );
    await eventually(
      'the Environment is deleted',
      async () => (await getObject(['environment', 'wanted', '-n', namespace])) === undefined,
    );
    const shown = await eventually('its referrer reports it', async () => {
      const found = await getObject<WorkloadDeployment>(['workloaddeployment', 'stranded', '-n', namespace]);
      return found?.status?.conditions?.find(({ type, status }) => type === 'Resolved' && status === 'False');
    });
    assert.match(shown.message ?? '', /wanted/);
    assert.ok((await placed()).includes(`"${deploymentAnnotation}": "${namespace}/stranded"`), 'its Placement stays');
  });
});
