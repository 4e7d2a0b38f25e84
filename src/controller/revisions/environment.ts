import type { Environment, EnvironmentStatus } from '../../api/environment.ts';
import { environments } from '../../api/kinds.ts';
import { keyOf, type Condition, type KubeObject } from '../../api/object.ts';
import { placements, placementSatisfied } from '../../api/ocm.ts';
import { topologyRevisionAnnotation } from '../../domain/annotations.ts';
import { conditionMessage } from '../../domain/text/condition-message.ts';
import { topologyFailure, type Catalog, type FoundTopology } from '../../catalog/catalog.ts';
import type { HubObject } from '../../domain/render/hub-objects.ts';
import { hubNamespaceBlock } from '../../domain/render/hub-namespace-block.ts';
import { keyOfHub, planHub } from '../../domain/render/hub-plan.ts';
import { environmentProof, isForeign, isRenderedFor } from '../../domain/render/ownership.ts';
import {
  deploymentOf,
  environmentOf,
  environmentSelector,
  isProbe,
  isRenderedFrom,
} from '../../domain/render/render-identity.ts';
import { readAllowedHubNamespaces } from '../../domain/revisions/allowed-hub-namespaces.ts';
import { readStamp } from '../../domain/revisions/revision.ts';
import { renderProbe, type RenderTools, type ProbeRender } from '../../domain/render/workload-render.ts';
import type { Client } from '../../kube/client/client.ts';
import { createAppliedSnapshots } from '../applied-snapshots.ts';
import { deleteFromHub } from '../delete-from-hub.ts';
import type { HubFailure } from '../hub-refusal.ts';
import { applyToHub } from '../hub-writer.ts';
import { listOwned } from '../list-owned.ts';
import { PersistentErrors } from '../persistent-errors.ts';
import { placementIndexes, type ControllerCaches } from '../caches.ts';
import type { Requeue } from '../../kube/queue/loop.ts';
import type { Backoff } from '../../kube/queue/work-queue.ts';
import type { KnownOrphans } from '../orphans/known-orphans.ts';
import type { WrittenNamespaces } from '../written-namespaces.ts';
import { deleteOrphanedProbes } from '../orphans/probes.ts';
import { writeStatus } from './status.ts';
import type { Definition } from '../../domain/revisions/definition.ts';

/** What the controller does for Environments besides recording their revisions. */
export interface EnvironmentReconciler {
  /** Renders the topology without Workloads, applies a probe Placement if it is needed, writes the status. Returns when to retry. */
  reconcile(environment: Definition): Promise<Backoff | undefined>;
  /**
   * Deletes the probe Placements of a terminating Environment that the cache shows. Returns false if one of them is in a hub
   * namespace that is not open; the status then says so.
   */
  deleteProbes(environment: Definition): Promise<boolean>;
  /** Does the same for the probe Placements that are left, read live. If none of them is in such a namespace, the Environment is forgotten. */
  finalize(environment: Definition): Promise<boolean>;
  /** Deletes the probe Placements of an Environment that does not exist. Returns when to try again. */
  deleteOrphans(environment: { namespace: string; name: string }): Promise<void | Requeue>;
}

export interface EnvironmentReconcilerOptions {
  client: Client;
  caches: ControllerCaches;
  catalog: Catalog;
  tools: RenderTools;
  /** Milliseconds since the epoch. */
  now: () => number;
  writtenNamespaces: WrittenNamespaces;
  /** The uid of the CustomResourceDefinition of WorkloadDeployments. */
  installation: string;
  knownOrphans: KnownOrphans;
}

/** For an Environment that cannot be rendered: an edit of it or of its topology leads to the next attempt. */
const renderBackoff = { fromMs: 10_000, toMs: 120_000 };

/** For a probe that the hub refuses: no watch event tells that it would be accepted, such as when a namespace is created. */
const refusalBackoff = { fromMs: 5000, toMs: 30_000 };

