import { mkdir, readdir, realpath, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheFolder } from '../../../src/cli/topologies.ts';
import { buildCueModule } from '../../../src/topology/module.ts';
import { ensureBinaries, type Binaries } from '../kubernetes/binaries.ts';
import { hubFiles, isDraft, type HubFiles } from './files/hub-files.ts';
import { clusterNames, portNames, portOf } from './inventory.ts';
import { withLock } from './files/lock.ts';
import { withPorts } from './processes/ports.ts';
import { startHub } from './start-hub.ts';
import { readState, spokeNames, writeState, type HubState } from './files/state.ts';

/** What hub to bring about. What is left out of an existing hub's options takes its default, but spokes stay. */
export interface UpOptions {
  /** Where the hub keeps all that it has; two hubs in two directories do not meet. */
  directory: string;
  /** 2 unless said otherwise. */
  spokes?: number;
  withoutOcm?: boolean;
  withoutMooring?: boolean;
  /** `CODE=severity`, handed to the webhook and the controller. */
  rules?: readonly string[];
  /** Further flags of the controller, such as `--revision-history-limit=0`. */
  controllerFlags?: readonly string[];
  /** What the hub's processes see, and where `PATH`, `XDG_CACHE_HOME`, `KUBEBUILDER_ASSETS` and `MOORING_KUBERNETES_MIRROR` are read. */
  environment: NodeJS.ProcessEnv;
  print?: (line: string) => void;
  /** Writes a line that the next one replaces; only for a terminal. */
  replace?: ((line: string) => void) | undefined;
  now?: Date;
  random?: () => number;
}

/** A hub that runs and is ready. Kubeconfigs are an administrator's. */
export interface Hub {
  directory: string;
  kubeconfig: string;
  /** Kubeconfig by name of spoke. */
  spokes: Record<string, string>;
  kubectl: string;
  /** Port of the webhook, for what talks to it directly. */
  webhookPort: number;
  state: HubState;
  files: HubFiles;
  seconds: number;
}

/**
 * Brings a hub up, or mends what is missing of it, and returns when all of it is ready. May be killed at any time and
 * called again. Throws LockedError while another `up` or `down` works on the same directory.
 */
export async function up(options: UpOptions): Promise<Hub> {
  const began = performance.now();
  await mkdir(options.directory, { recursive: true, mode: 0o700 });
  const files = hubFiles(await realpath(options.directory));
  return withLock(files.lock, async () => {
    const print = options.print ?? (() => {});
    await removeDrafts(files.directory);
    const state = await rememberedState(files, options, print);
    const environment = definedOnly(options.environment);
    const cache = cacheFolder(environment);
    const binaries = await ensureBinaries({
      cache: join(cache, 'kubernetes'),
      environment,
      output: { print, replace: options.replace },
    });
    // The webhook and the controller need it; built here, the wait is seen and not taken for a start that hangs.
    if (!state.withoutMooring) await buildCueModule({ cacheDir: cache, onProgress: print });
    await linkKubectl(files, binaries);
    const start = { programs: { ...binaries, node: process.execPath }, environment, print };
    await startHub({ state, files, start, now: options.now ?? new Date() });
    return {
      directory: files.directory,
      kubeconfig: files.kubeconfig('hub'),
      spokes: Object.fromEntries(spokeNames(state.spokes).map((name) => [name, files.kubeconfig(name)])),
      kubectl: files.kubectl,
      webhookPort: portOf(state, 'webhook'),
      state,
      files,
      seconds: (performance.now() - began) / 1000,
    };
  });
}

async function removeDrafts(directory: string): Promise<void> {
  for (const entry of await readdir(directory)) {
    if (isDraft(entry)) await rm(join(directory, entry), { recursive: true, force: true });
  }
}

async function rememberedState(
  files: HubFiles,
  {
    spokes = 2,
    withoutOcm = false,
    withoutMooring = false,
    rules = [],
    controllerFlags = [],
    random = Math.random,
  }: UpOptions,
  print: (line: string) => void,
): Promise<HubState> {
  const before = await readState(files.state);
  const kept = Math.max(spokes, before?.spokes ?? 0);
  if (kept > spokes)
    print(
      `${clusterNames({ spokes: kept })
        .slice(spokes + 1)
        .join(', ')} stay: they hold data (down --purge)`,
    );
  const shape = { spokes: kept, withoutOcm, withoutMooring, rules: [...rules], controllerFlags: [...controllerFlags] };
  const state = { ...shape, ports: await withPorts(before?.ports ?? {}, portNames(shape), random) };
  await writeState(files.state, state);
  return state;
}

async function linkKubectl(files: HubFiles, { kubectl }: Binaries): Promise<void> {
  await mkdir(dirname(files.kubectl), { recursive: true });
  const draft = `${files.kubectl}.draft`;
  await rm(draft, { force: true });
  await symlink(kubectl, draft);
  await rename(draft, files.kubectl);
}

function definedOnly(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
