import { revisionedKindNames, type RevisionedKindName } from '../../api/definition-revision.ts';
import { definitionRevisions } from '../../api/kinds.ts';
import type { Hash } from '../../domain/json/canonical-json.ts';
import { publishedVersions } from '../../domain/revisions/revision-status.ts';
import type { KnownRevision } from '../../domain/refs/resolution.ts';
import { fittingStamp } from '../../domain/revisions/revision.ts';
import { byRecorded } from '../../catalog/stores/cached.ts';
import { revisionedResources } from '../../catalog/stores/live.ts';
import { knownRevision, ownerUid } from '../../catalog/revision-records.ts';
import { TerminalError } from '../../kube/client/errors.ts';
import type { Reconcile } from '../../kube/queue/loop.ts';
import { addFinalizer, hasFinalizer, removeFinalizer } from '../finalizer.ts';
import type { EnvironmentKeeper } from './environment.ts';
import { keepHistory, type HistoryOptions } from './history.ts';
import { record } from './record.ts';
import { revisionOf } from '../../domain/revisions/record.ts';
import { statusWith, writeStatus } from './status.ts';
import type { Definition } from '../../domain/revisions/definition.ts';

export interface DefinitionOptions extends HistoryOptions {
  environment: EnvironmentKeeper;
  hash: Hash;
}

/** When to touch an object again that the webhook, being away, did not stamp. */
const webhookAwayMs = 2000;

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
  const { client, environment, hash, log } = options;
  const resource = revisionedResources[kind];
  if (!hasFinalizer(definition)) {
    // The informer brings the newer object, and with it the next turn.
    await addFinalizer(client, resource, definition);
    return undefined;
  }
  const { namespace = '', name } = definition.metadata;
  const stamp = fittingStamp(definition, hash);
  const own = ownRevisions(kind, definition, options);
  const newest = Math.max(0, ...own.map(({ revision }) => revision));
  if (stamp === undefined) {
    // What was recorded and not written down must not be numbered again.
    if (newest > (definition.status?.revision ?? 0)) {
      await writeStatus(client, kind, definition, { revision: newest });
      return undefined;
    }
    log.info({ kind, namespace, name }, 'changed while the webhook was away; touching it, which stamps it');
    const touched = await client.patch<Definition>(resource, { namespace, name }, {});
    // Without a stamp the webhook is away still, and no watch event will tell when it is back.
    return fittingStamp(touched, hash) === undefined ? { requeueAfterMs: webhookAwayMs } : undefined;
  }
  if (definition.status?.revision !== stamp.revision) {
    const outcome = await record(client, revisionOf(kind, definition, stamp));
    if (outcome === 'not wanted') return undefined;
    if (outcome === 'clash') {
      // Somebody wrote the stamp while the webhook was away. Passing the number by gets the content a number of its own.
      log.warn(
        { kind, namespace, name, revision: stamp.revision },
        'the number is taken by other content; passing it by',
      );
      await writeStatus(client, kind, definition, { revision: Math.max(newest, stamp.revision) + 1 });
      return undefined;
    }
    const version = definition.spec?.['version'];
    const live = { revision: stamp.revision, ...(typeof version === 'string' ? { version } : {}) };
    const versions = publishedVersions([...own, live], statusWith(definition).versions);
    const written = await writeStatus(client, kind, definition, { revision: stamp.revision, versions });
    log.info({ kind, namespace, name, revision: stamp.revision }, 'recorded');
    // An Environment is looked at again when the written status comes back.
    if (written) return undefined;
  }
  const retryMs = kind === 'Environment' ? await environment.keep(definition, signal) : undefined;
  const pruneMs = await keepHistory(kind, definition, options);
  const waits = [retryMs, pruneMs].filter((wait) => wait !== undefined);
  return waits.length === 0 ? undefined : { requeueAfterMs: Math.min(...waits) };
}

function ownRevisions(
  kind: RevisionedKindName,
  definition: Definition,
  { caches }: DefinitionOptions,
): KnownRevision[] {
  return caches.definitions.revisions
    .byIndex(byRecorded, definitionKey(kind, definition))
    .filter((item) => ownerUid(item.metadata) === definition.metadata.uid)
    .map(knownRevision)
    .filter((item) => item !== undefined);
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
