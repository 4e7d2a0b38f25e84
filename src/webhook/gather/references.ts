import type { RevisionedKindName } from '../../api/definition-revision.ts';
import type { ObjectChange } from '../../api/unchecked-object.ts';
import type { Facts, RequestFacts } from '../../domain/admission/facts.ts';
import type { FindOptions } from '../../catalog/catalog.ts';
import type { FoundReference } from '../../domain/refs/found-reference.ts';
import { pinRefsOf } from '../../domain/refs/pinning.ts';
import { readRef, writtenRef, type ReadRef } from '../../domain/refs/read-ref.ts';
import { referenceFields, type ReferenceField } from '../../domain/refs/reference-fields.ts';
import { isCompleteStamp, readReferenceStamp } from '../../domain/refs/reference-stamp.ts';
import { sameRef } from '../../domain/refs/same-ref.ts';
import { parseRef } from '../../domain/refs/version-ref.ts';
import { readEnvironmentReadiness } from '../../domain/status/environment-readiness.ts';
import type { AdmissionRequest } from '../review/review.ts';
import type { GatherContext } from './context.ts';
import { asObject } from './request-facts.ts';

type ReferenceContext = Pick<GatherContext, 'catalog' | 'visibility' | 'namespaceState' | 'signal'>;

/** What the refs of a deployment resolve to, and what its namespace requires for floating refs. */
export async function gatherReferences(
  request: RequestFacts,
  context: ReferenceContext,
): Promise<Pick<Facts, 'environment' | 'workloadProfile' | 'pinRefs'>> {
  if (request.kind !== 'WorkloadDeployment' || request.object === undefined) return {};
  const pinRefs = await pinRefsFor(request, context);
  // A floating ref is pinned by a number only if no version in the history has that number.
  const options = { completeHistory: pinRefs !== undefined };
  const [environment, workloadProfile] = await Promise.all([
    needsReference(request, 'environmentRef') ? findEnvironment(request, context, options) : undefined,
    needsReference(request, 'workloadProfileRef') ? findProfile(request, context, options) : undefined,
  ]);
  return {
    ...(pinRefs === undefined ? {} : { pinRefs }),
    ...(environment === undefined ? {} : { environment }),
    ...(workloadProfile === undefined ? {} : { workloadProfile }),
  };
}

/** What the namespace of a deployment requires for floating refs, if the request changes one. */
async function pinRefsFor(
  request: RequestFacts,
  { namespaceState, signal }: ReferenceContext,
): Promise<Facts['pinRefs']> {
  return changesReferences(request) ? pinRefsOf((await namespaceState(request.namespace, signal))?.labels) : undefined;
}

/**
 * Whether a decision depends on what a ref means. Mutation keeps a complete stamp of an unchanged ref, and its rules read only
 * refs that change.
 */
function needsReference({ phase, object, oldObject }: RequestFacts, field: ReferenceField['field']): boolean {
  if (phase !== 'mutate' || oldObject === undefined) return true;
  if (!sameRef(object?.spec?.[field], oldObject.spec?.[field])) return true;
  const written = writtenRef(object?.spec, field);
  const parsed = written === undefined ? undefined : parseRef(written.text);
  if (parsed?.ok !== true) return true;
  const annotation = referenceFields.find((each) => each.field === field)?.stamp ?? '';
  return !isCompleteStamp(parsed.ref.selector, readReferenceStamp(oldObject.metadata.annotations?.[annotation]));
}

/** The refs of a deployment that a decision depends on, with the namespaces in which they are looked up. */
export function referencesToRead(
  request: RequestFacts,
  systemNamespace: string,
): { kind: ReferenceField['kind']; lookup: ReadRef }[] {
  return referenceFields.flatMap(({ field, kind }) => {
    const lookup = needsReference(request, field) ? lookupOf(request, field, systemNamespace) : undefined;
    return lookup === undefined ? [] : [{ kind, lookup }];
  });
}

function lookupOf(
  { object, oldObject, namespace }: RequestFacts,
  field: ReferenceField['field'],
  systemNamespace: string,
): ReadRef | undefined {
  // A stamp is valid as long as its ref is unchanged, and only the stored stamp can be trusted.
  const unchanged = sameRef(object?.spec?.[field], oldObject?.spec?.[field]);
  const annotations = unchanged ? oldObject?.metadata.annotations : undefined;
  return readRef({ spec: object?.spec, metadata: { namespace, annotations } }, field, systemNamespace);
}

/** Whether refs must be read live, because the request stores what they resolve to now. */
export function needsLiveReferences({ object, oldObject, kind }: AdmissionRequest): boolean {
  if (kind.kind !== 'WorkloadDeployment' || object === undefined) return false;
  const before = oldObject === undefined ? {} : { oldObject: asObject(oldObject) };
  return changesReferences({ object: asObject(object), ...before });
}

/** Whether a request creates or changes a ref, or can complete a stamp that could not be written when the ref was written. */
export function changesReferences({ object, oldObject }: ObjectChange): boolean {
  const stamps = oldObject?.metadata.annotations ?? {};
  return referenceFields.some(
    ({ field, stamp }) => stamps[stamp] === undefined || !sameRef(object?.spec?.[field], oldObject?.spec?.[field]),
  );
}

async function findEnvironment(
  request: RequestFacts,
  context: ReferenceContext,
  options: FindOptions,
): Promise<FoundReference | undefined> {
  const { catalog } = context;
  const read = lookupOf(request, 'environmentRef', catalog.systemNamespace);
  if (read === undefined) return undefined;
  const { definition, ...found } = await catalog.find('Environment', read, options);
  if (found.history === undefined) return { ...found, ...(await visibleNames('Environment', found, context)) };
  const notReady = definition === undefined ? undefined : readEnvironmentReadiness(definition).notReady;
  if (notReady === undefined) return found;
  return { ...found, notReady: { ...notReady, visible: await mayReadStatus(found, request.namespace, context) } };
}

/**
 * Whether the requester may read the status of an Environment. Every requester may do that in the namespace of the deployment
 * and in the system namespace.
 */
async function mayReadStatus(
  { namespace, ref }: FoundReference,
  ownNamespace: string,
  { catalog, visibility }: ReferenceContext,
): Promise<boolean> {
  if (namespace === ownNamespace || namespace === catalog.systemNamespace) return true;
  return (await visibility.of('Environment', { namespace, name: ref.name })).visible;
}

async function findProfile(
  request: RequestFacts,
  context: ReferenceContext,
  options: FindOptions,
): Promise<FoundReference | undefined> {
  const { catalog } = context;
  const read = lookupOf(request, 'workloadProfileRef', catalog.systemNamespace);
  if (read === undefined) return undefined;
  const { definition: _, ...found } = await catalog.find('WorkloadProfile', read, options);
  return found.history === undefined ? { ...found, ...(await visibleNames('WorkloadProfile', found, context)) } : found;
}

/** The names that exist where the referenced name does not, for suggestions; nothing if the requester may not see them. */
async function visibleNames(
  kind: RevisionedKindName,
  { namespace, ref }: FoundReference,
  { catalog, visibility }: ReferenceContext,
): Promise<Pick<FoundReference, 'others'>> {
  const { visible } = await visibility.of(kind, { namespace, name: ref.name });
  return visible ? { others: await catalog.store.names(kind, namespace) } : {};
}