/** Creates the reconciler of Environments. */
export function createEnvironmentReconciler(options: EnvironmentReconcilerOptions): EnvironmentReconciler {
  const { client, caches, tools, writtenNamespaces, now, installation } = options;
  const snapshots = createAppliedSnapshots(tools.hash);
  const persistentErrors = new PersistentErrors(now);

  async function reconcile(definition: Definition): Promise<Backoff | undefined> {
    const stamp = readStamp(definition.metadata);
    if (stamp === undefined) return undefined;
    const environment = definition as Definition & Environment;
    const topology = await stampedTopology(environment, options);
    const render = await renderProbes(environment, stamp.revision, topology, tools);
    if (!render.ok) {
      // The probe Placement stays, so the last readiness stays too.
      await writeRendered(environment, notRendered(environment, render), undefined);
      return renderBackoff;
    }
    const isProbeNeeded = !hasOtherPlacements(environment, stamp.revision, render.placementRefs, options);
    const probes = probesOf(environment, caches);
    const desired = isProbeNeeded ? render.objects : [];
    const failure =
      blockOf(environment, stamp.revision, desired, tools) ?? (await applyProbes(environment, desired, probes));
    const condition: Condition =
      failure === undefined
        ? { type: 'Rendered', status: 'True', reason: 'Rendered', ...observedGeneration(environment) }
        : notRendered(environment, failure);
    const written = await writeRendered(environment, condition, render.placementRefs);
    // Old probes are deleted after the new ones exist, and after the status refers to the Placements that replace them.
    if (!written && failure === undefined) await pruneProbes(probes, desired);
    return failure === undefined ? undefined : refusalBackoff;
  }

  async function applyProbes(
    environment: Definition,
    desired: HubObject[],
    probes: KubeObject[],
  ): Promise<HubFailure | undefined> {
    const own = new Set(probes.map(({ metadata }) => metadata.uid));
    const others = desired.flatMap((object) => {
      const present = caches.placements.get(object.metadata.namespace, object.metadata.name);
      if (present === undefined || own.has(present.metadata.uid)) return [];
      return [present];
    });
    const marks = { hash: tools.hash, proof: environmentProof(environment, installation) };
    const plan = planHub(desired, { owned: probes, others, matchesSnapshot: snapshots.matches }, marks);
    for (const object of plan.apply) writtenNamespaces.remember(object);
    return (await applyToHub({ client, caches, snapshots, persistentErrors }, plan)).failure;
  }

  async function writeRendered(
    environment: Definition,
    rendered: Condition,
    placementRefs: EnvironmentStatus['placementRefs'],
  ): Promise<boolean> {
    const refs = placementRefs === undefined ? {} : { placementRefs };
    return writeStatus(client, 'Environment', environment, { conditions: [rendered], ...refs });
  }

  async function pruneProbes(probes: KubeObject[], desired: HubObject[]): Promise<void> {
    const keys = new Set(desired.map(keyOfHub));
    const newest = desired.map((object) => caches.placements.get(object.metadata.namespace, object.metadata.name));
    // Readiness is computed from an old probe until OCM has evaluated a new one.
    if (desired.length > 0 && !newest.some((placement) => isEvaluated(placement))) return;
    // A probe in a hub namespace that is not open any more stays; a retry deletes it once the namespace is open.
    await deleteFromHub(
      client,
      placements,
      deletable(probes, options).filter((probe) => !keys.has(keyOfHub(probe))),
    );
  }

  return {
    reconcile,
    deleteProbes: (environment) => deleteProbes(environment, probesOf(environment, caches), options),
    finalize: (environment) => finalizeProbes(environment, options),
    deleteOrphans: (environment) => deleteOrphanedProbes(environment, options),
  };
}

/** Why the hub namespaces of probe Placements must not be written. */
function blockOf(
  { metadata }: Environment,
  revision: number,
  desired: HubObject[],
  { settings }: RenderTools,
): HubFailure | undefined {
  const { namespace = '', name } = metadata;
  return hubNamespaceBlock(desired, {
    environment: { namespace, name, revision },
    allowed: readAllowedHubNamespaces(metadata),
    shared: settings.sharedHubNamespaces,
  });
}

/** What another installation has applied is not deleted. */
function deletable(probes: readonly KubeObject[], { installation }: EnvironmentReconcilerOptions): KubeObject[] {
  return probes.filter((probe) => !isForeign(probe, installation));
}

