import assert from 'node:assert/strict';
import { createHubClient } from '../../deploy/local/hub/apply/hub-client.ts';
import { portOf } from '../../deploy/local/hub/inventory.ts';
import type { Hub } from '../../deploy/local/hub/up.ts';
import { roles } from '../../src/api/names.ts';
import { environments, workloadDeployments } from '../../src/api/kinds.ts';
import type { Environment } from '../../src/api/environment.ts';
import type { KubeObject } from '../../src/api/object.ts';
import { placements } from '../../src/api/ocm.ts';
import { environmentRevisionAnnotation } from '../../src/domain/annotations.ts';
import type { Client } from '../../src/kube/client/client.ts';
import { readPem } from '../../deploy/local/hub/files/certificates.ts';
import { locateCertificateFiles } from '../../deploy/local/hub/files/certificates.ts';
import {
  cutInEvent,
  errorEvent,
  FaultyProxy,
  noAnswer,
  refusal,
  resetBeforeAnswer,
  type Fault,
} from '../support/faulty-proxy.ts';
import { apply, eventually, createNamespace, kubectlOk, restoreHub, sharedHub } from '../support/hub.ts';
import { endProcesses, startExtraRole, type ExtraRole } from '../support/hub-processes.ts';
import { deployment, manifest, ocmEnvironment, webProfile } from '../support/sample-objects.ts';

const faults: { what: string; fault: Fault; times: number; reason: string }[] = [
  // This row is first, because after many failures an informer lists again and does not watch.
  { what: 'silence', fault: noAnswer, times: 1, reason: 'a middlebox that forgot the connection; given up after 30 s' },
  { what: '500', fault: refusal(500, 'InternalError'), times: 2, reason: 'an API server that starts' },
  {
    what: '429',
    fault: refusal(429, 'TooManyRequests', { 'Retry-After': '1' }),
    times: 2,
    reason: 'an overloaded one',
  },
  { what: 'a reset', fault: resetBeforeAnswer, times: 2, reason: 'a load balancer without a backend' },
  { what: 'a cut within an event', fault: cutInEvent, times: 2, reason: 'an API server that was killed' },
  { what: '410 as an event', fault: errorEvent(410, 'Expired'), times: 2, reason: 'history compacted by etcd' },
  {
    what: '410 as the response',
    fault: refusal(410, 'Expired'),
    times: 2,
    reason: 'the same, before the watch begins',
  },
  { what: '500 as an event', fault: errorEvent(500, 'InternalError'), times: 2, reason: 'etcd fails during the watch' },
];

const sharedNamespace = 'managed-cluster-set-global';

describe('an error of a watch does not make a role miss changes', function () {
  this.timeout(90_000);
  let hub: Hub;
  let client: Client;
  let proxy: FaultyProxy;
  let namespace: string;
  let placement: string;
  /** Of Environment `primary`. */
  let revision = 1;
  let spares: ExtraRole[] = [];

  before(async () => {
    hub = await sharedHub();
    client = createHubClient(hub.kubeconfig);
    namespace = await createNamespace('watch');
    placement = namespace;
    const made = await apply(manifest(fixtures(namespace, placement)));
    assert.equal(made.code, 0, made.stderr);
    await clustersToBe(1);
    proxy = await new FaultyProxy(
      `https://127.0.0.1:${portOf(hub.state, 'hub-apiserver')}`,
      await readPem(locateCertificateFiles(hub.files.certificates('hub')).authority),
    ).start();
    await endProcesses(hub, roles, 'SIGTERM');
    spares = await Promise.all(
      roles.map(async (role) =>
        startExtraRole(hub, role, {
          kubeconfig: await proxy.kubeconfig(hub.files.kubeconfig(role)),
        }),
      ),
    );
  });

  after(async () => {
    await Promise.all(spares.map((spare) => spare.end()));
    await proxy.stop();
    await restoreHub();
    await kubectlOk(['delete', 'namespace', namespace, '--wait=false']);
    await client.delete(placements, { namespace: sharedNamespace, name: placement });
  });

  for (const { what, fault, times, reason } of faults) {
    it(`${what}: ${reason}`, async () => {
      revision += 1;
      const clusters = revision % 2 === 0 ? 2 : 1;
      proxy.breakWatches(fault, times);
      await client.patch(environments, { namespace, name: 'primary' }, { metadata: { annotations: { edit: what } } });
      await client.patch(
        placements,
        { namespace: sharedNamespace, name: placement },
        { spec: { numberOfClusters: clusters } },
      );
      await Promise.all([clustersToBe(clusters), revisionToBe(revision), webhookToSee(revision)]);
      await eventually('every role has received the fault', async () => proxy.affectedClients().size === roles.length);
      for (const spare of spares) assert.equal(await spare.health('readyz'), 200);
    });
  }

  /** Written by the aggregator. */
  async function clustersToBe(count: number): Promise<void> {
    await eventually(
      `the status has ${count} clusters`,
      async () => {
        const { status } = await client.get<Environment>(environments, { namespace, name: 'borrowed' });
        return status?.totalSelectedClusters === count;
      },
      { withinMs: 60_000 },
    );
  }

  /** Written by the controller. */
  async function revisionToBe(wanted: number): Promise<void> {
    await eventually(
      `revision ${wanted} is recorded`,
      async () => {
        const { status } = await client.get<Environment>(environments, { namespace, name: 'primary' });
        return status?.revision === wanted;
      },
      { withinMs: 60_000 },
    );
  }

  /** The webhook writes stamps from its cache. It reads live only before a denial or a warning. */
  async function webhookToSee(wanted: number): Promise<void> {
    const sample = deployment({
      namespace,
      name: 'probe',
      environment: 'primary',
      profile: 'web',
      spokeNamespace: namespace,
    });
    await eventually(
      `the webhook uses revision ${wanted}`,
      async () => {
        const admitted = await client.create<KubeObject>(workloadDeployments, sample, { dryRun: true });
        return admitted.metadata.annotations?.[environmentRevisionAnnotation] === `${namespace}/primary@v${wanted}`;
      },
      { withinMs: 60_000 },
    );
  }
});

function fixtures(namespace: string, placement: string): object[] {
  const properties = { placementNamespace: sharedNamespace, placementRefs: [{ name: placement }] };
  const borrowed = ocmEnvironment({ namespace, name: 'borrowed' });
  return [
    {
      apiVersion: 'cluster.open-cluster-management.io/v1beta1',
      kind: 'Placement',
      metadata: { namespace: sharedNamespace, name: placement },
      spec: { numberOfClusters: 1, clusterSets: ['global'] },
    },
    { ...borrowed, spec: { topology: { type: 'topology-ocm-byop', properties } } },
    ocmEnvironment({ namespace, name: 'primary' }),
    webProfile({ namespace, name: 'web' }),
  ];
}
