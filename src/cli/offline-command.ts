import type { RenderOptions } from '../config.ts';
import { asApplied } from './files/as-applied.ts';
import { readManifests, withNamespace, withoutUnserved, type Manifest } from './files/manifests.ts';
import type { Terminal } from './output/terminal.ts';

/** Options of every command that runs without a cluster. */
export interface OfflineOptions extends RenderOptions {
  /** The namespace of objects without a namespace. */
  namespace: string;
  systemNamespace: string;
  cueModule?: string;
  /** Whether folders are read with their sub-folders. */
  recursive?: boolean;
}

/** The exit code if something cannot be read. */
export const invalidInput = 2;

/**
 * Reads manifests, and sets the namespace of objects of mooring's kinds that have none. What is skipped and what cannot be read
 * is reported on standard error. Throws UsageError if a path does not exist.
 */
export async function readObjects(
  paths: readonly string[],
  { namespace, recursive = false }: OfflineOptions,
  terminal: Terminal,
): Promise<{ manifests: Manifest[]; isComplete: boolean }> {
  const read = await readManifests(paths, () => terminal.stdin(), { recursive });
  const { manifests, notes, problems } = withoutUnserved(read);
  for (const note of notes) terminal.error(`Note: ${note}\n`);
  for (const problem of problems) terminal.error(`mooring: ${problem}\n`);
  return { manifests: withNamespace(manifests, namespace), isComplete: problems.length === 0 };
}

/** Reads manifests like `readObjects`, as `kubectl apply` would store them. What is lost on the way is a warning. */
export async function readApplied(
  paths: readonly string[],
  options: OfflineOptions,
  terminal: Terminal,
): ReturnType<typeof readObjects> {
  const { manifests, isComplete } = await readObjects(paths, options, terminal);
  const applied = manifests.map(asApplied);
  for (const warning of applied.flatMap(({ warnings }) => warnings)) terminal.error(`Warning: ${warning}\n`);
  return { manifests: applied.map(({ manifest }) => manifest), isComplete };
}