async function deleteProbes(
  environment: Definition,
  probes: readonly KubeObject[],
  options: EnvironmentReconcilerOptions,
): Promise<boolean> {
  const { client } = options;
  const failure = await deleteFromHub(client, placements, deletable(probes, options));
  if (failure === undefined) return true;
  const { reason, message } = failure;
  const deleting = { type: 'Deleting', status: 'True', reason, message: conditionMessage(message) } as const;
  await writeStatus(client, 'Environment', environment, { conditions: [deleting] });
  return false;
}

/** Deletes the probe Placements that are left, read live in the namespaces that a cache or a write of this leader names. */
async function finalizeProbes(environment: Definition, options: EnvironmentReconcilerOptions): Promise<boolean> {
  const { client, caches, tools, writtenNamespaces } = options;
  const key = keyOf(environment);
  await writtenNamespaces.prime(client, caches);
  const cached = probesOf(environment, caches).flatMap(({ metadata }) => metadata.namespace ?? []);
  const left = await listOwned(client, placements, {
    namespaces: [...cached, ...writtenNamespaces.of({ kind: 'Environment', key })],
    labelSelector: environmentSelector(key, tools.hash),
    isOwn: (item) => environmentOf(item) === key && isProbe(item),
    cache: caches.placements,
  });
  const isDone = await deleteProbes(environment, left, options);
  if (isDone) writtenNamespaces.forget({ kind: 'Environment', key });
  return isDone;
}

function notRendered(
  environment: Definition,
  { reason, message }: Pick<Condition, 'reason'> & { message: string },
): Condition {
  return {
    type: 'Rendered',
    status: 'False',
    reason,
    message: conditionMessage(message),
    ...observedGeneration(environment),
  };
}

/** The generation that a condition describes. The aggregator ignores a condition of another generation. */
function observedGeneration({ metadata: { generation } }: Definition): { observedGeneration?: number } {
  return generation === undefined ? {} : { observedGeneration: generation };
}

/** The topology of an Environment. If it could not be resolved when the Environment was written, an empty patch makes admission stamp it. */
async function stampedTopology(
  { metadata, spec }: Environment,
  { client, catalog }: EnvironmentReconcilerOptions,
): Promise<FoundTopology> {
  const found = await catalog.topology(spec.topology.type, metadata.annotations?.[topologyRevisionAnnotation]);
  const { namespace, name } = metadata;
  if (found.state === 'found' && found.lacksStamp) await client.patch(environments, { namespace, name }, {});
  return found;
}

async function renderProbes(
  environment: Environment,
  revision: number,
  found: FoundTopology,
  tools: RenderTools,
): Promise<ProbeRender> {
  if (found.state !== 'found') return topologyFailure(found);
  const { metadata, spec } = environment;
  const { namespace = '', name } = metadata;
  return renderProbe({ namespace, name, revision, spec, template: found.template }, tools);
}

/** The probe Placements of an Environment, of any revision. */
function probesOf(environment: KubeObject, caches: ControllerCaches): KubeObject[] {
  return caches.placements.byIndex(placementIndexes.environment, keyOf(environment)).filter(isProbe);
}

/** Whether the aggregator has other Placements to evaluate: existing ones that the topology refers to, or those of deployments. */
function hasOtherPlacements(
  environment: KubeObject,
  revision: number,
  placementRefs: readonly unknown[],
  { caches, tools: { hash } }: EnvironmentReconcilerOptions,
): boolean {
  if (placementRefs.length > 0) return true;
  const key = keyOf(environment);
  const deployment = (namespace: string, name: string) => caches.deployments.get(namespace, name);
  return caches.placements
    .byIndex(placementIndexes.environment, key)
    .some(
      (placement) =>
        deploymentOf(placement) !== undefined &&
        placement.metadata.deletionTimestamp === undefined &&
        isRenderedFrom(placement, key, revision) &&
        isRenderedFor(placement, environment, { deployment, hash }) &&
        isEvaluated(placement),
    );
}

function isEvaluated(placement: { status?: { conditions?: Condition[] } } | undefined): boolean {
  return placement?.status?.conditions?.some((condition) => condition.type === placementSatisfied) === true;
}
