import { revisionedKindNames, type RevisionedKindName } from '../../api/definition-revision.ts';
import { definitionRevisions } from '../../api/kinds.ts';
import type { KubeObject } from '../../api/object.ts';
import { revisionLabels } from '../../domain/annotations.ts';
import { exceededBound } from '../../domain/admission/object-bounds.ts';
import type { Hash } from '../../domain/json/canonical-json.ts';
import type { KnownRevision } from '../../domain/refs/resolution.ts';
import { publishedVersions } from '../../domain/revisions/revision-status.ts';
import {
  fittingStamp,
  readStamp,
  revisionName,
  unknownHashFormat,
  type Stamp,
} from '../../domain/revisions/revision.ts';
import { specSinceOf } from '../../domain/revisions/spec-since.ts';
import { isRevisionOf, knownRevision } from '../../catalog/revision-records.ts';
import { revisionedResources } from '../../catalog/stores/live.ts';
import type { Client } from '../../kube/client/client.ts';
import { refusalMessage, TerminalError } from '../../kube/client/errors.ts';
import { getIfPresent } from '../../kube/client/get-if-present.ts';
import type { Reconcile, Requeue } from '../../kube/queue/loop.ts';
import { addFinalizer, hasFinalizer, removeFinalizer } from '../finalizer.ts';
import { deleteAll } from '../list-owned.ts';
import type { EnvironmentReconciler } from './environment.ts';
import { countAndPruneRevisions, type HistoryOptions } from './history.ts';
import { holdOf, type HoldOptions } from './hold.ts';
import { allOwnRevisions, definitionKey, ownRevisions } from './own-revisions.ts';
import type { StampWaiters } from './stamp-waiters.ts';
import { revisionOf } from '../../domain/revisions/record.ts';
import { recordProblems, type RecordProblem } from '../../domain/revisions/recordable.ts';
import { adoptRestored } from './adopt-restored.ts';
import { record } from './record.ts';
import {
  controllerStatus,
  hasRecordedCondition,
  notRecordedCondition,
  recordedCondition,
  writeStatus,
} from './status.ts';
import type { Definition } from '../../domain/revisions/definition.ts';

export interface DefinitionOptions extends HistoryOptions, HoldOptions {
  environments: EnvironmentReconciler;
  stampWaiters: StampWaiters;
  hash: Hash;
}

/** When to trigger admission again for an object that the webhook did not stamp because it was unavailable. */
const webhookUnavailableBackoff = { fromMs: 2000, toMs: 120_000 };

/** When to check again whether the revisions of a terminating definition are deleted, in case a watch event is missed. */
const terminatingBackoff = { fromMs: 1000, toMs: 120_000 };

/** When to check again whether a terminating definition is still in use, in case a watch event is missed. */
const heldBackoff = { fromMs: 5000, toMs: 120_000 };

/** When to try again to delete a probe in a hub namespace that is not open. No watch event tells that it is open again. */
const notOpenBackoff = { fromMs: 5000, toMs: 30_000 };

/** Reconciles one definition: its finalizer, its revisions, its status, and the probe Placement of an Environment. */
export function createDefinitionReconcile(options: DefinitionOptions): Reconcile {
  return async (key) => {
    const [kindName, namespace = '', name = ''] = key.split('/');
    const kind = revisionedKindNames.find((known) => known === kindName);
    if (kind === undefined) throw new TerminalError(`${key} is not the key of a definition`);
    const definition = options.caches.definitions[kind].get(namespace, name);
    if (definition === undefined) {
      return kind === 'Environment' ? options.environments.deleteOrphans({ namespace, name }) : undefined;
    }
    if (definition.metadata.deletionTimestamp !== undefined) return finalizeDefinition(kind, definition, options);
    return reconcileDefinition(kind, definition, options);
  };
}

