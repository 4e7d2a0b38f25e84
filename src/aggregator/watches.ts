import type { Environment } from '../api/environment.ts';
import { environments } from '../api/kinds.ts';
import { keyOf } from '../api/object.ts';
import { placementDecisions, placementLabel, placements, type Placement, type PlacementDecision } from '../api/ocm.ts';
import type { Client } from '../kube/client/client.ts';
import { Informer } from '../kube/cache/informer.ts';
import type { Log } from '../log.ts';
import { readOrigin } from '../domain/render/render-identity.ts';

/** The caches that readiness is read from. Whole namespaces: decisions are wherever Placements are. */
export interface Watches {
  environments: Informer<Environment>;
  placements: Informer<Placement>;
  decisions: Informer<PlacementDecision>;
}

/** Indexes: Environments by the Placements they refer to, Placements by Environment, decisions by Placement; all `namespace/name`. */
export const indexes = { referredPlacement: 'referredPlacement', environment: 'environment', placement: 'placement' };

interface WatchesOptions {
  client: Client;
  log: Log;
  /** Something changed that Environment `key` depends on; only decisions tell how fast a status follows them. */
  onChange: (key: string, cause: 'environment' | 'placement' | 'decision') => void;
}

/** Creates the watches; they start with `runWatches`. Handlers only enqueue keys. */
export function createWatches({ client, log, onChange }: WatchesOptions): Watches {
  const watches: Watches = {
    environments: new Informer<Environment>({
      client,
      resource: environments,
      log,
      indexes: {
        [indexes.referredPlacement]: (environment) =>
          (environment.status?.placementRefs ?? []).map(({ namespace, name }) => `${namespace}/${name}`),
      },
      onChange: ({ object }) => onChange(keyOf(object), 'environment'),
    }),
    placements: new Informer<Placement>({
      client,
      resource: placements,
      log,
      indexes: { [indexes.environment]: environmentKeys },
    }),
    decisions: new Informer<PlacementDecision>({
      client,
      resource: placementDecisions,
      log,
      indexes: { [indexes.placement]: placementKeys },
    }),
  };
  const referring = (placementKey: string) =>
    watches.environments.byIndex(indexes.referredPlacement, placementKey).map(keyOf);

  watches.placements.subscribe(({ object, previous }) => {
    const before = previous === undefined ? [] : environmentKeys(previous);
    for (const key of new Set([...environmentKeys(object), ...before, ...referring(keyOf(object))])) {
      onChange(key, 'placement');
    }
  });
  watches.decisions.subscribe(({ object, previous }) => {
    const before = previous === undefined ? [] : placementKeys(previous);
    for (const placementKey of new Set([...placementKeys(object), ...before])) {
      const [namespace, name = ''] = placementKey.split('/');
      const placement = watches.placements.get(namespace, name);
      // A Placement that is not in the cache yet brings its Environments when it arrives.
      const owners = placement === undefined ? [] : environmentKeys(placement);
      for (const key of new Set([...owners, ...referring(placementKey)])) onChange(key, 'decision');
    }
  });
  return watches;
}

/** Runs the watches until the signal. */
export async function runWatches(watches: Watches, signal: AbortSignal): Promise<void> {
  const { environments: ours, placements: rendered, decisions } = watches;
  await Promise.all([ours.run(signal), rendered.run(signal), decisions.run(signal)]);
}

/** Whether every cache holds what the API server has. */
export function hasSynced(watches: Watches): boolean {
  return watches.environments.hasSynced() && watches.placements.hasSynced() && watches.decisions.hasSynced();
}

function environmentKeys(placement: Placement): string[] {
  const origin = readOrigin(placement);
  return origin === undefined ? [] : [origin.environment];
}

function placementKeys({ metadata }: PlacementDecision): string[] {
  const name = metadata.labels?.[placementLabel];
  return name === undefined ? [] : [`${metadata.namespace}/${name}`];
}
