import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHubClient } from '../../deploy/local/hub/apply/hub-client.ts';
import { portOf } from '../../deploy/local/hub/inventory.ts';
import type { Hub } from '../../deploy/local/hub/up.ts';
import { workloadDeployments, workloads } from '../../src/api/kinds.ts';
import { keyOf, type JsonObject, type KubeObject, type Resource } from '../../src/api/object.ts';
import { manifestWorkReplicaSets } from '../../src/api/ocm.ts';
import type { WorkloadDeployment } from '../../src/api/workload-deployment.ts';
import { deploymentAnnotation } from '../../src/domain/annotations.ts';
import type { Client } from '../../src/kube/client/client.ts';
import { ApiError } from '../../src/kube/client/errors.ts';
import { eventually, createNamespace, kubectlOk, sharedHub } from '../support/hub.ts';
import { findFreePort, startExtraRole, type ExtraRole } from '../support/hub-processes.ts';
import { deployment, environment, manifest, profile } from '../support/manifests.ts';
import { RoundRobin } from '../support/round-robin.ts';
import { conditionOf, waitForReadiness } from '../support/tenant.ts';
import { namespaces } from '../../src/kube/objects/namespaces.ts';

const pairs = 200;
/** The number of concurrent creations. */
const atOnce = 50;
/** In so many pairs of each kind, the applied deployment is deleted. */
const deletedPairs = 3;

const configurations = ['mutatingwebhookconfiguration', 'validatingwebhookconfiguration'];

/** A pair: the deployment that owns the spoke namespace, and the one that does not create it. */
type Side = 'owner' | 'guest';
const sides: readonly Side[] = ['owner', 'guest'];
const environments: Record<Side, JsonObject> = { owner: {}, guest: { spokeNamespace: { create: false } } };

/** The result for one deployment: `denied` was not created, `blocked` exists but is not applied. */
interface Result {
  outcome: 'applied' | 'denied' | 'blocked';
  message: string;
}
type Results = Record<Side, Result>;

