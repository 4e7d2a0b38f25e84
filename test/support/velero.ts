import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject, JsonValue, KubeObject } from '../../src/api/object.ts';
import { kubectl, kubectlOk, type CommandResult } from './hub.ts';

/** What the commands in docs/recovery.md say: `plural.group` of what is in the backup, and of the statuses that are restored. */
export interface DocumentedRestore {
  included: string[];
  excluded: string[];
  statuses: string[];
}

/** Reads the commands of Velero in docs/recovery.md. */
export async function readDocumentedRestore(): Promise<DocumentedRestore> {
  const text = await readFile(join(import.meta.dirname, '..', '..', 'docs', 'recovery.md'), 'utf8');
  const option = (name: string): string[] => {
    const value = new RegExp(`${name}[ \\\\\\n]+(\\S+)`).exec(text)?.[1];
    if (value === undefined) throw new Error(`docs/recovery.md has no option ${name}`);
    return value.split(',');
  };
  return {
    included: option('velero backup create hub --include-resources'),
    excluded: option('--exclude-resources'),
    statuses: option('--status-include-resources'),
  };
}

/** The objects of a backup by `plural.group`, as Velero stores them: whole, with uids and statuses. */
export type Backup = Map<string, KubeObject[]>;

/** Reads the objects of a namespace of the hub. */
export async function backUp(namespace: string, resources: readonly string[]): Promise<Backup> {
  const backup: Backup = new Map();
  for (const resource of resources.filter((one) => one !== 'namespaces')) {
    const { items }: { items: KubeObject[] } = JSON.parse(
      await kubectlOk(['get', resource, '-n', namespace, '-o', 'json', '--show-managed-fields']),
    );
    backup.set(resource, items);
  }
  return backup;
}

/** Velero 1.18, `resetMetadata` in pkg/restore/restore.go. Finalizers and managed fields stay. */
const resetFields = [
  'generateName',
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'ownerReferences',
];

const labels = { 'velero.io/backup-name': 'hub', 'velero.io/restore-name': 'hub-20260101000000' };

/**
 * Restores objects like Velero 1.18 does (pkg/restore/restore.go): kinds in the order of their names, because none of them is in
 * its list of priorities; metadata that a server sets and statuses are removed, its labels are added, and objects are created;
 * then it writes the statuses of the kinds that it is told to, and the managed fields. Returns what failed.
 */
export async function restoreLikeVelero(
  backup: Backup,
  { user, statuses }: { user: string; statuses: readonly string[] },
): Promise<string[]> {
  const failures: string[] = [];
  for (const resource of [...backup.keys()].toSorted()) {
    for (const item of backup.get(resource) ?? []) {
      const { status, ...object } = item as KubeObject & { status?: JsonValue };
      const metadata = Object.fromEntries(
        Object.entries(object.metadata).filter(([key]) => !resetFields.includes(key)),
      );
      const reset = { ...object, metadata: { ...metadata, labels: { ...item.metadata.labels, ...labels } } };
      const created = await send(user, ['create', '-f', '-', '-o', 'json'], reset);
      if (created.code !== 0) {
        failures.push(created.stderr);
        continue;
      }
      const key = [resource, item.metadata.name, '-n', item.metadata.namespace ?? ''];
      if (status !== undefined && statuses.includes(resource)) await restoreStatus({ user, key, reset, status });
      const managedFields = item.metadata.managedFields ?? [];
      const patch = JSON.stringify({ metadata: { managedFields } });
      const patched = await kubectl(['--as', user, 'patch', ...key, '--type', 'merge', '-p', patch]);
      if (patched.code !== 0) failures.push(patched.stderr);
    }
  }
  return failures;
}

/** Velero repeats the update after a conflict. */
async function restoreStatus({
  user,
  key,
  reset,
  status,
}: {
  user: string;
  key: string[];
  reset: object;
  status: JsonValue;
}): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const resourceVersion = await kubectlOk(['get', ...key, '-o', 'jsonpath={.metadata.resourceVersion}']);
    const object = reset as { metadata: JsonObject };
    const updated = { ...object, metadata: { ...object.metadata, resourceVersion }, status };
    const { code } = await send(user, ['replace', '--subresource', 'status', '-f', '-'], updated);
    if (code === 0) return;
  }
}

function send(user: string, args: readonly string[], object: object): Promise<CommandResult> {
  return kubectl(['--as', user, ...args], { input: JSON.stringify(object) });
}
