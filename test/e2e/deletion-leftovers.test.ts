import assert from 'node:assert/strict';
import type { JsonObject } from '../../src/api/object.ts';
import { apply, eventually, createNamespace, getObject, kubectl, kubectlOk, sharedHub } from '../support/hub.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import {
  waitUntilApplied,
  deleteSpokeNamespaces,
  waitForReadiness,
  listTraces,
  deleteTestObjects,
} from '../support/tenant.ts';

interface Row {
  name: string;
  lifecycle: JsonObject;
  /** Whether the namespace existed on the spoke before. */
  exists: boolean;
  stays: { namespace: boolean; workload: boolean };
  reason: string;
}

const rows: Row[] = [
  {
    name: 'default',
    lifecycle: {},
    exists: false,
    stays: { namespace: false, workload: false },
    reason: 'nothing is orphaned by default',
  },
  {
    name: 'orphan-namespace',
    lifecycle: { spokeNamespace: { orphan: true } },
    exists: false,
    stays: { namespace: true, workload: false },
    reason: 'an orphaning rule for the namespace alone',
  },
  {
    name: 'orphan-workload',
    lifecycle: { workload: { orphan: true } },
    exists: false,
    stays: { namespace: true, workload: true },
    reason: 'a Workload cannot stay without its namespace',
  },
  {
    name: 'orphan-both',
    lifecycle: { spokeNamespace: { orphan: true }, workload: { orphan: true } },
    exists: false,
    stays: { namespace: true, workload: true },
    reason: 'both are orphaned',
  },
  {
    name: 'no-create',
    lifecycle: { spokeNamespace: { create: false } },
    exists: true,
    stays: { namespace: true, workload: false },
    reason: 'the namespace is not ours',
  },
  {
    name: 'no-create-orphan',
    lifecycle: { spokeNamespace: { create: false }, workload: { orphan: true } },
    exists: true,
    stays: { namespace: true, workload: true },
    reason: 'the namespace is not ours, and the Workload is to stay',
  },
];

describe('deletion of a deployment', function () {
  this.timeout(180_000);
  let namespace: string;
  /** The cluster of each row. */
  const clusters = new Map<string, string>();
  const spokeNamespace = ({ name }: Row) => `${namespace}-${name}`;

  // All rows at the same time, because most of the time is waiting for spokes.
  before(async () => {
    namespace = await createNamespace('deletion');
    const existing = rows.filter(({ exists }) => exists).map(spokeNamespace);
    for (const on of Object.keys((await sharedHub()).spokes)) {
      for (const name of existing) await kubectlOk(['create', 'namespace', name], { on });
    }
    const ran = await apply(
      manifest(
        profile(namespace),
        ...rows.flatMap((row) => [
          environment(namespace, { name: row.name, lifecycle: row.lifecycle }),
          deployment(namespace, { name: row.name, environmentRef: row.name, spokeNamespace: spokeNamespace(row) }),
        ]),
      ),
    );
    assert.equal(ran.code, 0, ran.stderr);
    for (const row of rows) {
      const { status } = await waitUntilApplied(namespace, row.name);
      const [cluster = ''] = status?.selectedClusters ?? [];
      clusters.set(row.name, cluster);
      assert.notEqual(await getObject(['workload', row.name, '-n', spokeNamespace(row)], cluster), undefined, row.name);
    }
    await Promise.all(rows.map((row) => waitForReadiness('Ready', namespace, row.name)));
    await kubectlOk(['delete', 'workloaddeployment', '--all', '-n', namespace, '--timeout=60s']);
  });
  after(async () => {
    await deleteTestObjects(namespace);
    await deleteSpokeNamespaces(...rows.map(spokeNamespace));
  });

  for (const row of rows) {
    const { namespace: kept, workload } = row.stays;
    const leaves = workload ? 'Workload and Namespace' : kept ? 'the Namespace' : 'nothing';
    it(`leaves ${leaves} on the spoke with ${JSON.stringify(row.lifecycle)}: ${row.reason}`, async () => {
      const on = clusters.get(row.name);
      const name = spokeNamespace(row);
      assert.deepEqual(
        {
          namespace: (await getObject(['namespace', name], on)) !== undefined,
          workload: (await getObject(['workload', row.name, '-n', name], on)) !== undefined,
        },
        row.stays,
      );
    });
  }

  it('leaves no ManifestWork and no Placement of a deployment on the hub', async () => {
    const left = (await listTraces(namespace)).filter((trace) => /^(WorkloadDeployment|Manifest)/.test(trace));
    assert.deepEqual(left, []);
    // The Environments have probe Placements again.
    await Promise.all(rows.map((row) => waitForReadiness('Ready', namespace, row.name)));
  });

  it('of the Environment deletes its revisions and probe Placements, too', async () => {
    await kubectlOk(['delete', 'environment', '--all', '-n', namespace, '--timeout=60s']);
    assert.deepEqual(await listTraces(namespace), [
      `DefinitionRevision/${namespace}/workloadprofile.web.v1`,
      `WorkloadProfile/${namespace}/web`,
    ]);
  });
});

