import type { RevisionedKindName } from '../../api/definition-revision.ts';
import { isJsonObject, type JsonObject } from '../../api/object.ts';
import { sameJson } from '../../domain/json/canonical-json.ts';
import { templateOf } from '../../catalog/catalog.ts';
import { neededRights } from '../../domain/admission/needed-rights.ts';
import type { Facts, NeededRight, RequestFacts, TopologyFacts } from '../../domain/admission/facts.ts';
import { isBeingDeleted } from '../../domain/admission/being-deleted.ts';
import { readEnvironmentReadiness } from '../../domain/status/environment-readiness.ts';
import type { DeploymentChange } from '../../domain/spoke/change.ts';
import { sameTopology, withoutStaleDefaults } from '../../domain/spoke/admission-defaults.ts';
import { sameRef } from '../../domain/refs/same-ref.ts';
import { pinRefsOf } from '../../domain/refs/pinning.ts';
import { readRef } from '../../domain/refs/read-ref.ts';
import { referenceFields } from '../../domain/refs/reference-fields.ts';
import type { GatherContext, GatherOptions, ObjectSource } from './context.ts';
import { gatherPublication } from './publication.ts';
import { gatherOverrides } from './pairings.ts';
import { createChangeGatherer } from './changes.ts';
import { gatherUsers } from './users.ts';
import type { AdmissionRequest } from '../review/review.ts';
import { nothingVisible, createNameVisibility } from './name-visibility.ts';
import type { ObjectChange, UncheckedObject } from '../../api/unchecked-object.ts';
import type { FoundReference } from '../../domain/refs/found-reference.ts';

/** Reads all that a decision rests on: the request, and through `source` whatever it has to do with. */
export async function gather(
  request: AdmissionRequest,
  phase: RequestFacts['phase'],
  source: ObjectSource,
  options: GatherOptions,
  signal: AbortSignal,
): Promise<Facts> {
  const { hash, revisionWriters } = options;
  const { systemNamespace } = source.catalog;
  const read = requestFacts(request, phase);
  const missingRights = await rightsMissing(request, read, { ...options, systemNamespace }, signal);
  const rights = missingRights.length === 0 ? {} : { missingRights };
  const facts: Facts = { request: read, hash, systemNamespace, revisionWriters, ...rights };
  if (isBeingDeleted(read)) return facts;
  const visibility =
    phase === 'validate' && source.isLive
      ? createNameVisibility((right) => options.isAllowed(request.userInfo, right, signal))
      : nothingVisible;
  const { catalog, referrers, isOffline = false } = source;
  const context: GatherContext = { ...options, catalog, referrers, isOffline, visibility, signal };
  const found = await withReferences(facts, context);
  return phase === 'validate' ? { ...found, ...(await gatherConsequences(read, context)) } : found;
}

/** What the request does to others, and who depends on what it deletes or publishes. */
async function gatherConsequences(
  read: RequestFacts,
  context: GatherContext,
): Promise<Pick<Facts, 'shape' | 'changes' | 'referrers' | 'overrides' | 'publishedSpec' | 'shadowedPins'>> {
  const isTerminating = async () =>
    (await context.namespaceState(read.namespace, context.signal))?.terminating === true;
  if (read.operation === 'DELETE') {
    if (read.kind !== 'WorkloadDeployment') return { referrers: await gatherUsers(read, isTerminating, context) };
    const transitions = await createChangeGatherer(context).ofDeployment(read);
    return { changes: await withoutGoing(transitions, read.namespace, isTerminating) };
  }
  const overrides = await gatherOverrides(read, context);
  const published = await gatherPublication(read, context);
  const said = overrides.length === 0 ? published : { ...published, overrides };
  const gatherer = createChangeGatherer(context);
  if (read.kind === 'WorkloadDeployment') return { ...said, changes: await gatherer.ofDeployment(read) };
  if (read.kind !== 'Environment') return said;
  const { object, oldObject } = read;
  const transitions = await gatherer.ofFollowers(read);
  if (object === undefined || (oldObject !== undefined && sameTopology(object, oldObject)))
    return { ...said, changes: transitions };
  const shape = await gatherer.shapeFor(object.spec, read.name);
  return { ...said, changes: transitions, ...(shape === undefined ? {} : { shape }) };
}

