import type { RevisionedKindName } from '../../api/definition-revision.ts';
import type { Hash } from '../../domain/json/canonical-json.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import { didYouMean } from '../../domain/text/did-you-mean.ts';
import { resolve, type History, type KnownRevision } from '../../domain/refs/resolution.ts';
import { isTerminating, type Content } from '../../domain/revisions/revision.ts';
import type { RevisionSelector } from '../../domain/refs/version-ref.ts';
import { contentAt } from '../../catalog/recorded-content.ts';
import type { Client } from '../../kube/client/client.ts';
import { CommandFailed } from './command-failed.ts';
import type { LiveCommand } from './live-command.ts';
import type { Definition } from '../../domain/revisions/definition.ts';

/** The object that the arguments of a command name. */
export interface FoundObject {
  kind: RevisionedKindName;
  namespace: string;
  name: string;
  definition: Definition;
}

/** Gets an object. If it does not exist, throws CommandFailed with a suggestion. */
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
    elsewhere === undefined ? didYouMean(name, names) : `; it exists in ${systemNamespace}: add -n ${systemNamespace}`;
  throw new CommandFailed(`there is no ${kind} ${namespace}/${name}${hint}`);
}

/** The revisions of an object. Throws CommandFailed if it has none yet. */
export async function historyIn(catalog: Catalog, found: FoundObject): Promise<History> {
  const history = await catalog.history(found.kind, found.definition);
  if (history !== undefined) return history;
  if (isTerminating(found.definition)) {
    throw new CommandFailed(`${titleOf(found)} is being deleted, and its newest revision is not recorded`);
  }
  throw new CommandFailed(
    `${titleOf(found)} has no revision yet: it was created while the webhook of mooring was not running`,
  );
}

/** The revision that a selector resolves to. */
export interface SelectedRevision {
  revision: number;
  version?: string;
}

/**
 * Resolves a selector as in a ref. Throws CommandFailed that lists the revisions that exist. Once versions 1.x.y are
 * published, `@v1` resolves to one of them; with `--exact-revision` it is revision 1.
 */
export function revisionIn(
  { exactRevision, warn }: Pick<LiveCommand, 'exactRevision' | 'warn'>,
  found: FoundObject,
  selector: RevisionSelector,
  history: History,
): SelectedRevision {
  const known = [history.newest, ...history.recorded];
  const exact = exactRevision && selector.kind === 'number';
  const resolution = resolve(selector, exact ? unversioned(history) : history);
  if (resolution.state !== 'resolved') {
    throw new CommandFailed(`${titleOf(found)}: ${resolution.problem}; existing revisions: ${resolution.exists}`);
  }
  const { revision } = resolution;
  if (
    selector.kind === 'number' &&
    revision !== selector.number &&
    known.some((item) => item.revision === selector.number)
  ) {
    warn(
      `@v${selector.number} resolves to ${revisionTitle(resolution)}; to use revision ${selector.number}, add --exact-revision`,
    );
  }
  const version = known.find((item) => item.revision === revision)?.version;
  return { revision, ...(version === undefined ? {} : { version }) };
}

function unversioned({ newest, recorded }: History): History {
  const plain = (known: KnownRevision) => {
    const { version: _, ...revision } = known;
    return revision;
  };
  return { newest: plain(newest), recorded: recorded.map(plain) };
}

/** The content of a revision. Throws CommandFailed if it is not recorded or was pruned. */
export async function contentIn(client: Client, found: FoundObject, revision: number, hash: Hash): Promise<Content> {
  const content = await contentAt(client, found.kind, found.definition, revision, hash);
  if (content !== undefined) return content;
  throw new CommandFailed(`revision ${revision} of ${titleOf(found)} is not recorded`);
}

/** `Environment team-a/primary`. */
export function titleOf({ kind, namespace, name }: FoundObject): string {
  return `${kind} ${namespace}/${name}`;
}

/** `v4`, or `v4 (1.3.6)` if the revision has a version. */
export function revisionTitle({ revision, version }: { revision: number; version?: string }): string {
  return version === undefined ? `v${revision}` : `v${revision} (${version})`;
}
