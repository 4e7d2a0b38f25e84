import { isJsonObject, type JsonObject, type KubeObject, type ObjectMeta } from '../../api/object.ts';
import { restoredAnnotation, retiringAnnotation } from '../annotations.ts';

/** An object of any kind of mooring. */
export type BackupObject = KubeObject & { spec?: JsonObject; status?: JsonObject };

/**
 * The kinds of a backup, in the order in which they are restored. Revisions come first, so that every pinned ref finds its
 * revision: the controller makes the objects that come later their owners.
 */
export const backupKinds = [
  'DefinitionRevision',
  'PolicyDefinition',
  'WorkloadProfile',
  'Environment',
  'WorkloadDeployment',
] as const;
export type BackupKind = (typeof backupKinds)[number];

/** Annotations about the recorded object on the hub, and not about its content. */
const leftOut = [retiringAnnotation, restoredAnnotation];

/** An object as a backup contains it: without what the API server and the controllers set again. */
export function backupOf(kind: BackupKind, object: BackupObject): BackupObject {
  const { apiVersion, metadata, spec, status } = object;
  const versions = versionsIn(status);
  return {
    apiVersion,
    kind,
    metadata: backupMetadata(metadata),
    ...(spec === undefined ? {} : { spec }),
    ...(Object.keys(versions).length === 0 ? {} : { status: { versions } }),
  };
}

/**
 * The published versions in a status. Nothing else in a status is in a backup: the revisions that had these versions may be
 * pruned, so no other object can tell that they were published.
 */
export function versionsIn(status: unknown): JsonObject {
  const versions = isJsonObject(status) ? status['versions'] : undefined;
  return isJsonObject(versions) ? versions : {};
}

function backupMetadata({ name, namespace, labels, annotations = {} }: ObjectMeta): ObjectMeta {
  const kept = Object.entries(annotations).filter(([key]) => !leftOut.includes(key));
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(labels === undefined ? {} : { labels }),
    ...(kept.length === 0 ? {} : { annotations: Object.fromEntries(kept) }),
  };
}