/** In a namespace that is being deleted, nothing in it is spared for the sake of something else in it. */
async function withoutGoing(
  transitions: readonly DeploymentChange[],
  namespace: string,
  isTerminating: () => Promise<boolean>,
): Promise<DeploymentChange[]> {
  const isConcerned = transitions.some(({ peers }) => peers.some((other) => other.namespace === namespace));
  if (!isConcerned || !(await isTerminating())) return [...transitions];
  return transitions.map((transition) => ({
    ...transition,
    peers: transition.peers.filter((other) => other.namespace !== namespace),
  }));
}

async function withReferences(facts: Facts, context: GatherContext): Promise<Facts> {
  const { request: read } = facts;
  const { object, oldObject } = read;
  if (object === undefined) return facts;
  switch (read.kind) {
    case 'Environment':
      if (oldObject !== undefined && sameTopology(object, oldObject)) return facts;
      return withTopology(facts, await topologyFacts(object, context));
    case 'PolicyDefinition':
      if (sameJson(object.spec, oldObject?.spec)) return facts;
      return { ...facts, ...(await templateFacts(object, context)) };
    case 'WorkloadDeployment': {
      const environment = await environmentFacts(read, context);
      const workloadProfile = await profileFacts(read, context);
      const pinRefs = changesReferences(read)
        ? pinRefsOf((await context.namespaceState(read.namespace, context.signal))?.labels)
        : undefined;
      return {
        ...facts,
        ...(pinRefs === undefined ? {} : { pinRefs }),
        ...(environment === undefined ? {} : { environment }),
        ...(workloadProfile === undefined ? {} : { workloadProfile }),
      };
    }
    default:
      return facts;
  }
}

async function rightsMissing(
  { userInfo }: AdmissionRequest,
  read: RequestFacts,
  sources: Pick<GatherOptions, 'isAllowed' | 'sharedHubNamespaces'> & { systemNamespace: string },
  signal: AbortSignal,
): Promise<NeededRight[]> {
  const needed = neededRights(read, { system: sources.systemNamespace, hub: sources.sharedHubNamespaces });
  const allowed = await Promise.all(needed.map((right) => sources.isAllowed(userInfo, right, signal)));
  return needed.filter((_, index) => allowed[index] !== true);
}

function withTopology(facts: Facts, topology: TopologyFacts | undefined): Facts {
  return topology === undefined ? facts : { ...facts, topology };
}

function requestFacts(request: AdmissionRequest, phase: RequestFacts['phase']): RequestFacts {
  const { operation, kind, namespace = '', name, userInfo, object, oldObject } = request;
  if (operation === 'CONNECT') throw new TypeError('nothing is to be decided about CONNECT');
  return {
    phase,
    operation,
    kind: kind.kind,
    namespace,
    name,
    username: userInfo.username,
    ...(object === undefined ? {} : judged(kind.kind, asObject(object), oldObject)),
    ...(oldObject === undefined ? {} : { oldObject: asObject(oldObject) }),
  };
}

function judged(
  kind: string,
  submitted: UncheckedObject,
  oldObject: JsonObject | undefined,
): Pick<RequestFacts, 'object' | 'submitted'> {
  const object = withoutStaleDefaults(kind, submitted, oldObject === undefined ? undefined : asObject(oldObject));
  return object === submitted ? { object } : { object, submitted };
}

/** The API server guarantees `metadata` to be well formed; nothing is taken for granted of the rest. */
function asObject(object: JsonObject): UncheckedObject {
  return {
    ...object,
    metadata: isJsonObject(object['metadata']) ? object['metadata'] : {},
  } as unknown as UncheckedObject;
}

async function topologyFacts(
  object: UncheckedObject,
  { catalog, topologies, signal }: GatherContext,
): Promise<TopologyFacts | undefined> {
  const topology = object.spec?.['topology'];
  const type = isJsonObject(topology) ? topology['type'] : undefined;
  if (!isJsonObject(topology) || typeof type !== 'string') return undefined;
  const found = await catalog.topology(type);
  if (found.state === 'invalid') return undefined;
  if (found.state === 'unknown') return found;
  const { properties = {} } = topology;
  // What is no object is the schema's to refuse.
  if (!isJsonObject(properties)) return undefined;
  const checked = await topologies.check(found.template, properties, signal);
  if (checked.ok) return { state: 'checked', problems: [] };
  if (checked.reason === 'InvalidParameter') return { state: 'checked', problems: checked.violations };
  return { state: 'unchecked', problem: problemOf(checked) };
}

