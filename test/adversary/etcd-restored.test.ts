import assert from 'node:assert/strict';
import { cp, rename, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { applyObjects, buildNamespace } from '../../deploy/local/hub/apply/apply.ts';
import { createHubClient } from '../../deploy/local/hub/apply/hub-client.ts';
import { down } from '../../deploy/local/hub/down.ts';
import { up, type Hub } from '../../deploy/local/hub/up.ts';
import type { DefinitionRevision } from '../../src/api/definition-revision.ts';
import type { Environment } from '../../src/api/environment.ts';
import { definitionRevisions, environments, workloadDeployments } from '../../src/api/kinds.ts';
import type { KubeObject } from '../../src/api/object.ts';
import { manifestWorkReplicaSets, placements, type ManifestWorkReplicaSet } from '../../src/api/ocm.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import { deploymentAnnotation } from '../../src/domain/annotations.ts';
import { revisionName } from '../../src/domain/revisions/revision.ts';
import type { Client } from '../../src/kube/client/client.ts';
import { getIfPresent } from '../../src/kube/client/get-if-present.ts';
import { environment as processEnvironment, eventually, run, sharedDirectory } from '../support/hub.ts';
import { endProcesses, pidOf } from '../support/hub-processes.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { conditionOf } from '../support/tenant.ts';

const namespace = 'restored';
/** How old the snapshot is when it is restored. */
const ageMs = 20_000;
/** On a quiet machine 35 s are enough. */
const soon = { withinMs: 70_000 };

// A separate hub, so that other tests are not affected. The spoke is restored too, because all clusters share one etcd.
describe('an etcd that is restored to an older snapshot', function () {
  this.timeout(300_000);
  let hub: Hub;
  let client: Client;
  const directory = `${sharedDirectory}-restored`;

  before(async () => {
    await down({ directory, purge: true });
    await bringUp();
    client = createHubClient(hub.kubeconfig);
    await applyObjects(client, [buildNamespace(namespace)]);
    await apply(profile(namespace), edition('first'), deployment(namespace), deployment(namespace, { name: 'second' }));
    await statusesToBeRight('web');
    await statusesToBeRight('second');
  });

  after(async () => {
    await down({ directory, purge: true });
  });

  it('loses no edit that the snapshot contains, and all statuses are right soon after', async () => {
    await apply(edition('in-the-snapshot'));
    const snapshot = await takeSnapshot();
    for (const [index, text] of ['lost', 'lost-too', 'lost-as-well'].entries()) {
      await sleep(ageMs / 4);
      // The last one selects more clusters than there are, so the status and the own writes of the aggregator differ.
      await apply(edition(text, index === 2 ? 2 : 1), deployment(namespace, { name: `lost-${index}` }));
    }
    await client.delete(workloadDeployments, { namespace, name: 'second' });
    await eventually('the lost edit is reported', async () => (await primary()).status?.status === 'NotReady');
    await sleep(ageMs / 4);
    const lost = (await primary()).metadata.resourceVersion ?? '';
    await restore(snapshot);

    const { metadata, spec } = await primary();
    assert.ok(Number(metadata.resourceVersion) < Number(lost));
    assert.match(JSON.stringify(spec), /"in-the-snapshot"/);
    await statusesToBeRight('web');
    await statusesToBeRight('second');
    for (const index of [0, 1, 2]) assert.equal(await find(`lost-${index}`), undefined);
    // A write that was on its way when etcd was restored may still create an object of a lost deployment.
    await eventually(
      'nothing is left without an owner',
      async () => {
        const listed = await Promise.all([manifestWorkReplicaSets, placements].map((kind) => client.list(kind)));
        const owners = new Set(listed.flatMap(({ items }) => items.map(ownerOf)).filter((owner) => owner !== ''));
        return isDeepStrictEqual([...owners].toSorted(), [`${namespace}/second`, `${namespace}/web`]);
      },
      { withinMs: 120_000 },
    );

    await apply(edition('after-the-restore'), deployment(namespace, { name: 'third' }));
    for (const name of ['web', 'second', 'third']) await statusesToBeRight(name);
    await client.delete(workloadDeployments, { namespace, name: 'second' });
    await eventually('the deletion ends', async () => (await find('second')) === undefined, soon);
  });

  /** Waits until the Environment is Ready, its present spec is recorded, and the deployment is applied with it. */
  async function statusesToBeRight(name: string): Promise<void> {
    let last: unknown;
    await eventually(
      `all statuses about ${name} are right`,
      async () => {
        const [{ metadata, spec, status }, found] = [await primary(), await find(name)];
        const revision = status?.revision ?? 0;
        const key = { namespace, name: revisionName('Environment', 'primary', revision) };
        const recorded = await getIfPresent<DefinitionRevision>(client, definitionRevisions, key);
        const { items } = await client.list<ManifestWorkReplicaSet>(manifestWorkReplicaSets);
        const applied = items.filter((item) => ownerOf(item) === `${namespace}/${name}`);
        last = { spec, status, found: found?.status, recorded: recorded?.spec.object, applied };
        return (
          status?.status === 'Ready' &&
          status.observedGeneration === metadata.generation &&
          isDeepStrictEqual(recorded?.spec.object.spec, spec) &&
          conditionOf(found?.status, 'Applied') === 'True Applied' &&
          found?.status?.environment?.revision === revision &&
          applied.length === 1 &&
          applied.every(({ metadata: { annotations } }) =>
            JSON.stringify(annotations).includes(`primary@v${revision}"`),
          )
        );
      },
      soon,
    ).catch((cause: unknown) => {
      throw new Error(`the last state was ${JSON.stringify(last)}`, { cause });
    });
  }

  function primary(): Promise<Environment> {
    return client.get<Environment>(environments, { namespace, name: 'primary' });
  }

  function find(name: string): Promise<WorkloadDeployment | undefined> {
    return getIfPresent<WorkloadDeployment>(client, workloadDeployments, { namespace, name });
  }

  async function apply(...objects: object[]): Promise<void> {
    const args = ['--kubeconfig', hub.kubeconfig, 'apply', '-f', '-'];
    const { code, stderr } = await run(hub.kubectl, args, manifest(...objects));
    assert.equal(code, 0, stderr);
  }

  async function bringUp(): Promise<void> {
    hub = await up({ directory, spokes: 1, environment: processEnvironment });
  }

  /** Copies the data of etcd while it stands still. etcd recovers from such a copy as from a crash. */
  async function takeSnapshot(): Promise<string> {
    const copy = `${hub.files.etcdData}-snapshot`;
    const pid = await pidOf(hub, 'etcd');
    process.kill(pid, 'SIGSTOP');
    try {
      await cp(hub.files.etcdData, copy, { recursive: true });
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    return copy;
  }

  /** As the documentation of Kubernetes requires: all API servers are stopped while etcd is restored. */
  async function restore(snapshot: string): Promise<void> {
    await endProcesses(hub, ['hub-apiserver', 'spoke1-apiserver', 'etcd']);
    await rm(hub.files.etcdData, { recursive: true });
    await rename(snapshot, hub.files.etcdData);
    await bringUp();
  }
});

/** An Environment whose selection requires `clusters` clusters; the text tells its editions apart. */
function edition(text: string, clusters = 1): Environment {
  return environment(namespace, {
    placement: { numberOfClusters: clusters, tolerations: [{ key: text, operator: 'Exists' }] },
  });
}

function ownerOf({ metadata }: KubeObject): string {
  return metadata.annotations?.[deploymentAnnotation] ?? '';
}
