import type { Environment } from '../api/environment.ts';
import { environments, workloadDeployments } from '../api/kinds.ts';
import { keyOf, type KubeObject } from '../api/object.ts';
import { placementDecisions, placementLabel, placements, type Placement, type PlacementDecision } from '../api/ocm.ts';
import type { Client } from '../kube/client/client.ts';
import { reduced } from '../catalog/stores/reduced.ts';
import { environmentRevisionAnnotation } from '../domain/annotations.ts';
import { withCompactSpec } from '../domain/json/compact-json.ts';
import { keysOfChange, type KeyRoute } from '../kube/cache/change-keys.ts';
import { Informer } from '../kube/cache/informer.ts';
import type { Log } from '../log.ts';
import { deploymentOf, readOrigin } from '../domain/render/render-identity.ts';

/** The caches that readiness is computed from. They cover all namespaces: Placements and their decisions may be in any of them. */
export interface Watches {
  environments: Informer<Environment>;
  placements: Informer<Placement>;
  decisions: Informer<PlacementDecision>;
  /** The metadata of WorkloadDeployments: only the Placements of those that exist count. */
  deployments: Informer<KubeObject>;
}

/** Index of Environments: by `namespace/name` of the Placements that they refer to. */
const environmentIndexes = { referredPlacement: 'referredPlacement' } as const;
/** Indexes of Placements: by `namespace/name` of the Environment and of the deployment that they were rendered for. */
export const placementIndexes = { environment: 'environment', deployment: 'deployment' } as const;
/** Index of PlacementDecisions: by `namespace/name` of their Placement. */
export const decisionIndexes = { placement: 'placement' } as const;

interface WatchesOptions {
  client: Client;
  log: Log;
  /** Called when an object changed that the Environment `key` depends on. Latency is measured for the cause `decision` only. */
  onChange: (key: string, cause: 'environment' | 'placement' | 'decision' | 'deployment') => void;
}

/** Creates the watches; `runWatches` starts them. Their handlers only enqueue keys. */
export function createWatches({ client, log, onChange }: WatchesOptions): Watches {
  const watches: Watches = {
    environments: new Informer<Environment>({
      client,
      resource: environments,
      transform: reduced,
      log,
      indexes: {
        [environmentIndexes.referredPlacement]: (environment) =>
          (environment.status?.placementRefs ?? []).map(({ namespace, name }) => `${namespace}/${name}`),
      },
    }),
    placements: new Informer<Placement>({
      client,
      resource: placements,
      transform: withCompactSpec,
      log,
      indexes: {
        [placementIndexes.environment]: environmentKeys,
        [placementIndexes.deployment]: (placement) => [deploymentOf(placement) ?? []].flat(),
      },
    }),
    decisions: new Informer<PlacementDecision>({
      client,
      resource: placementDecisions,
      log,
      indexes: { [decisionIndexes.placement]: placementKeys },
    }),
    deployments: new Informer<KubeObject>({ client, resource: workloadDeployments, metadataOnly: true, log }),
  };
  const keysOf = {
    environment: (environment: Environment) => [keyOf(environment)],
    placement: (placement: Placement) => [
      ...environmentKeys(placement),
      ...referringEnvironments(keyOf(placement), watches),
    ],
    decision: (decision: PlacementDecision) =>
      placementKeys(decision).flatMap((placementKey) => {
        const [namespace, name = ''] = placementKey.split('/');
        const placement = watches.placements.get(namespace, name);
        // If the Placement is not in the cache yet, its own event will enqueue its Environments.
        const owners = placement === undefined ? [] : environmentKeys(placement);
        return [...owners, ...referringEnvironments(placementKey, watches)];
      }),
  };
  const ofDeployment: KeyRoute<KubeObject> = {
    keys: (deployment) =>
      watches.placements.byIndex(placementIndexes.deployment, keyOf(deployment)).flatMap(environmentKeys),
    // What `isRenderedFor` reads.
    ifChanged: ({ metadata: { uid, annotations } }) => [uid, annotations?.[environmentRevisionAnnotation]],
  };
  watches.deployments.subscribe((change) => {
    for (const key of keysOfChange(change, ofDeployment)) onChange(key, 'deployment');
  });
  watches.environments.subscribe((change) => {
    for (const key of keysOfChange(change, { keys: keysOf.environment })) onChange(key, 'environment');
  });
  watches.placements.subscribe((change) => {
    for (const key of keysOfChange(change, { keys: keysOf.placement })) onChange(key, 'placement');
  });
  watches.decisions.subscribe((change) => {
    for (const key of keysOfChange(change, { keys: keysOf.decision })) onChange(key, 'decision');
  });
  return watches;
}

/** Runs the watches until the signal. */
export async function runWatches(watches: Watches, signal: AbortSignal): Promise<void> {
  await Promise.all(Object.values(watches).map((watch) => watch.run(signal)));
}

/** Keys of the Environments whose status refers to a Placement that mooring does not own. */
function referringEnvironments(placementKey: string, { environments: cache }: Watches): string[] {
  return cache.byIndex(environmentIndexes.referredPlacement, placementKey).map(keyOf);
}

/** The key of the Environment that a Placement was rendered from. */
function environmentKeys(placement: Placement): string[] {
  const origin = readOrigin(placement);
  return origin === undefined ? [] : [origin.environment];
}

/** The key of the Placement that a decision belongs to. */
function placementKeys({ metadata }: PlacementDecision): string[] {
  const name = metadata.labels?.[placementLabel];
  return name === undefined ? [] : [`${metadata.namespace}/${name}`];
}
