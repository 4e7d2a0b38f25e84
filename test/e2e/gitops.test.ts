import assert from 'node:assert/strict';
import type { KubeObject } from '../../src/api/object.ts';
import type { Environment } from '../../src/api/environment.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import { customTopology, fewLines } from '../support/custom-topology.ts';
import { eventually, createNamespace, getObject, kubectl, kubectlOk } from '../support/hub.ts';
import { deployment, environment, profile } from '../support/manifests.ts';
import { deleteSpokeNamespaces, conditionOf, deleteTestObjects } from '../support/tenant.ts';

describe('a commit that is applied like in Flux: a dry run of all objects, then an apply in alphabetical order', function () {
  this.timeout(150_000);
  let namespace: string;
  const topology = `few-lines-${process.pid}`;

  before(async () => {
    namespace = await createNamespace('gitops');
  });
  after(async () => {
    await deleteTestObjects(namespace);
    await kubectlOk(['delete', 'policydefinition', topology, '-n', 'mural-system', '--ignore-not-found']);
    await deleteSpokeNamespaces(namespace);
  });

  const published = (version: string, clusters: number): Environment => {
    const made = environment(namespace, { placement: { numberOfClusters: clusters } });
    return { ...made, spec: { version, ...made.spec } };
  };
  const pinnedTo = (version: string) => deployment(namespace, { environmentRef: `primary@v${version}` });

  it('creates all objects', async () => {
    await commit(published('1.0.0', 1), profile(namespace), pinnedTo('1.0.0'));
    assert.deepEqual(await used(1), { revision: 1, version: '1.0.0' });
  });

  it('publishes a new version of an Environment and pins a deployment to it', async () => {
    await commit(published('1.1.0', 2), profile(namespace), pinnedTo('1.1.0'));
    assert.deepEqual(await used(2), { revision: 2, version: '1.1.0' });
  });

  it('is not applied if one object fails', async () => {
    const before = await state();
    const objects = [published('1.2.0', 1), pinnedTo('1.0.x')];
    await assert.rejects(commit(...objects), /InvalidSpec/);
    assert.deepEqual(await state(), before);
  });

  it('changes nothing when it is applied again', async () => {
    const before = await state();
    await commit(published('1.1.0', 2), profile(namespace), pinnedTo('1.1.0'));
    assert.deepEqual(await state(), before);
  });

  it('can contain a topology together with the Environment that uses it', async () => {
    const custom = customTopology(topology, fewLines);
    // The deployment is on both clusters now. If it left one, its namespace there would be deleted.
    const user = environment(namespace, { name: 'custom', topology: { type: topology, properties: { clusters: 2 } } });
    const moved = deployment(namespace, { environmentRef: 'custom@v1' });
    await commit(custom, user, published('1.1.0', 2), profile(namespace), moved);
    await eventually('the Environment is rendered by the topology', async () => {
      const found = await getObject<Environment>(['environment', 'custom', '-n', namespace]);
      return conditionOf(found?.status, 'Rendered') === 'True Rendered';
    });
    assert.deepEqual(await used(1, 'custom'), { revision: 1, version: undefined });
  });

  /** If a dry run fails, throws the output of kubectl before anything is applied. */
  async function commit(...objects: readonly KubeObject[]): Promise<void> {
    const ordered = objects.toSorted((left, right) => (nameOf(left) < nameOf(right) ? -1 : 1));
    for (const flags of [['--dry-run=server'], []]) {
      for (const object of ordered) {
        const args = ['apply', '--server-side', '--field-manager=kustomize-controller', ...flags, '-f', '-'];
        const { code, stderr } = await kubectl(args, { input: JSON.stringify(object) });
        if (code !== 0) throw new Error(stderr);
      }
    }
  }

  function nameOf({ kind, metadata }: KubeObject): string {
    return `${kind}/${metadata.name}`;
  }

  async function used(revision: number, name = 'primary'): Promise<unknown> {
    const { status } = await eventually(`the deployment is applied with v${revision}`, async () => {
      const found = await getObject<WorkloadDeployment>(['workloaddeployment', 'web', '-n', namespace]);
      const { name: now, revision: number } = found?.status?.environment ?? {};
      const current = now === name && number === revision;
      return current && conditionOf(found?.status, 'Applied') === 'True Applied' ? found : undefined;
    });
    return { revision: status?.environment?.revision, version: status?.environment?.version };
  }

  async function state(): Promise<unknown> {
    const kinds = ['environment/primary', 'workloaddeployment/web'];
    const { items }: { items: (KubeObject & { spec: unknown })[] } = JSON.parse(
      await kubectlOk(['get', ...kinds, '-n', namespace, '-o', 'json']),
    );
    return items.map(({ metadata, spec }) => [metadata.generation, metadata.annotations, spec]);
  }
});
