import type { KubeObject } from '../../src/api/object.ts';
import { createLog } from '../../src/log.ts';
import { OfflineHub } from '../../src/offline/offline-hub.ts';
import { builtinTopologies } from '../../src/topology/builtin.ts';
import { createCachingEngine } from '../../src/topology/caching-engine.ts';
import { createTopologyEngine } from '../../src/topology/engine.ts';
import type { TopologyEngine } from '../../src/topology/topology-result.ts';
import { cueModule } from '../topology/cue-module.ts';
import { offlineOptions } from './offline-options.ts';

/** What `mooring check` says about one object: whether it is admitted, and all findings, one a line. */
export interface Checked {
  allowed: boolean;
  lines: string;
}

/** The CUE engine, for `checkObjects`. The first start on a machine takes minutes. */
export async function startEngine(): Promise<TopologyEngine> {
  const log = createLog('silent', 'test');
  return createTopologyEngine({ module: await cueModule(), workers: 1, deadlineMs: 8000, memoryMiB: 256, log });
}

/** Applies objects one after the other to the hub of `mooring check`, which has this state. */
export async function checkObjects(
  engine: TopologyEngine,
  objects: readonly KubeObject[],
  state: readonly KubeObject[] = [],
): Promise<Checked[]> {
  const topologies = createCachingEngine({ engine, maxResults: 100, retryStoppedAfterMs: 60_000, now: Date.now });
  const hub = new OfflineHub(state, { ...offlineOptions, topologies, builtins: builtinTopologies });
  const results: Checked[] = [];
  for (const object of objects) {
    const { allowed, violations, notes } = await hub.apply(object);
    const lines = violations.map(({ code, path, message }) => `${code} ${path}: ${message}`);
    results.push({ allowed, lines: [...lines, ...notes].join('\n') });
  }
  return results;
}
