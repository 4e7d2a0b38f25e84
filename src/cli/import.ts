import { group } from '../api/kinds.ts';
import { sameJson } from '../domain/json/canonical-json.ts';
import { backupKinds, backupOf, versionsIn, type BackupKind, type BackupObject } from '../domain/revisions/backup.ts';
import { contentHash, readStamp } from '../domain/revisions/revision.ts';
import { ApiError, isAlreadyExists } from '../kube/client/errors.ts';
import { getIfPresent } from '../kube/client/get-if-present.ts';
import { namespaces } from '../kube/objects/namespaces.ts';
import { UsageError } from '../usage-error.ts';
import { backupResources } from './export.ts';
import { readManifests } from './files/manifests.ts';
import { cliFieldManager } from './live/connection.ts';
import { runLive, type LiveCommand, type LiveOptions, type LiveTerminal } from './live/live-command.ts';
import { sha256 } from './sha256.ts';

/** Options of `mooring import`. */
export interface ImportOptions extends LiveOptions {
  dryRun?: boolean;
}

/** What happened to one object of the backup. `skipped`: the hub has another object, or refuses this one. */
type Result = { state: 'created' | 'unchanged'; note?: string } | { state: 'skipped'; why: string };

/**
 * `mooring import`: restores a backup. Objects that exist are never changed, so a command that was stopped can be run again. The help
 * documents the exit code.
 */
export function importObjects(
  args: readonly string[],
  options: ImportOptions,
  terminal: LiveTerminal,
): Promise<number> {
  return runLive({ name: 'import', failure: 1 }, options, terminal, async (command) => {
    const objects = await readBackup(args, options.namespace, terminal);
    const restorer = new Restorer(command, options.dryRun === true);
    const counts = { created: 0, unchanged: 0, skipped: 0 };
    for (const object of objects) {
      const result = await restorer.restore(object);
      counts[result.state] += 1;
      const detail =
        result.state === 'skipped' ? `: ${result.why}` : result.note === undefined ? '' : ` (${result.note})`;
      terminal.out(
        `${titleOf(object)} ${result.state}${options.dryRun === true ? ' (server dry run)' : ''}${detail}\n`,
      );
    }
    terminal.out(`${counts.created} created, ${counts.unchanged} unchanged, ${counts.skipped} skipped\n`);
    return counts.skipped === 0 ? 0 : 1;
  });
}

/** An object of a backup whose kind is known. */
interface Restorable {
  kind: BackupKind;
  object: BackupObject;
}

/** The objects in the files, in the order in which they are restored. Throws UsageError for anything else. */
async function readBackup(
  args: readonly string[],
  namespace: string | undefined,
  terminal: LiveTerminal,
): Promise<Restorable[]> {
  if (args.length === 0) throw new UsageError('give the FILE that mooring export has written, or - for standard input');
  const { manifests, notes, problems } = await readManifests(args, () => terminal.stdin());
  // A backup is restored as a whole, or not at all.
  const [unusable] = [...problems, ...notes];
  if (unusable !== undefined) throw new UsageError(unusable);
  const restorable = manifests.map(({ source, object }): Restorable => {
    const kind = backupKinds.find((known) => known === object.kind && object.apiVersion.startsWith(`${group}/`));
    if (kind === undefined) throw new UsageError(`${source}: ${object.kind} is not a kind that mooring export writes`);
    if (object.metadata.namespace === undefined) throw new UsageError(`${source}: has no metadata.namespace`);
    return { kind, object: backupOf(kind, object) };
  });
  return backupKinds.flatMap((kind) =>
    restorable.filter(
      (item) => item.kind === kind && (namespace === undefined || item.object.metadata.namespace === namespace),
    ),
  );
}

/** Restores objects one after another. */
class Restorer {
  readonly #client: LiveCommand['client'];
  readonly #warn: LiveCommand['warn'];
  readonly #dryRun: boolean;
  /** Whether each namespace exists. */
  readonly #namespaces = new Map<string, boolean>();

  constructor({ client, warn }: LiveCommand, dryRun: boolean) {
    this.#client = client;
    this.#warn = warn;
    this.#dryRun = dryRun;
  }