async function reconcileDefinition(
  kind: RevisionedKindName,
  definition: Definition,
  options: DefinitionOptions,
): Promise<void | Requeue> {
  const { client, environments, hash, log } = options;
  const hashFormat = unknownHashFormat(definition.metadata);
  if (hashFormat !== undefined) {
    const { namespace, name } = definition.metadata;
    log.warn({ kind, namespace, name, hashFormat }, 'a newer version of mooring stamped this object; leaving it alone');
    return undefined;
  }
  const exceeded = readStamp(definition.metadata) === undefined ? exceededBound(kind, definition) : undefined;
  if (exceeded !== undefined) {
    // It was stored while the webhook was not installed. Each write of such an object takes the API server seconds, and a user would
    // wait for them before it can be deleted.
    const { namespace, name } = definition.metadata;
    log.warn({ kind, namespace, name, ...exceeded }, 'an object exceeds the bounds of a revision; leaving it alone');
    // Only its labels or annotations are too many, so that writing the status is cheap.
    if (exceeded.path.startsWith('metadata')) await reportNotRecordable(kind, definition, [exceeded], options);
    return undefined;
  }
  if (!hasFinalizer(definition)) {
    // The watch event of this write causes the next reconcile.
    await addFinalizer(client, revisionedResources[kind], definition);
    return undefined;
  }
  await adoptRestored(kind, definition, options);
  const stamp = fittingStamp(definition, hash);
  const own = ownRevisions(kind, definition, options.caches).map(({ known }) => known);
  if (stamp === undefined) return obtainStamp(kind, definition, newestOf(own), options);
  // The watch event of a written status causes the next reconcile.
  if (definition.status?.revision !== stamp.revision) {
    if ((await recordEdit(kind, definition, { stamp, own }, options)) === 'stop') return undefined;
  } else if (!hasRecordedCondition(definition)) {
    await writeStatus(client, kind, definition, { conditions: [recordedCondition(definition)] });
    return undefined;
  }
  // Revisions that were restored from a backup may have published versions that the status lacks.
  const versions = publishedVersions(own, controllerStatus(definition).versions);
  if (await writeStatus(options.client, kind, definition, { versions })) return undefined;
  const backoff = kind === 'Environment' ? await environments.reconcile(definition) : undefined;
  const pruneMs = await countAndPruneRevisions(kind, definition, options);
  if (backoff === undefined && pruneMs === undefined) return undefined;
  return {
    ...(backoff === undefined ? {} : { backoff }),
    ...(pruneMs === undefined ? {} : { requeueAfterMs: pruneMs }),
  };
}

/** Lets the webhook stamp an object that changed while the webhook was unavailable. */
async function obtainStamp(
  kind: RevisionedKindName,
  definition: Definition,
  newest: number,
  { client, hash, log, stampWaiters }: DefinitionOptions,
): Promise<void | Requeue> {
  // The number of a revision that was recorded before the status was written must not be used again.
  if (newest > (definition.status?.revision ?? 0)) {
    await writeStatus(client, kind, definition, { revision: newest });
    return undefined;
  }
  const { namespace = '', name } = definition.metadata;
  log.info({ kind, namespace, name }, 'changed while the webhook was unavailable; triggering admission');
  const key = definitionKey(kind, definition);
  stampWaiters.add(key);
  const admitted = await triggerAdmission(client, kind, definition);
  if (fittingStamp(admitted, hash) === undefined) return { backoff: webhookUnavailableBackoff };
  stampWaiters.delete(key);
  stampWaiters.wake();
  return undefined;
}

/** Sends an empty patch, so that admission runs. */
async function triggerAdmission(client: Client, kind: RevisionedKindName, definition: Definition): Promise<Definition> {
  const { namespace, name } = definition.metadata;
  return client.patch<Definition>(revisionedResources[kind], { namespace, name }, {});
}

/** Records the current content as a revision and writes the status. Returns `stop` if the reconcile continues on the next event. */
async function recordEdit(
  kind: RevisionedKindName,
  definition: Definition,
  { stamp, own }: { stamp: Stamp; own: readonly KnownRevision[] },
  options: DefinitionOptions,
): Promise<'stop' | 'continue'> {
  const { client, log } = options;
  const { namespace = '', name } = definition.metadata;
  const fields = { kind, namespace, name, revision: stamp.revision };
  const problems = recordProblems(kind, definition);
  if (problems.length > 0) {
    // The content was stored while the webhook was unavailable. An edit that removes the problems is admitted.
    await reportNotRecordable(kind, definition, problems, options);
    return 'stop';
  }
  const outcome = await recordOrReport(kind, definition, { stamp, own }, options);
  if (outcome === 'namespaceTerminating') return 'stop';
  if (outcome === 'conflict') {
    // The stamp was written while the webhook was unavailable. A higher number in the status makes the webhook assign a new one.
    log.warn(fields, 'another revision with different content has this number; skipping it');
    await writeStatus(client, kind, definition, { revision: Math.max(newestOf(own), stamp.revision) + 1 });
    return 'stop';
  }
  const version = definition.spec?.['version'];
  const live = { revision: stamp.revision, ...(typeof version === 'string' ? { version } : {}) };
  const versions = publishedVersions([...own, live], controllerStatus(definition).versions);
  const conditions = [recordedCondition(definition)];
  const written = await writeStatus(client, kind, definition, { revision: stamp.revision, versions, conditions });
  log.info(fields, 'recorded');
  return written ? 'stop' : 'continue';
}

