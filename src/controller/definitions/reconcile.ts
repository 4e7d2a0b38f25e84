import { revisionedKindNames, type RevisionedKindName } from '../../api/definition-revision.ts';
import { definitionRevisions } from '../../api/kinds.ts';
import type { Hash } from '../../domain/canonical-json.ts';
import type { Definition } from '../../domain/definitions.ts';
import { publishedVersions } from '../../domain/revision-status.ts';
import { contentHash, readStamp } from '../../domain/revision.ts';
import { byRecorded } from '../../definitions/cached.ts';
import { revisionedResources } from '../../definitions/live.ts';
import { knownRevision, ownerUid } from '../../definitions/revisions.ts';
import type { Client } from '../../kube/client.ts';
import { TerminalError } from '../../kube/errors.ts';
import type { Reconcile } from '../../kube/loop.ts';
import type { Log } from '../../log.ts';
import { addFinalizer, hasFinalizer, removeFinalizer } from '../finalizer.ts';
import type { ControllerCaches } from '../watches.ts';
import type { EnvironmentKeeper } from './environment.ts';
import { record, revisionOf } from './record.ts';
import { statusWith, writeStatus } from './status.ts';

export interface DefinitionOptions {
  client: Client;
  caches: ControllerCaches;
  environment: EnvironmentKeeper;
  hash: Hash;
  log: Log;
}

/** The key of a definition in the work queue: `Kind/namespace/name`. */
export function definitionKey(kind: RevisionedKindName, { metadata }: Definition): string {
  return `${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
}

/** Keeps the history of one definition: finalizer, record of every edit, status; for an Environment its review too. */
export function createDefinitionReconcile(options: DefinitionOptions): Reconcile {
  return async (key, signal) => {
    const [kindName, namespace = '', name = ''] = key.split('/');
    const kind = revisionedKindNames.find((known) => known === kindName);
    if (kind === undefined) throw new TerminalError(`${key} is no key of a definition`);
    const definition = options.caches.definitions[kind].get(namespace, name);
    if (definition === undefined) return undefined;
    if (definition.metadata.deletionTimestamp !== undefined) return release(kind, definition, options);
    return keep(kind, definition, options, signal);
  };
}

async function keep(kind: RevisionedKindName, definition: Definition, options: DefinitionOptions, signal: AbortSignal) {
  const { client, caches, environment, hash, log } = options;
  const resource = revisionedResources[kind];
  if (!hasFinalizer(definition)) {
    // The informer brings the newer object, and with it the next turn.
    await addFinalizer(client, resource, definition);
    return;
  }
  const { namespace = '', name } = definition.metadata;
  const stamp = readStamp(definition.metadata);
  if (stamp === undefined || stamp.hash !== contentHash(definition, hash)) {
    log.info({ kind, namespace, name }, 'changed while the webhook was away; touching it, which stamps it');
    await client.patch(resource, { namespace, name }, {});
    return;
  }
  if (definition.status?.revision !== stamp.revision) {
    const outcome = await record(client, revisionOf(kind, definition, stamp));
    if (outcome === 'clash') {
      throw new TerminalError(
        `revision ${stamp.revision} of ${kind} ${namespace}/${name} is recorded with other content`,
      );
    }
    const known = caches.definitions.revisions
      .byIndex(byRecorded, definitionKey(kind, definition))
      .filter((item) => ownerUid(item.metadata) === definition.metadata.uid)
      .map(knownRevision)
      .filter((item) => item !== undefined);
    const version = definition.spec?.['version'];
    const live = { revision: stamp.revision, ...(typeof version === 'string' ? { version } : {}) };
    const versions = publishedVersions([...known, live], statusWith(definition).versions);
    const written = await writeStatus(client, kind, definition, { revision: stamp.revision, versions });
    log.info({ kind, namespace, name, revision: stamp.revision }, 'recorded');
    // An Environment is looked at again when the written status comes back.
    if (written) return;
  }
  if (kind === 'Environment') await environment.keep(definition, signal);
}

/** A deleted definition goes when its revisions are gone, so that a namesake starts with an empty history. */
async function release(kind: RevisionedKindName, definition: Definition, options: DefinitionOptions) {
  const { client, caches, environment } = options;
  if (!hasFinalizer(definition)) return undefined;
  if (kind === 'Environment') await environment.release(definition);
  const own = caches.definitions.revisions
    .byIndex(byRecorded, definitionKey(kind, definition))
    .filter((item) => ownerUid(item.metadata) === definition.metadata.uid);
  for (const { metadata } of own) {
    const { namespace, name, uid } = metadata;
    await client.delete(definitionRevisions, { namespace, name }, { uid });
  }
  // A watch event of the last revision that goes brings the next turn; this is for one that was missed.
  if (own.length > 0) return { requeueAfterMs: 1000 };
  await removeFinalizer(client, revisionedResources[kind], definition);
  return undefined;
}
