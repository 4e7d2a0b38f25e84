import { revisionedKindNames } from '../../src/api/definition-revision.ts';
import { environments, workloadDeployments, workloadProfiles } from '../../src/api/kinds.ts';
import type { KubeObject, Resource } from '../../src/api/object.ts';
import { cachedStore, definitionCaches } from '../../src/catalog/stores/cached.ts';
import { cachedObject, cachedReferrers } from '../../src/catalog/referrers/cached.ts';
import { deploymentCache } from '../../src/catalog/deployment-cache.ts';
import { sha256 } from '../../src/cli/sha256.ts';
import { liveReferrers } from '../../src/catalog/referrers/live.ts';
import { createLog } from '../../src/log.ts';
import { createDecider, type DeciderOptions } from '../../src/webhook/decider.ts';
import type { AdmissionRequest } from '../../src/webhook/review/review.ts';
import { stampedAs } from '../support/facts.ts';
import { deployment, environment, profile } from '../support/manifests.ts';
import { createMemoryClient } from '../support/memory-client.ts';
import { deletionOf } from '../support/deletion-request.ts';
import { requestFor, webhookSources } from '../support/webhook-sources.ts';
import { catalogOf } from '../support/catalog.ts';

/**
 * Measures the time of a decision that searches for conflicts with 10 and with 10,000 WorkloadDeployments in the caches,
 * alternately in one run. Prints the ratio, which is about 1 with indexes and would be about 1000 with a scan.
 */
const sizes = [10, 10_000] as const;
const rounds = 300;
const print = (line: string) => void process.stdout.write(`${line}\n`);

const owned = { spokeNamespace: { create: true, orphan: false }, workload: { orphan: false } };
const guest = { spokeNamespace: { create: false, orphan: false }, workload: { orphan: false } };

function applied(name: string, spokeNamespace: string, lifecycle: object, environmentRef = 'primary'): KubeObject {
  const made = deployment('team', { name, spokeNamespace, environmentRef });
  return Object.assign({}, made, {
    metadata: { ...made.metadata, uid: name, resourceVersion: '1' },
    status: { selectedClusters: ['one'], pendingClusters: [], effectiveLifecycle: lifecycle },
  });
}

/** The caches of a webhook with `size` deployments. Each has its own spoke namespace. */
async function world(size: number) {
  const objects: [Resource, KubeObject][] = [
    [environments, stampedAs(environment('team'), 1)],
    [environments, stampedAs(environment('team', { name: 'guest' }), 1)],
    [workloadProfiles, stampedAs(profile('team'), 1)],
    [workloadDeployments, applied('owner', 'shared', owned)],
    [workloadDeployments, applied('lodger', 'lodging', owned)],
    ...Array.from({ length: size - 2 }, (_, index): [Resource, KubeObject] => [
      workloadDeployments,
      applied(`web-${index}`, `space-${index}`, index % 2 === 0 ? owned : guest),
    ]),
  ];
  const client = createMemoryClient(objects);
  const log = createLog('silent', 'bench');
  const caches = definitionCaches(client, log);
  const deployments = deploymentCache({ client, log, systemNamespace: 'mural-system' });
  const referrers = cachedReferrers(deployments, caches);
  const stopping = new AbortController();
  const informers = [...revisionedKindNames.map((kind) => caches[kind]), caches.revisions, deployments];
  for (const informer of informers) void informer.run(stopping.signal);
  await Promise.all(informers.map((informer) => informer.synced));
  const catalog = catalogOf(cachedStore(caches, client));
  const options: DeciderOptions = {
    ...webhookSources({
      topologies: {
        check: () => Promise.resolve({ ok: true, objects: [] }),
        // The real engine caches renders, so it does not evaluate a topology for each decision.
        render: (_template, _parameter, { workloadYamls }) =>
          Promise.resolve({ ok: true, objects: [work(workloadYamls)] }),
      },
    }),
    cached: { catalog, referrers },
    // Deployments are read live one by one. Revisions come from the caches, because a list of the memory client scans all objects.
    live: () => ({
      catalog,
      referrers: liveReferrers({
        cached: referrers,
        cachedObject: cachedObject(deployments, caches),
        client,
        systemNamespace: 'mural-system',
        hash: sha256,
      }),
    }),
    severities: {},
  };
  return { decide: createDecider('validate', options), stop: () => stopping.abort() };
}

function work(workloadYamls: readonly string[]) {
  return {
    apiVersion: 'work.open-cluster-management.io/v1alpha1',
    kind: 'ManifestWorkReplicaSet',
    metadata: { name: 'here' },
    spec: {
      placementRefs: [],
      manifestWorkTemplate: {
        // Without the Namespace, because it is the Workload of a guest.
        workload: { manifests: workloadYamls.slice(1).map((text) => JSON.parse(text)) },
      },
    },
  };
}

const questions: Record<string, { request: AdmissionRequest; refused: boolean }> = {
  'create in a namespace that another deployment owns: denied': {
    request: requestFor(deployment('team', { name: 'new', spokeNamespace: 'shared', environmentRef: 'guest' })),
    refused: true,
  },
  'create in a new namespace: admitted': {
    request: requestFor(deployment('team', { name: 'new', spokeNamespace: 'fresh' })),
    refused: false,
  },
  'delete the only owner of a namespace: admitted with a warning': {
    request: deletionOf(applied('lodger', 'lodging', owned)),
    refused: false,
  },
};

const worlds = await Promise.all(sizes.map(world));
const { signal } = new AbortController();
for (const [title, { request, refused }] of Object.entries(questions)) {
  const times: number[][] = sizes.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, { decide }] of worlds.entries()) {
      const began = performance.now();
      const decision = await decide(request, signal);
      times[index]?.push(performance.now() - began);
      if ((decision.refusal !== undefined) !== refused) throw new Error(`${title}: the decision differs`);
    }
  }
  const medians = times.map((all) => all.toSorted((left, right) => left - right)[Math.floor(rounds / 2)] ?? Number.NaN);
  const shown = medians.map((median, index) => `${sizes[index]}: ${(median * 1000).toFixed(0)} µs`).join(', ');
  print(`${title}\n  median of ${rounds} with ${shown}; ratio ${((medians[1] ?? 0) / (medians[0] ?? 1)).toFixed(2)}`);
}
for (const { stop } of worlds) stop();
