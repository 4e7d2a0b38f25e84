import { rename, rm, writeFile } from 'node:fs/promises';
import type { DefinitionRevision } from '../api/definition-revision.ts';
import {
  definitionRevisions,
  environments,
  policyDefinitions,
  workloadDeployments,
  workloadProfiles,
} from '../api/kinds.ts';
import type { KubeObject, Resource } from '../api/object.ts';
import { isRevisionOf } from '../catalog/revision-records.ts';
import { backupKinds, backupOf, type BackupKind, type BackupObject } from '../domain/revisions/backup.ts';
import { fittingStamp, readStamp } from '../domain/revisions/revision.ts';
import type { Client } from '../kube/client/client.ts';
import { yamlDocuments } from './grant.ts';
import { CommandFailed } from './live/command-failed.ts';
import { runLive, type LiveOptions, type LiveTerminal } from './live/live-command.ts';
import { structured } from './output/structured-output.ts';
import { sha256 } from './sha256.ts';

/** The resource of each kind in a backup. */
export const backupResources: Readonly<Record<BackupKind, Resource>> = {
  DefinitionRevision: definitionRevisions,
  PolicyDefinition: policyDefinitions,
  WorkloadProfile: workloadProfiles,
  Environment: environments,
  WorkloadDeployment: workloadDeployments,
};

/** `mooring export`: writes all objects and their histories. The help documents the exit code. */
export function exportObjects(args: readonly string[], options: LiveOptions, terminal: LiveTerminal): Promise<number> {
  return runLive({ name: 'export', failure: 1 }, options, terminal, async ({ client, warn }) => {
    const [file] = args;
    const { objects, terminating } = await readBackup(client, options.namespace);
    for (const { object, isExported } of terminating) {
      const title = `${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`;
      warn(`${title} is being deleted and is ${isExported ? 'exported, because its history is complete' : 'left out'}`);
    }
    const text = options.output === 'json' ? structured(asList(objects), 'json') : yamlDocuments(objects);
    if (file === undefined || file === '-') terminal.out(text);
    else await writeWhole(file, text);
    const place = file === undefined || file === '-' ? '' : ` to ${file}`;
    terminal.error(`exported ${countsOf(objects)}${place}\n`);
    return 0;
  });
}

/** The objects of a backup, in the order in which they are restored. */
async function readBackup(
  client: Client,
  namespace: string | undefined,
): Promise<{ objects: BackupObject[]; terminating: { object: KubeObject; isExported: boolean }[] }> {
  const list = async (kind: BackupKind) =>
    (await client.list<BackupObject>(backupResources[kind], namespace === undefined ? {} : { namespace })).items;
  // What is listed first refers to what is listed later, so that the backup contains everything that its refs mean.
  const deployments = await list('WorkloadDeployment');
  const revisions = await list('DefinitionRevision');
  const byKind = new Map<BackupKind, BackupObject[]>([['WorkloadDeployment', deployments]]);
  for (const kind of ['Environment', 'WorkloadProfile', 'PolicyDefinition'] as const)
    byKind.set(kind, await list(kind));
  const live = [...byKind.values()].flat();
  const isAlive = ({ metadata }: KubeObject) => metadata.deletionTimestamp === undefined;
  const recorded = revisions.filter(isAlive);
  const isKept = (object: BackupObject) => isAlive(object) || isWhole(object, recorded);
  const owners = new Map(live.filter(isKept).map((object) => [keyIn(object), object]));
  byKind.set(
    'DefinitionRevision',
    recorded.filter((revision) => belongsTo(revision, owners)),
  );
  const objects = backupKinds.flatMap((kind) =>
    (byKind.get(kind) ?? []).filter(isKept).map((object) => backupOf(kind, { ...object, kind })),
  );
  const terminating = live.filter((object) => !isAlive(object));
  return { objects, terminating: terminating.map((object) => ({ object, isExported: isKept(object) })) };
}

/**
 * Whether a terminating definition can be restored with its number: its content is what was recorded last. Its revisions stay as long as
 * something uses it.
 */
function isWhole(object: BackupObject, recorded: readonly BackupObject[]): boolean {
  const stamp = fittingStamp(object, sha256);
  if (stamp === undefined) return false;
  const owner = new Map([[keyIn(object), object]]);
  return recorded.some(
    (revision) =>
      belongsTo(revision, owner) && (revision as unknown as DefinitionRevision).spec.revision === stamp.revision,
  );
}

/** Whether a DefinitionRevision is in the history of an exported object, and not newer than the object. */
function belongsTo(revision: BackupObject, owners: ReadonlyMap<string, KubeObject>): boolean {
  const { kind, name, revision: number } = (revision as unknown as DefinitionRevision).spec;
  const owner = owners.get(`${kind}/${revision.metadata.namespace ?? ''}/${name}`);
  if (owner === undefined || !isRevisionOf(revision.metadata, owner.metadata.uid)) return false;
  return number <= (readStamp(owner.metadata)?.revision ?? 0);
}

function keyIn({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
}

function asList(items: readonly KubeObject[]): object {
  return { apiVersion: 'v1', kind: 'List', items };
}

/** A file that exists is replaced only by a complete backup. */
async function writeWhole(file: string, text: string): Promise<void> {
  const partial = `${file}.partial`;
  try {
    await writeFile(partial, text, { mode: 0o600 });
    await rename(partial, file);
  } catch (cause) {
    await rm(partial, { force: true });
    throw new CommandFailed(`${file} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

function countsOf(objects: readonly KubeObject[]): string {
  const counts = backupKinds.map((kind) => {
    const count = objects.filter((object) => object.kind === kind).length;
    return `${count} ${kind}${count === 1 ? '' : 's'}`;
  });
  return counts.join(', ');
}
