import type { Environment, EnvironmentStatus } from '../../api/environment.ts';
import { keyOf, type Condition, type KubeObject } from '../../api/object.ts';
import { placements, placementSatisfied } from '../../api/ocm.ts';
import { conditionMessage } from '../../domain/text/condition-message.ts';
import { findTopology, type DefinitionStore } from '../../catalog/catalog.ts';
import type { HubObject } from '../../domain/render/hub-objects.ts';
import { keyOfHub, planHub } from '../../domain/render/hub-plan.ts';
import {
  deploymentOf,
  environmentOf,
  environmentSelector,
  isProbe,
  isRenderedFrom,
} from '../../domain/render/render-identity.ts';
import { readStamp } from '../../domain/revisions/revision.ts';
import type { BuiltinTopologyName } from '../../domain/refs/topology-type.ts';
import { renderProbe, type RenderTools, type ProbeRender } from '../../domain/render/workload-render.ts';
import type { Client } from '../../kube/client/client.ts';
import { createAppliedSnapshots } from '../applied-snapshots.ts';
import { applyToHub, type ApplyFailure } from '../hub-writer.ts';
import { deleteAll, ownLive } from '../list-owned.ts';
import type { ControllerCaches } from '../caches.ts';
import { finalizerInitialized, writeStatus } from './status.ts';
import type { Definition } from '../../domain/revisions/definition.ts';

/** What the controller does for Environments besides keeping their history. */
export interface EnvironmentKeeper {
  /** Renders the topology without Workloads, keeps a review Placement while it is needed, writes what came of it. Gives ms until another try. */
  keep(environment: Definition, signal: AbortSignal): Promise<number | undefined>;
  /** Removes the review Placements of an Environment that is being deleted. */
  release(environment: Definition): Promise<void>;
}

export interface EnvironmentOptions {
  client: Client;
  caches: ControllerCaches;
  definitions: DefinitionStore;
  tools: RenderTools;
  builtins: Readonly<Record<BuiltinTopologyName, string>>;
  systemNamespace: string;
}

/** When to try again what no watch tells of: a namespace that is missing, a render that was stopped. */
const retryMs = 10_000;

/** Creates the keeper of Environments. */
export function createEnvironmentReconcile(options: EnvironmentOptions): EnvironmentKeeper {
  const { client, caches, tools } = options;
  const answers = createAppliedSnapshots(tools.hash);

  async function keep(definition: Definition): Promise<number | undefined> {
    const stamp = readStamp(definition.metadata);
    if (stamp === undefined) return undefined;
    const environment = definition as Definition & Environment;
    const render = await renderOf(environment, stamp.revision, options);
    if (!render.ok) {
      // What is applied stays, so that the last verdict stays with it.
      await write(environment, notRendered(environment, render), undefined);
      return retryMs;
    }
    const needed = !isJudgedByOthers(environment, stamp.revision, render.placementRefs, caches);
    const reviews = reviewsOf(environment, caches);
    const wanted = needed ? render.objects : [];
    const failure = await applyWanted(wanted, reviews);
    const condition: Condition =
      failure === undefined
        ? { type: 'Rendered', status: 'True', reason: 'Rendered', ...observed(environment) }
        : notRendered(environment, failure);
    const written = await write(environment, condition, render.placementRefs);
    // The old reviews go after the new ones are there, and after the status says who is reviewed instead.
    if (!written && failure === undefined) await removeReviews(reviews, wanted);
    return failure === undefined ? undefined : retryMs;
  }

  async function applyWanted(wanted: HubObject[], reviews: KubeObject[]): Promise<ApplyFailure | undefined> {
    const own = new Set(reviews.map(({ metadata }) => metadata.uid));
    const others = wanted.flatMap((object) => {
      const present = caches.placements.get(object.metadata.namespace, object.metadata.name);
      if (present === undefined || own.has(present.metadata.uid)) return [];
      return [{ ...present, kind: placements.kind }];
    });
    const plan = planHub(wanted, { owned: reviews, others, matchesSnapshot: answers.matches }, tools.hash);
    return (await applyToHub(client, plan, answers)).failure;
  }

  async function write(
    environment: Definition,
    rendered: Condition,
    placementRefs: EnvironmentStatus['placementRefs'],
  ): Promise<boolean> {
    const conditions = [finalizerInitialized, rendered];
    const refs = placementRefs === undefined ? {} : { placementRefs };
    return writeStatus(client, 'Environment', environment, { conditions, ...refs });
  }

  async function removeReviews(reviews: KubeObject[], wanted: HubObject[]): Promise<void> {
    const keys = new Set(wanted.map(keyOfHub));
    const newest = wanted.map((object) => caches.placements.get(object.metadata.namespace, object.metadata.name));
    // An old review is what the verdict rests on until a new one is judged.
    if (wanted.length > 0 && !newest.some((placement) => isJudged(placement))) return;
    for (const review of reviews.filter((object) => !keys.has(keyOfHub(object)))) {
      const { namespace, name, uid } = review.metadata;
      await client.delete(placements, { namespace, name }, { uid });
    }
  }

  return {
    keep,
    async release(environment) {
      const key = keyOf(environment);
      const labelSelector = environmentSelector(key, tools.hash);
      const isOwn = (item: KubeObject) => environmentOf(item) === key && isProbe(item);
      await deleteAll(client, placements, await ownLive(client, placements, { labelSelector, isOwn }));
    },
  };
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
    ...observed(environment),
  };
}

/** For which generation a condition was found: the aggregator leaves one of another generation alone. */
function observed({ metadata: { generation } }: Definition): { observedGeneration?: number } {
  return generation === undefined ? {} : { observedGeneration: generation };
}

async function renderOf(environment: Environment, revision: number, options: EnvironmentOptions): Promise<ProbeRender> {
  const { definitions, builtins, systemNamespace, tools } = options;
  const { metadata, spec } = environment;
  const found = await findTopology(definitions, spec.topology.type, systemNamespace, builtins, tools.hash);
  if (found.state !== 'found') {
    return { ok: false, reason: found.state === 'unknown' ? 'UnknownTopology' : 'InvalidSpec', message: found.message };
  }
  const { namespace = '', name } = metadata;
  return renderProbe({ namespace, name, revision, spec, template: found.template }, tools);
}

/** The review Placements of an Environment, of whatever revision. */
function reviewsOf({ metadata }: KubeObject, caches: ControllerCaches): KubeObject[] {
  const key = `${metadata.namespace ?? ''}/${metadata.name}`;
  return caches.placements
    .byIndex('environment', key)
    .filter(isProbe)
    .map((placement) => ({
      ...placement,
      apiVersion: 'cluster.open-cluster-management.io/v1beta1',
      kind: placements.kind,
    }));
}

/** Whether the aggregator has something else to judge: Placements that we do not own, or judged ones of deployments. */
function isJudgedByOthers(
  { metadata }: KubeObject,
  revision: number,
  placementRefs: readonly unknown[],
  caches: ControllerCaches,
): boolean {
  if (placementRefs.length > 0) return true;
  const key = `${metadata.namespace ?? ''}/${metadata.name}`;
  return caches.placements
    .byIndex('environment', key)
    .some(
      (placement) =>
        deploymentOf(placement) !== undefined &&
        placement.metadata.deletionTimestamp === undefined &&
        isRenderedFrom(placement, key, revision) &&
        isJudged(placement),
    );
}

function isJudged(placement: { status?: { conditions?: Condition[] } } | undefined): boolean {
  return placement?.status?.conditions?.some((condition) => condition.type === placementSatisfied) === true;
}