function problemOf(result: { reason: string; violations: { message: string }[] }): string {
  return result.violations[0]?.message ?? result.reason;
}

async function templateFacts(
  object: UncheckedObject,
  { topologies, signal }: GatherContext,
): Promise<Pick<Facts, 'templateProblems' | 'topology'>> {
  const template = templateOf(object.spec);
  if (template === undefined) return {};
  const checked = await topologies.check(template, {}, signal);
  // Without properties, parameters are bound to be missing: only the template itself is in question.
  if (checked.ok || checked.reason === 'InvalidParameter') return {};
  if (checked.reason === 'InvalidTemplate')
    return { templateProblems: checked.violations.map(({ message }) => message) };
  return { topology: { state: 'unchecked', problem: problemOf(checked) } };
}

async function environmentFacts(
  { object, namespace }: RequestFacts,
  context: GatherContext,
): Promise<FoundReference | undefined> {
  const { catalog } = context;
  const read =
    object === undefined
      ? undefined
      : readRef({ spec: object.spec, metadata: { namespace } }, 'environmentRef', catalog.systemNamespace);
  if (read === undefined) return undefined;
  const { definition, ...found } = await catalog.find('Environment', read);
  if (found.history === undefined) return { ...found, ...(await othersThan('Environment', found, context)) };
  const notReady = definition === undefined ? undefined : readEnvironmentReadiness(definition).notReady;
  if (notReady === undefined) return found;
  return { ...found, notReady: { ...notReady, visible: await mayBeTold(found, namespace, context) } };
}

/** Whether the requester may be told what an Environment says: in its own namespace and in the system's anyone is. */
async function mayBeTold(
  { namespace, ref }: FoundReference,
  own: string,
  { catalog, visibility }: GatherContext,
): Promise<boolean> {
  if (namespace === own || namespace === catalog.systemNamespace) return true;
  return (await visibility.of('Environment', { namespace, name: ref.name })).visible;
}

async function profileFacts(
  { object, oldObject, namespace }: RequestFacts,
  context: GatherContext,
): Promise<FoundReference | undefined> {
  const { catalog } = context;
  if (object === undefined) return undefined;
  const unchanged = sameRef(object.spec?.['workloadProfileRef'], oldObject?.spec?.['workloadProfileRef']);
  // A stamp counts as long as the text of its ref stays the same, and only the stored one can be trusted.
  const annotations = unchanged ? oldObject?.metadata.annotations : undefined;
  const holder = { spec: object.spec, metadata: { namespace, annotations } };
  const read = readRef(holder, 'workloadProfileRef', catalog.systemNamespace);
  if (read === undefined) return undefined;
  const { definition: _, ...found } = await catalog.find('WorkloadProfile', read);
  return found.history === undefined ? { ...found, ...(await othersThan('WorkloadProfile', found, context)) } : found;
}

/** What there is in place of what a ref names, for who may see it. */
async function othersThan(
  kind: RevisionedKindName,
  { namespace, ref }: FoundReference,
  { catalog, visibility }: GatherContext,
): Promise<Pick<FoundReference, 'others'>> {
  const { visible } = await visibility.of(kind, { namespace, name: ref.name });
  return visible ? { others: await catalog.store.names(kind, namespace) } : {};
}

/** Whether a request makes or changes a ref, or can resolve one that could not be when it was written. */
function changesReferences({ object, oldObject }: ObjectChange): boolean {
  const stamps = oldObject?.metadata.annotations ?? {};
  return referenceFields.some(
    ({ field, stamp }) => stamps[stamp] === undefined || !sameRef(object?.spec?.[field], oldObject?.spec?.[field]),
  );
}

/** Whether caches are not enough, because what a ref means now is to be written down. */
export function needsLiveReferences({ object, oldObject, kind }: AdmissionRequest): boolean {
  if (kind.kind !== 'WorkloadDeployment' || object === undefined) return false;
  const before = oldObject === undefined ? {} : { oldObject: asObject(oldObject) };
  return changesReferences({ object: asObject(object), ...before });
}
