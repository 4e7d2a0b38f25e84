import type { RenderOptions } from '../config.ts';
import { createLog } from '../log.ts';
import type { TopologyEngine } from '../topology/topology-result.ts';
import { readManifests, withNamespace, type Manifest } from './files/manifests.ts';
import type { Terminal } from './output/terminal.ts';
import { openTopologies } from './topologies.ts';

/** Options of every command that runs without a cluster. */
export interface OfflineOptions extends RenderOptions {
  /** The namespace of objects without a namespace. */
  namespace: string;
  systemNamespace: string;
  cueModule?: string;
}

/** Reads manifests, and sets the namespace of objects of mooring's kinds that have none. Throws UsageError. */
export async function readObjects(paths: readonly string[], { namespace }: OfflineOptions, terminal: Terminal) {
  const manifests: Manifest[] = await readManifests(paths, () => terminal.stdin());
  return withNamespace(manifests, namespace);
}

/** Runs `body` with a CUE engine, and closes the engine at the end. The limits suit a command that a user waits for. */
export async function withEngine<T>(
  command: string,
  { cueModule }: OfflineOptions,
  terminal: Terminal,
  body: (engine: TopologyEngine) => Promise<T>,
): Promise<T> {
  const limits = { cueModule, deadlineMs: 30_000, memoryMiB: 256, workers: 1 };
  const engine = await openTopologies(limits, terminal.environment, createLog('warn', command));
  try {
    return await body(engine);
  } finally {
    await engine.close();
  }
}