describe('deletion of a namespace with all of its content', function () {
  this.timeout(120_000);
  let namespace: string;

  before(async () => {
    namespace = await createNamespace('wiped');
    const ran = await apply(
      manifest(
        environment(namespace),
        environment(namespace, { name: 'unused' }),
        profile(namespace),
        deployment(namespace),
        deployment(namespace, { name: 'second', environmentRef: 'primary@v1' }),
      ),
    );
    assert.equal(ran.code, 0, ran.stderr);
    await Promise.all([
      waitUntilApplied(namespace),
      waitUntilApplied(namespace, 'second'),
      waitForReadiness('Ready', namespace, 'unused'),
    ]);
  });
  after(() => deleteSpokeNamespaces(namespace));

  it('completes, and leaves no object on the hub and on the spokes', async () => {
    await kubectlOk(['delete', 'namespace', namespace, '--timeout=60s']);
    assert.deepEqual(await listTraces(namespace), []);
    for (const on of Object.keys((await sharedHub()).spokes)) {
      assert.equal(await getObject(['namespace', namespace], on), undefined, on);
    }
  });
});

/** Unusual orders. What is in use waits for its users. */
const orders = [
  ['environment/primary', 'workloadprofile/web', 'workloaddeployment/web', 'workloaddeployment/second'],
  ['workloaddeployment/second', 'workloadprofile/web', 'environment/primary', 'workloaddeployment/web'],
];

for (const order of orders) {
  describe(`deletion in the order ${order.join(', ')}`, function () {
    this.timeout(120_000);
    let namespace: string;

    before(async () => {
      namespace = await createNamespace('any-order');
      const second = deployment(namespace, { name: 'second', spokeNamespace: `${namespace}-second` });
      const ran = await apply(manifest(environment(namespace), profile(namespace), deployment(namespace), second));
      assert.equal(ran.code, 0, ran.stderr);
      await Promise.all([waitUntilApplied(namespace), waitUntilApplied(namespace, 'second')]);
    });
    after(async () => {
      await deleteTestObjects(namespace);
      await deleteSpokeNamespaces(namespace, `${namespace}-second`);
    });

    it('leaves no object behind', async () => {
      await eventually('all objects are deleted', async () => {
        for (const object of order) {
          await kubectl(['delete', object, '-n', namespace, '--ignore-not-found', '--wait=false']);
        }
        return (await listTraces(namespace)).length === 0;
      });
      for (const on of Object.keys((await sharedHub()).spokes)) {
        for (const name of [namespace, `${namespace}-second`]) {
          assert.equal(await getObject(['namespace', name], on), undefined, `${name} on ${on}`);
        }
      }
    });
  });
}
