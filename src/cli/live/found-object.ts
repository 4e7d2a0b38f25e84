import type { RevisionedKindName } from '../../api/definition-revision.ts';
import type { Hash } from '../../domain/json/canonical-json.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import { didYouMean } from '../../domain/text/did-you-mean.ts';
import { resolve, type History, type KnownRevision } from '../../domain/refs/resolution.ts';
import type { Content } from '../../domain/revisions/revision.ts';
import type { RevisionSelector } from '../../domain/refs/version-ref.ts';
import { contentAt } from '../../catalog/recorded-content.ts';
import type { Client } from '../../kube/client/client.ts';
import { CommandFailed } from '../command-failed.ts';
import type { LiveCommand } from './live-command.ts';
import type { Definition } from '../../domain/revisions/definition.ts';

/** An object that a verb is about. */
export interface FoundObject {
  kind: RevisionedKindName;
  namespace: string;
  name: string;
  definition: Definition;
}

/** Looks an object up. Throws CommandFailed, with names that are near or at hand. */
export async function findObject(
  { catalog: { store, systemNamespace }, namespace }: Pick<LiveCommand, 'catalog' | 'namespace'>,
  kind: RevisionedKindName,
  name: string,
): Promise<FoundObject> {
  const definition = await store.get(kind, namespace, name);
  if (definition !== undefined) return { kind, namespace, name, definition };
  const names = await store.names(kind, namespace);
  const shared = kind !== 'Environment' && namespace !== systemNamespace;
  const elsewhere = shared ? await store.get(kind, systemNamespace, name) : undefined;
  const hint =
    elsewhere === undefined
      ? didYouMean(name, names)
      : `; there is one in ${systemNamespace}: add -n ${systemNamespace}`;
  throw new CommandFailed(`there is no ${kind} ${namespace}/${name}${hint}`);
}

/** The revisions of an object. Throws CommandFailed as long as it has none. */
export async function historyIn(catalog: Catalog, found: FoundObject): Promise<History> {
  const history = await catalog.history(found.kind, found.definition);
  if (history !== undefined) return history;
  throw new CommandFailed(`${titleOf(found)} has no revision yet: it was made while mooring's webhook was away`);
}

/** A revision that was selected. */
export interface SelectedRevision {
  revision: number;
  version?: string;
}

/**
 * What a selector means now, as a ref would. Throws CommandFailed that lists what there is. Once versions 1.x.y are
 * published, `@v1` means those: `--exact-revision` gets at what revision 1 was.
 */
export function revisionIn(
  { values, warn }: Pick<LiveCommand, 'values' | 'warn'>,
  found: FoundObject,
  selector: RevisionSelector,
  history: History,
): SelectedRevision {
  const known = [history.newest, ...history.recorded];
  const exact = values[exactRevision] === true && selector.kind === 'number';
  const resolution = resolve(selector, exact ? unversioned(history) : history);
  if (resolution.state !== 'resolved') {
    throw new CommandFailed(`${titleOf(found)}: ${resolution.problem}; there is ${resolution.exists}`);
  }
  const { revision } = resolution;
  if (
    selector.kind === 'number' &&
    revision !== selector.number &&
    known.some((item) => item.revision === selector.number)
  ) {
    warn(
      `@v${selector.number} means ${revisionTitle(resolution)}; for what revision ${selector.number} was, add --${exactRevision}`,
    );
  }
  const version = known.find((item) => item.revision === revision)?.version;
  return { revision, ...(version === undefined ? {} : { version }) };
}

/** The flag with which `@v1` is a plain number. */
const exactRevision = 'exact-revision';

/** For verbs that take revisions. */
export const exactRevisionFlag = { [exactRevision]: { type: 'boolean' } } as const;
export const exactRevisionUsage = `      --exact-revision       read @v1 as revision 1, even where versions 1.x.y are published`;

function unversioned({ newest, recorded }: History): History {
  const plain = (known: KnownRevision) => {
    const { version: _, ...revision } = known;
    return revision;
  };
  return { newest: plain(newest), recorded: recorded.map(plain) };
}

/** The content of a revision. Throws CommandFailed where it is not recorded (any more). */
export async function contentIn(client: Client, found: FoundObject, revision: number, hash: Hash): Promise<Content> {
  const content = await contentAt(client, found.kind, found.definition, revision, hash);
  if (content !== undefined) return content;
  throw new CommandFailed(`revision ${revision} of ${titleOf(found)} is not recorded`);
}

/** `Environment team-a/primary`. */
export function titleOf({ kind, namespace, name }: FoundObject): string {
  return `${kind} ${namespace}/${name}`;
}

/** `v4`, or `v4 (1.3.6)` where it is published. */
export function revisionTitle({ revision, version }: { revision: number; version?: string }): string {
  return version === undefined ? `v${revision}` : `v${revision} (${version})`;
}
