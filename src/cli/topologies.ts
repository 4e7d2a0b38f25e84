import { homedir } from 'node:os';
import { join } from 'node:path';
import type { TopologyConfig } from '../config.ts';
import type { Environment } from '../kube/kubeconfig/kube-config.ts';
import type { Log } from '../log.ts';
import { createTopologyEngine } from '../topology/engine.ts';
import { buildCueModule } from '../topology/module.ts';
import type { TopologyEngine } from '../topology/topology-result.ts';

/** The cache folder of the user for mooring. */
export function cacheFolder({ XDG_CACHE_HOME: cache }: Environment): string {
  return join(cache !== undefined && cache !== '' ? cache : join(homedir(), '.cache'), 'mooring');
}

/** What the opening of the CUE engine needs of the process. */
export interface OpeningOptions {
  environment: Environment;
  log: Log;
  /** A build waits for it. */
  beforeBuild?: () => Promise<void>;
}

/** Opens the CUE engine: the given module, or one that is built on first use. */
export async function openTopologies(
  config: TopologyConfig,
  { environment, log, beforeBuild }: OpeningOptions,
): Promise<TopologyEngine> {
  const { cueModule, workers, deadlineMs, memoryMiB } = config;
  const onProgress = (message: string) => log.info({}, message);
  const build = {
    cacheDir: cacheFolder(environment),
    onProgress,
    ...(beforeBuild === undefined ? {} : { beforeBuild }),
  };
  const module = cueModule ?? (await buildCueModule(build));
  return createTopologyEngine({ module, workers, deadlineMs, memoryMiB, log });
}