describe(`${pairs} pairs of deployments that cannot share their spoke namespace, created at the same time through two webhooks,`, function () {
  this.timeout(400_000);
  let hub: Hub;
  let client: Client;
  let spoke: Client;
  let namespace: string;
  let spare: ExtraRole;
  let proxy: RoundRobin;
  const following = new AbortController();
  /** The deployments that ever had ManifestWorks on the hub. */
  const everWritten = new Set<string>();
  /** How often a decision took too long. */
  let undecided = 0;
  let results: Results[] = [];

  const nameOf = (pair: number, side: Side) => `${side}-${pair}`;
  const spokeNamespace = (pair: number) => `${namespace}-${pair}`;
  const everyPair = Array.from({ length: pairs }, (_, pair) => pair);
  const other = (side: Side): Side => (side === 'owner' ? 'guest' : 'owner');

  before(async function () {
    this.timeout(400_000);
    hub = await sharedHub();
    client = createHubClient(hub.kubeconfig);
    spoke = createHubClient(hub.spokes['spoke1'] ?? '');
    namespace = await createNamespace('pairs');
    const own = sides.map((side) => environment(namespace, { name: side, lifecycle: environments[side] }));
    await kubectlOk(['apply', '-f', '-'], { input: manifest(profile(namespace), ...own) });
    for (const side of sides) {
      const { status } = await waitForReadiness('Ready', namespace, side);
      assert.deepEqual(status?.selectedClusters, ['spoke1']);
    }
    // A guest uses an existing namespace, an owner comes to own it. The namespaces of guests are not deleted: they are empty, and so many
    // deletions would slow down the spoke for the next tests.
    await inParallel(everyPair, async (pair) => {
      await spoke.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: spokeNamespace(pair) } });
    });
    const port = await findFreePort();
    spare = await startExtraRole(hub, 'webhook', { port });
    proxy = await new RoundRobin([hub.webhookPort, port]).start();
    await pointWebhooksAt(proxy.port);
    await eventually('admission requests go through the proxy', async () => (await trafficOfTry()) > 0);
    const { resourceVersion } = await client.list(manifestWorkReplicaSets);
    void follow(resourceVersion);
  });

  after(async function () {
    this.timeout(300_000);
    following.abort();
    await pointWebhooksAt(hub.webhookPort);
    await eventually('admission requests go directly to the webhook again', async () => (await trafficOfTry()) === 0);
    await proxy.stop();
    await spare.end();
    await inParallel([...(await deployments()).keys()], (name) =>
      untilDecided(() => client.delete(workloadDeployments, { namespace, name })),
    );
    await eventually('all deployments are deleted', async () => (await deployments()).size === 0, {
      withinMs: 240_000,
    });
    await kubectlOk(['delete', 'namespace', namespace, '--wait=false']);
  });

  it('have at most one deployment applied per pair, and the other one reports why it is not', async () => {
    const before = await requestsDecided();
    const began = performance.now();
    const denials = await createAll();
    const created = performance.now();
    results = await finalResults(denials);
    const finished = performance.now();

    const counted = (outcome: Result['outcome']) =>
      results.flatMap(Object.values<Result>).filter((result) => result.outcome === outcome).length;
    const [applied, denied, blocked] = [counted('applied'), counted('denied'), counted('blocked')];
    const decided = (await requestsDecided()).map((count, index) => count - (before[index] ?? 0));
    const seconds = [created - began, finished - created].map((ms) => (ms / 1000).toFixed(1));
    process.stdout.write(
      `      ${applied} applied, ${denied} denied, ${blocked} blocked; ${seconds[0]} s to create, ${seconds[1]} s more until nothing is pending; the webhooks decided ${decided.join(' and ')}, ${undecided} times after the timeout\n`,
    );
    assert.equal(applied, pairs, 'one of each pair is applied');
    assert.equal(denied + blocked, pairs, 'the other one is not');
    // Each creation calls the webhook twice.
    for (const count of decided) assert.ok(count > pairs, `both webhooks decide: ${decided.join(' and ')}`);

    for (const [pair, result] of results.entries()) {
      const [loser = 'owner'] = sides.filter((side) => result[side].outcome !== 'applied');
      const { message } = result[loser];
      const winner = `WorkloadDeployment ${namespace}/${nameOf(pair, other(loser))}`;
      assert.ok(message.includes(winner), `${nameOf(pair, loser)} names ${winner}: ${message}`);
      assert.match(message, new RegExp(`Namespace ${spokeNamespace(pair)} .*shared`));
    }
  });

  it('never had ManifestWorks of both on the hub, and have one Workload on the spoke', async () => {
    for (const [pair, result] of results.entries()) {
      const written = sides.filter((side) => everWritten.has(`${namespace}/${nameOf(pair, side)}`));
      assert.deepEqual(
        written,
        sides.filter((side) => result[side].outcome === 'applied'),
        `ManifestWorks of pair ${pair}`,
      );
    }
    const { items } = await spoke.list(workloads);
    const there = items.filter((item) => item.metadata.namespace?.startsWith(`${namespace}-`) === true).map(keyOf);
    const wanted = results.flatMap((result, pair) =>
      sides
        .filter((side) => result[side].outcome === 'applied')
        .map((side) => `${spokeNamespace(pair)}/${nameOf(pair, side)}`),
    );
    assert.deepEqual(there.toSorted(), wanted.toSorted());
  });

  it('have the blocked deployment applied when the other one is deleted', async function () {
    const blockedPairs = everyPair.filter((pair) => sides.some((side) => results[pair]?.[side].outcome === 'blocked'));
    const chosen = sides.flatMap((side) =>
      blockedPairs
        .filter((pair) => results[pair]?.[side].outcome === 'blocked')
        .slice(0, deletedPairs)
        .map((pair) => ({ pair, side })),
    );
    // This requires that both webhooks admitted a pair. With so many pairs that has always happened.
    assert.ok(chosen.length > 0, 'in at least one pair both were admitted');
    for (const { pair, side } of chosen) {
      await untilDecided(() => client.delete(workloadDeployments, { namespace, name: nameOf(pair, other(side)) }));
    }
    for (const { pair, side } of chosen) {
      const name = nameOf(pair, side);
      await eventually(`${name} is applied instead of the other one`, () => isApplied(pair, side), {
        withinMs: 40_000,
      });
      assert.notEqual(await find(workloads, { namespace: spokeNamespace(pair), name }), undefined, name);
    }
  });

  /** Whether it is applied. The namespace of a guest may have been deleted with its owner; then it is created again. */
  async function isApplied(pair: number, side: Side): Promise<boolean> {
    const name = spokeNamespace(pair);
    if (side === 'guest' && (await find(namespaces, { name })) === undefined) {
      await spoke.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    }
    const { status } = await client.get<WorkloadDeployment>(workloadDeployments, {
      namespace,
      name: nameOf(pair, side),
    });
    return conditionOf(status, 'Applied') === 'True Applied';
  }

  async function find(resource: Resource, key: { namespace?: string; name: string }): Promise<KubeObject | undefined> {
    return (await spoke.list(resource, { namespace: key.namespace })).items.find(
      ({ metadata }) => metadata.name === key.name,
    );
  }

  /** Creates both deployments of every pair, in alternating order. Returns the messages of the denials. */
  async function createAll(): Promise<Map<string, string>> {
    const denials = new Map<string, string>();
    const all = everyPair.flatMap((pair) =>
      (pair % 2 === 0 ? sides : sides.toReversed()).map((side) => ({ pair, side })),
    );
    await inParallel(all, async ({ pair, side }) => {
      const denial = await denialOf(pair, side);
      if (denial !== undefined) denials.set(nameOf(pair, side), denial);
    });
    return denials;
  }

  /** Creates a deployment. Returns the message if it is denied. */
  async function denialOf(pair: number, side: Side): Promise<string | undefined> {
    const name = nameOf(pair, side);
    const made = deployment(namespace, { name, environmentRef: side, spokeNamespace: spokeNamespace(pair) });
    try {
      await untilDecided(() => client.create(workloadDeployments, made));
      return undefined;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      assert.match(error.message, /\(NamespaceLifecycleConflict\)/);
      assert.equal(error.code, 403, error.message);
      return error.message;
    }
  }

  /** On a busy machine a decision may time out, and the message says so. Then the request is repeated with a backoff. */
  async function untilDecided<T>(ask: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof ApiError) || error.code < 500 || tries > 20) throw error;
        undecided += 1;
        await sleep(1000 * tries);
      }
    }
  }

  /** The result for each deployment, when no request and no write is pending. */
  async function finalResults(denials: ReadonlyMap<string, string>): Promise<Results[]> {
    let open: string[] = [];
    const found = eventually(
      'every deployment is applied or blocked',
      async () => {
        const made = await deployments();
        const result = (name: string): Result | undefined => {
          const denial = denials.get(name);
          return denial === undefined ? resultOf(made.get(name)) : { outcome: 'denied', message: denial };
        };
        const all = everyPair.map((pair) => ({
          owner: result(nameOf(pair, 'owner')),
          guest: result(nameOf(pair, 'guest')),
        }));
        open = all.flatMap((each, pair) =>
          sides.filter((side) => each[side] === undefined).map((side) => nameOf(pair, side)),
        );
        return open.length === 0 && all.flatMap(({ owner, guest }) => (owner && guest ? [{ owner, guest }] : []));
      },
      { withinMs: 150_000 },
    );
    return found.catch(async (cause: unknown) => {
      const made = await deployments();
      const examples = open.slice(0, 5).map((name) => `${name}: ${JSON.stringify(made.get(name)?.status)}`);
      throw new Error(`${open.length} are neither applied nor blocked, for example ${examples.join('; ')}`, { cause });
    });
  }

  async function deployments(): Promise<Map<string, WorkloadDeployment>> {
    const { items } = await client.list<WorkloadDeployment>(workloadDeployments, { namespace });
    return new Map(items.map((item) => [item.metadata.name, item]));
  }

  /** Records the deployments whose ManifestWorks are written. Restarts the watch, because the server ends it from time to time. */
  async function follow(from: string): Promise<void> {
    const { signal } = following;
    let resourceVersion = from;
    try {
      while (!signal.aborted) {
        for await (const { object } of client.watch(manifestWorkReplicaSets, { resourceVersion, signal })) {
          resourceVersion = object.metadata.resourceVersion ?? resourceVersion;
          const key = object.metadata.annotations?.[deploymentAnnotation];
          if (key !== undefined) everWritten.add(key);
        }
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async function pointWebhooksAt(port: number): Promise<void> {
    const patch = JSON.stringify([{ op: 'replace', path: '/webhooks/0/clientConfig/service/port', value: port }]);
    for (const configuration of configurations) {
      await kubectlOk(['patch', configuration, 'mooring', '--type=json', '-p', patch]);
    }
  }

  /** The number of bytes that the proxy receives for a request without an effect. */
  async function trafficOfTry(): Promise<number> {
    const before = proxy.received;
    await kubectlOk(['create', '--dry-run=server', '-f', '-'], { input: manifest(profile(namespace, 'try')) });
    return proxy.received - before;
  }

  /** The number of requests for deployments that each of the two webhooks has decided. */
  function requestsDecided(): Promise<number[]> {
    const ports = [portOf(hub.state, 'webhook-health'), spare.healthPort];
    return Promise.all(
      ports.map(async (port) => {
        const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
        const samples = text.matchAll(
          /^mooring_admission_requests_total\{kind="WorkloadDeployment",operation="CREATE".*\} (\d+)$/gm,
        );
        return [...samples].reduce((sum, [, count]) => sum + Number(count), 0);
      }),
    );
  }
});

/** Undefined while its ManifestWorks are being applied. */
function resultOf(found: WorkloadDeployment | undefined): Result | undefined {
  const condition = found?.status?.conditions?.find(({ type }) => type === 'Applied');
  if (condition === undefined || condition.reason === 'Applying' || condition.reason === 'NoClustersSelected')
    return undefined;
  const { status, reason, message = '' } = condition;
  if (status === 'True') return { outcome: 'applied', message };
  assert.equal(reason, 'NamespaceLifecycleConflict', `${found?.metadata.name ?? ''}: ${message}`);
  return { outcome: 'blocked', message };
}

/** Calls `act` for each item, with at most `atOnce` calls at the same time. */
async function inParallel<T>(all: readonly T[], act: (one: T) => Promise<void>): Promise<void> {
  const left = all.values();
  const worker = async () => {
    for (const one of left) await act(one);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
