import { mkdir, readdir, realpath, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheFolder } from '../../../src/cli/topologies.ts';
import { buildCueModule } from '../../../src/topology/module.ts';
import { ensureBinaries, type Binaries } from '../kubernetes/binaries.ts';
import { locateHubFiles, isDraft, type HubFiles } from './files/hub-files.ts';
import { listClusterNames, listPortNames, portOf } from './inventory.ts';
import { withLock } from './files/lock.ts';
import { addPorts } from './processes/ports.ts';
import { startAll } from './start-all.ts';
import { readState, listSpokeNames, writeState, type HubState } from './files/state.ts';

/** For an existing hub, an omitted option has its default value again. Existing spokes stay in any case. */
export interface UpOptions {
  /** Contains all files of the hub. Hubs in different directories are independent. */
  directory: string;
  /** The default is 2. */
  spokes?: number;
  withoutOcm?: boolean;
  withoutMooring?: boolean;
  /** `CODE=severity`, for the webhook and the controller. */
  rules?: readonly string[];
  /** Additional flags of the controller, such as `--revision-history-limit=0`. */
  controllerFlags?: readonly string[];
  /** The path of a built program for the roles. By default, they run from the sources. */
  program?: string;
  /** For the processes of the hub, and for `XDG_CACHE_HOME`, `KUBEBUILDER_ASSETS` and `MOORING_KUBERNETES_MIRROR`. */
  environment: NodeJS.ProcessEnv;
  print?: (line: string) => void;
  /** Writes a line that the next one replaces. Undefined unless the output is a terminal. */
  replace?: ((line: string) => void) | undefined;
  now?: Date;
  random?: () => number;
}

/** A hub that is ready. The kubeconfigs have the rights of an administrator. */
export interface Hub {
  directory: string;
  kubeconfig: string;
  /** Maps the name of a spoke to its kubeconfig. */
  spokes: Record<string, string>;
  kubectl: string;
  /** For requests that do not go through the API server. */
  webhookPort: number;
  state: HubState;
  files: HubFiles;
  seconds: number;
}

/**
 * Starts a hub, or the missing processes of a hub, and returns when all is ready. It may be killed at any time and called
 * again. Throws LockedError while another `up` or `down` runs in the same directory.
 */
export async function up(options: UpOptions): Promise<Hub> {
  const began = performance.now();
  await mkdir(options.directory, { recursive: true, mode: 0o700 });
  const files = locateHubFiles(await realpath(options.directory));
  return withLock(files.lock, async () => {
    const print = options.print ?? (() => {});
    await removeDrafts(files.directory);
    const state = await updateState(files, options, print);
    const environment = dropUndefined(options.environment);
    const cache = cacheFolder(environment);
    const binaries = await ensureBinaries({
      cache: join(cache, 'kubernetes'),
      environment,
      output: { print, replace: options.replace },
    });
    // The webhook and the controller need it. They would build it silently, and the user could not see why they take long.
    if (!state.withoutMooring) await buildCueModule({ cacheDir: cache, onProgress: print });
    await linkKubectl(files, binaries);
    const start = { programs: { ...binaries, node: process.execPath }, environment, print };
    await startAll({ state, files, start, now: options.now ?? new Date() });
    return {
      directory: files.directory,
      kubeconfig: files.kubeconfig('hub'),
      spokes: Object.fromEntries(listSpokeNames(state.spokes).map((name) => [name, files.kubeconfig(name)])),
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

async function updateState(
  files: HubFiles,
  {
    spokes = 2,
    withoutOcm = false,
    withoutMooring = false,
    rules = [],
    controllerFlags = [],
    program,
    random = Math.random,
  }: UpOptions,
  print: (line: string) => void,
): Promise<HubState> {
  const before = await readState(files.state);
  const count = Math.max(spokes, before?.spokes ?? 0);
  if (count > spokes) {
    const existing = listClusterNames({ spokes: count }).slice(spokes + 1);
    print(`spokes with data are not removed: ${existing.join(', ')} (\`down --purge\` removes them)`);
  }
  const shape = {
    spokes: count,
    withoutOcm,
    withoutMooring,
    rules: [...rules],
    controllerFlags: [...controllerFlags],
    ...(program === undefined ? {} : { program }),
  };
  const state = { ...shape, ports: await addPorts(before?.ports ?? {}, listPortNames(shape), random) };
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

function dropUndefined(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
