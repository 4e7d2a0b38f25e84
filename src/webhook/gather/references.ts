import type { RevisionedKindName } from '../../api/definition-revision.ts';
import type { ObjectChange } from '../../api/unchecked-object.ts';
import type { Facts, RequestFacts } from '../../domain/admission/facts.ts';
import type { FoundReference } from '../../domain/refs/found-reference.ts';
import { pinRefsOf } from '../../domain/refs/pinning.ts';
import { readRef } from '../../domain/refs/read-ref.ts';
import { referenceFields } from '../../domain/refs/reference-fields.ts';
import { sameRef } from '../../domain/refs/same-ref.ts';
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
  const environment = await findEnvironment(request, context);
  const workloadProfile = await findProfile(request, context);
  const pinRefs = changesReferences(request)
    ? pinRefsOf((await context.namespaceState(request.namespace, context.signal))?.labels)
    : undefined;
  return {
    ...(pinRefs === undefined ? {} : { pinRefs }),
    ...(environment === undefined ? {} : { environment }),
    ...(workloadProfile === undefined ? {} : { workloadProfile }),
  };
}

/** Whether refs must be read live, because the request stores what they resolve to now. */
export function needsLiveReferences({ object, oldObject, kind }: AdmissionRequest): boolean {
  if (kind.kind !== 'WorkloadDeployment' || object === undefined) return false;
  const before = oldObject === undefined ? {} : { oldObject: asObject(oldObject) };
  return changesReferences({ object: asObject(object), ...before });
}

/** Whether a request creates or changes a ref, or can complete a stamp that could not be written when the ref was written. */
function changesReferences({ object, oldObject }: ObjectChange): boolean {
  const stamps = oldObject?.metadata.annotations ?? {};
  return referenceFields.some(
    ({ field, stamp }) => stamps[stamp] === undefined || !sameRef(object?.spec?.[field], oldObject?.spec?.[field]),
  );
}

async function findEnvironment(
  { object, namespace }: RequestFacts,
  context: ReferenceContext,
): Promise<FoundReference | undefined> {
  const { catalog } = context;
  const read = readRef({ spec: object?.spec, metadata: { namespace } }, 'environmentRef', catalog.systemNamespace);
  if (read === undefined) return undefined;
  const { definition, ...found } = await catalog.find('Environment', read);
  if (found.history === undefined) return { ...found, ...(await visibleNames('Environment', found, context)) };
  const notReady = definition === undefined ? undefined : readEnvironmentReadiness(definition).notReady;
  if (notReady === undefined) return found;
  return { ...found, notReady: { ...notReady, visible: await mayReadStatus(found, namespace, context) } };
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
  { object, oldObject, namespace }: RequestFacts,
  context: ReferenceContext,
): Promise<FoundReference | undefined> {
  const { catalog } = context;
  const unchanged = sameRef(object?.spec?.['workloadProfileRef'], oldObject?.spec?.['workloadProfileRef']);
  // A stamp is valid as long as its ref is unchanged, and only the stored stamp can be trusted.
  const annotations = unchanged ? oldObject?.metadata.annotations : undefined;
  const deployment = { spec: object?.spec, metadata: { namespace, annotations } };
  const read = readRef(deployment, 'workloadProfileRef', catalog.systemNamespace);
  if (read === undefined) return undefined;
  const { definition: _, ...found } = await catalog.find('WorkloadProfile', read);
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