  async restore({ kind, object }: Restorable): Promise<Result> {
    const resource = backupResources[kind];
    const { namespace = '', name } = object.metadata;
    const present = await getIfPresent<BackupObject>(this.#client, resource, { namespace, name });
    if (present !== undefined) return this.#keep({ kind, object }, present);
    if (!(await this.#exists(namespace))) {
      return {
        state: 'skipped',
        why: `namespace ${namespace} does not exist; create it with its labels and annotations, and import again`,
      };
    }
    const { status: _, ...body } = object;
    try {
      const created = await this.#client.create(resource, body, {
        dryRun: this.#dryRun,
        fieldManager: cliFieldManager,
        onWarning: (text) => this.#warn(`${titleOf({ kind, object })}: ${text}`),
      });
      await this.#restoreVersions({ kind, object }, created);
      return { state: 'created', ...noteOf({ kind, object }, created) };
    } catch (error) {
      if (isAlreadyExists(error)) {
        return this.#keep({ kind, object }, await this.#client.get<BackupObject>(resource, { namespace, name }));
      }
      // Only this object is refused. What the API server says about itself or about the user ends the command.
      if (!(error instanceof ApiError) || ![400, 403, 404, 409, 413, 422].includes(error.code)) throw error;
      return { state: 'skipped', why: error.message };
    }
  }

  /** An object that exists is compared and stays. Published versions that its status lacks are added. */
  async #keep({ kind, object }: Restorable, present: BackupObject): Promise<Result> {
    const why = differenceOf({ kind, object }, present);
    if (why !== undefined) return { state: 'skipped', why };
    await this.#restoreVersions({ kind, object }, present);
    return { state: 'unchanged' };
  }

  async #exists(namespace: string): Promise<boolean> {
    const known = this.#namespaces.get(namespace);
    if (known !== undefined) return known;
    const found = await getIfPresent(this.#client, namespaces, { name: namespace }, { metadataOnly: true });
    this.#namespaces.set(namespace, found !== undefined);
    return found !== undefined;
  }

  /** Adds published versions to a status that lacks them. */
  async #restoreVersions({ kind, object }: Restorable, live: BackupObject): Promise<void> {
    const known = versionsIn(live.status);
    const missing = Object.entries(versionsIn(object.status)).filter(([line]) => known[line] === undefined);
    if (missing.length === 0 || this.#dryRun) return;
    const { namespace = '', name } = live.metadata;
    const options = { subresource: 'status', fieldManager: cliFieldManager };
    try {
      const body = { status: { versions: Object.fromEntries(missing) } };
      await this.#client.patch(backupResources[kind], { namespace, name }, body, options);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 403) throw error;
      this.#warn(`${titleOf({ kind, object })}: the published versions cannot be restored: ${error.message}`);
    }
  }
}

/** How an object on the hub differs from the one in the backup; `undefined` if it does not. */
function differenceOf({ kind, object }: Restorable, present: BackupObject): string | undefined {
  if (present.metadata.deletionTimestamp !== undefined) return 'an object of this name is being deleted';
  const differs = 'it exists with other content, and stays as it is';
  if (kind === 'DefinitionRevision') {
    return sameJson(present.spec?.['object'], object.spec?.['object']) ? undefined : differs;
  }
  if (kind === 'WorkloadDeployment') return sameJson(present.spec, object.spec) ? undefined : differs;
  if (contentHash(present, sha256) !== contentHash(object, sha256)) return differs;
  const [before, now] = [readStamp(object.metadata)?.revision, readStamp(present.metadata)?.revision];
  return before === undefined || before === now
    ? undefined
    : `it exists as revision ${now ?? 'none'}, and was revision ${before}`;
}

/** The number of a restored object, and whether it is another one than in the backup. */
function noteOf({ kind, object }: Restorable, created: BackupObject): { note?: string } {
  if (kind === 'DefinitionRevision' || kind === 'WorkloadDeployment') return {};
  const [before, now] = [readStamp(object.metadata)?.revision, readStamp(created.metadata)?.revision];
  if (now === undefined) return {};
  const isSame = before === undefined || before === now;
  return { note: isSame ? `revision ${now}` : `revision ${now}: its content is not that of revision ${before}` };
}

/** `environment.spectrocloud.com team/primary`. */
function titleOf({ kind, object: { metadata } }: Restorable): string {
  return `${kind.toLowerCase()}.${group} ${metadata.namespace ?? ''}/${metadata.name}`;
}