/** Records the current content. If the API server refuses that, the status says why, and the error leads to a retry with backoff. */
async function recordOrReport(
  kind: RevisionedKindName,
  definition: Definition,
  { stamp, own }: { stamp: Stamp; own: readonly KnownRevision[] },
  options: DefinitionOptions,
) {
  const { client, hash } = options;
  try {
    const predecessor = await predecessorOf(kind, definition, { stamp, own }, client);
    const specSince = specSinceOf(definition, stamp.revision, { hash, predecessor });
    return await record(client, revisionOf(kind, definition, { ...stamp, specSince }));
  } catch (error) {
    const message = refusalMessage(error);
    if (message === undefined) throw error;
    const condition = notRecordedCondition(definition, { reason: 'RecordingFailed', message });
    await writeStatus(options.client, kind, definition, { conditions: [condition] });
    // A quota may be exhausted by revisions that can be pruned.
    await countAndPruneRevisions(kind, definition, options);
    throw error;
  }
}

/** The revision before the stamped one. It is read live if the cache does not have it yet, because edits follow each other quickly. */
async function predecessorOf(
  kind: RevisionedKindName,
  { metadata: { namespace = '', name, uid } }: Definition,
  { stamp, own }: { stamp: Stamp; own: readonly KnownRevision[] },
  client: Client,
): Promise<KnownRevision | undefined> {
  const number = stamp.revision - 1;
  const cached = own.find(({ revision }) => revision === number);
  if (cached !== undefined || number === 0) return cached;
  const object = { namespace, name: revisionName(kind, name, number) };
  const found = await getIfPresent(client, definitionRevisions, object, { metadataOnly: true });
  return found !== undefined && isRevisionOf(found.metadata, uid) ? knownRevision(found) : undefined;
}

/** Writes the condition `Recorded=False`, with the reason that the content can never be recorded. */
async function reportNotRecordable(
  kind: RevisionedKindName,
  definition: Definition,
  problems: readonly RecordProblem[],
  { client, log }: DefinitionOptions,
): Promise<void> {
  const message = problems.map(formatProblem).join('\n');
  const condition = notRecordedCondition(definition, { reason: 'NotRecordable', message });
  if (!(await writeStatus(client, kind, definition, { conditions: [condition] }))) return;
  const { namespace, name } = definition.metadata;
  log.warn({ kind, namespace, name, message }, 'cannot be recorded');
}

function formatProblem({ path, message }: RecordProblem): string {
  return path === '' ? message : `${path}: ${message}`;
}

function newestOf(revisions: readonly KnownRevision[]): number {
  return Math.max(0, ...revisions.map(({ revision }) => revision));
}

/**
 * Waits until nothing uses the definition: until then its revisions stay, so that its users are served. Then removes the finalizer when
 * all revisions are deleted, so that a new object of this name starts with an empty history.
 */
async function finalizeDefinition(
  kind: RevisionedKindName,
  definition: Definition,
  options: DefinitionOptions,
): Promise<void | Requeue> {
  const { client, caches, environments, budgets } = options;
  budgets.forget(definitionKey(kind, definition));
  if (!hasFinalizer(definition)) return undefined;
  // Newest first: a ref to a terminating object resolves only while its newest revision exists, and never moves to an older one.
  const own = allOwnRevisions(kind, definition, caches).toSorted(byNumberDescending);
  // Once the last revision is being deleted, nothing can wait for it any more.
  const isBegun = own.length > 0 && own.every(({ metadata }) => metadata.deletionTimestamp !== undefined);
  const held = isBegun ? undefined : await holdOf(kind, definition, options);
  if (held !== undefined) {
    await writeStatus(client, kind, definition, { conditions: [held] });
    return { backoff: heldBackoff };
  }
  if (kind === 'Environment' && !(await environments.deleteProbes(definition))) return { backoff: notOpenBackoff };
  await deleteAll(client, definitionRevisions, own);
  // The watch event of the last deletion causes the next reconcile.
  if (own.length > 0) return { backoff: terminatingBackoff };
  if (kind === 'Environment' && !(await environments.finalize(definition))) return { backoff: notOpenBackoff };
  await removeFinalizer(client, revisionedResources[kind], definition);
  return undefined;
}

function byNumberDescending(left: KubeObject, right: KubeObject): number {
  return numberOf(right) - numberOf(left);
}

/** The number of a revision; 0 if its label is not valid, because no ref can resolve to it. */
function numberOf({ metadata }: KubeObject): number {
  return Number(metadata.labels?.[revisionLabels.revision]) || 0;
}
