import type { KubeObject } from '../api/object.ts';
import { readProtectedNamespaces, readSeverities, renderSettings, type RuleOptions } from '../config.ts';
import { OfflineHub } from '../offline/offline-hub.ts';
import { builtinTopologies } from '../topology/builtin.ts';
import { createCachingEngine } from '../topology/caching-engine.ts';
import { UsageError } from '../usage-error.ts';
import { readDeletion, type Deletion } from './files/deletion-argument.ts';
import type { Manifest } from './files/manifests.ts';
import { isServedKind } from '../offline/served-kind.ts';
import { invalidInput, readApplied, readObjects, type OfflineOptions } from './offline-command.ts';
import type { StartingEngine } from './offline-engine.ts';
import { reportSteps, type CheckStep } from './output/check-report.ts';
import type { Terminal } from './output/terminal.ts';
import { sha256 } from './sha256.ts';

/** Options of `mooring check`. */
export interface CheckOptions extends OfflineOptions, RuleOptions {
  state?: string[];
  delete?: string[];
  output: 'text' | 'json';
}

/** `mooring check`: shows how admission decides. The help documents the exit code. Throws UsageError. */
export async function check(
  paths: readonly string[],
  options: CheckOptions,
  terminal: Terminal,
  engine: StartingEngine,
): Promise<number> {
  const deletions = (options.delete ?? []).map(readDeletion);
  const severities = readSeverities(options);
  const { protectedNamespace, systemNamespace } = options;
  const protectedNamespaces = readProtectedNamespaces({
    systemNamespace,
    ...(protectedNamespace === undefined ? {} : { protectedNamespace }),
  });
  const settings = renderSettings(options);
  refuseUnusableArguments(paths, options);
  const { manifests: state, isComplete: isStateComplete } = await readObjects(options.state ?? [], options, terminal);
  // Decisions on an incomplete state would be wrong.
  if (!isStateComplete) return invalidInput;
  const { manifests, isComplete } = await readApplied(paths, options, terminal);
  if (paths.length > 0 && manifests.length === 0 && isComplete)
    throw new UsageError(`there is no object in ${paths.join(', ')}`);
  refuseUnknownDeletions(deletions, [...state, ...manifests]);
  const topologies = createCachingEngine({
    engine: await engine.ready(),
    maxResults: 2000,
    retryStoppedAfterMs: 60_000,
    now: Date.now,
  });
  const hub = new OfflineHub(
    state.map(({ object }) => object),
    {
      topologies,
      builtins: builtinTopologies,
      hash: sha256,
      systemNamespace,
      protectedNamespaces,
      renderSettings: settings,
      severities,
    },
  );
  const code = await reportSteps(applySteps(hub, manifests, deletions), options.output, terminal);
  return isComplete ? code : invalidInput;
}

/** Throws UsageError for paths and options that cannot be used together. */
function refuseUnusableArguments(paths: readonly string[], { state = [], delete: deletions = [] }: CheckOptions): void {
  if (paths.length + deletions.length === 0) {
    throw new UsageError('there is nothing to check: give a FILE or use --delete');
  }
  if ([...state, ...paths].filter((path) => path === '-').length > 1) {
    throw new UsageError('- stands for standard input, which can be read only once');
  }
}

/** Throws UsageError if an object to delete is neither in the state nor in the manifests. */
function refuseUnknownDeletions(deletions: readonly Deletion[], manifests: readonly Manifest[]): void {
  const known = new Set(
    manifests.filter(({ object }) => isServedKind(object)).map(({ object }) => qualifiedName(object)),
  );
  for (const { kind, namespace, name } of deletions) {
    const wanted = `${kind}/${namespace}/${name}`;
    if (known.has(wanted)) continue;
    throw new UsageError(`--delete ${wanted}: this object is neither in the state nor in the files`);
  }
}

function qualifiedName({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
}

/** Applies the manifests and then the deletions, one after another, each to the result of the previous ones. */
async function* applySteps(
  hub: OfflineHub,
  manifests: readonly Manifest[],
  deletions: readonly Deletion[],
): AsyncGenerator<CheckStep> {
  for (const { object } of manifests) {
    if (isServedKind(object)) {
      yield await hub.apply(object);
      continue;
    }
    hub.take(object);
    yield { skipped: object };
  }
  for (const { kind, namespace, name } of deletions) yield await hub.delete(kind, namespace, name);
}
