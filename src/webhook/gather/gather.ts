import type { RevisionedKindName } from '../../api/definition-revision.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../api/object.ts';
import { workloadProfileRevisionAnnotation } from '../../domain/annotations.ts';
import { sameJson, type Hash } from '../../domain/json/canonical-json.ts';
import {
  findReference,
  findTopology,
  profileNamespaces,
  templateOf,
  type DefinitionStore,
} from '../../catalog/catalog.ts';
import { neededRights } from '../../domain/admission/needed-rights.ts';
import type { Facts, NeededRight, RequestFacts, TopologyFacts } from '../../domain/admission/facts.ts';
import type { ReferrerIndex } from '../../catalog/referrers.ts';
import { isBeingDeleted } from '../../domain/admission/being-deleted.ts';
import { readEnvironmentReadiness } from '../../domain/status/environment-readiness.ts';
import type { DeploymentChange } from '../../domain/spoke/change.ts';
import { sameTopology, withoutStaleDefaults } from '../../domain/spoke/admission-defaults.ts';
import { sameRef } from '../../domain/refs/same-ref.ts';
import { pinRefsOf, references } from '../../domain/refs/pinning.ts';
import { readReferenceStamp } from '../../domain/refs/reference-stamp.ts';
import type { BuiltinTopologyName } from '../../domain/refs/topology-type.ts';
import { parseRef } from '../../domain/refs/version-ref.ts';
import type { TopologyEngine } from '../../topology/topology-result.ts';
import { gatherPublication } from './publication.ts';
import { gatherOverrides } from './pairings.ts';
import { createChangeGatherer } from './changes.ts';
import { gatherUsers } from './users.ts';
import type { AdmissionRequest, UserInfo } from '../review/review.ts';
import { nothingVisible, createNameVisibility, type NameVisibility } from './name-visibility.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import type { FoundReference } from '../../domain/refs/found-reference.ts';

/** What a namespace says of itself. */
interface NamespaceFacts {
  labels: Record<string, string>;
  /** Whether it is being deleted. */
  terminating: boolean;
}

/** What gathering needs, besides the request. */
export interface Sources {
  /** Namespaces on the hub that every Environment may use. */
  sharedHubNamespaces: readonly string[];
  /** Asks whether a user may do something; never remembered. */
  isAllowed(user: UserInfo, right: NeededRight, signal: AbortSignal): Promise<boolean>;
  /** A namespace, read live; `undefined` where there is none. */
  namespaceState(namespace: string, signal: AbortSignal): Promise<NamespaceFacts | undefined>;
  topologies: Pick<TopologyEngine, 'check' | 'render'>;
  builtins: Readonly<Record<BuiltinTopologyName, string>>;
  hash: Hash;
  systemNamespace: string;
  revisionWriters: readonly string[];
}

/** Where a decision's grounds are looked up: fast and maybe stale, or slow and true. */
export interface Lookup {
  definitions: DefinitionStore;
  users: ReferrerIndex;
  /** Whether a refusal or a warning may rest on it: then it is asked who may see what is named. */
  isLive: boolean;
  /** Whether it is files, where statuses may be missing. */
  isOffline?: boolean;
}

/** All that one request is looked at with. */
interface Grounds extends Sources, Lookup {
  isOffline: boolean;
  sight: NameVisibility;
  signal: AbortSignal;
}

/** Reads all that a decision rests on: the request, and through `lookup` whatever it has to do with. */
export async function gather(
  request: AdmissionRequest,
  phase: RequestFacts['phase'],
  lookup: Lookup,
  sources: Sources,
  signal: AbortSignal,
): Promise<Facts> {
  const { hash, systemNamespace, revisionWriters } = sources;
  const read = requestFacts(request, phase);
  const missingRights = await rightsMissing(request, read, sources, signal);
  const rights = missingRights.length === 0 ? {} : { missingRights };
  const facts: Facts = { request: read, hash, systemNamespace, revisionWriters: revisionWriters, ...rights };
  if (isBeingDeleted(read)) return facts;
  const sight =
    phase === 'validate' && lookup.isLive
      ? createNameVisibility((right) => sources.isAllowed(request.userInfo, right, signal))
      : nothingVisible;
  const grounds: Grounds = { ...sources, ...lookup, isOffline: lookup.isOffline ?? false, sight, signal };
  const found = await withReferences(facts, grounds);
  return phase === 'validate' ? { ...found, ...(await gatherConsequences(read, grounds)) } : found;
}

/** What the request does to others, and who depends on what it deletes or publishes. */
async function gatherConsequences(
  read: RequestFacts,
  grounds: Grounds,
): Promise<Pick<Facts, 'shape' | 'changes' | 'referrers' | 'overrides' | 'publishedSpec' | 'shadowedPins'>> {
  const isTerminating = async () =>
    (await grounds.namespaceState(read.namespace, grounds.signal))?.terminating === true;
  if (read.operation === 'DELETE') {
    if (read.kind !== 'WorkloadDeployment') return { referrers: await gatherUsers(read, isTerminating, grounds) };
    const transitions = await createChangeGatherer(grounds).ofDeployment(read);
    return { changes: await withoutGoing(transitions, read.namespace, isTerminating) };
  }
  const overrides = await gatherOverrides(read, grounds);
  const published = await gatherPublication(read, grounds);
  const said = overrides.length === 0 ? published : { ...published, overrides };
  const gatherer = createChangeGatherer(grounds);
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

async function withReferences(facts: Facts, grounds: Grounds): Promise<Facts> {
  const { request: read } = facts;
  const { object, oldObject } = read;
  if (object === undefined) return facts;
  switch (read.kind) {
    case 'Environment':
      if (oldObject !== undefined && sameTopology(object, oldObject)) return facts;
      return withTopology(facts, await topologyFacts(object, grounds));
    case 'PolicyDefinition':
      if (sameJson(object.spec, oldObject?.spec)) return facts;
      return { ...facts, ...(await templateFacts(object, grounds)) };
    case 'WorkloadDeployment': {
      const environment = await environmentFacts(read, grounds);
      const workloadProfile = await profileFacts(read, grounds);
      const pinRefs = changesReferences(read)
        ? pinRefsOf((await grounds.namespaceState(read.namespace, grounds.signal))?.labels)
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
  sources: Sources,
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
  { definitions, topologies, builtins, hash, systemNamespace, signal }: Grounds,
): Promise<TopologyFacts | undefined> {
  const topology = object.spec?.['topology'];
  const type = isJsonObject(topology) ? topology['type'] : undefined;
  if (!isJsonObject(topology) || typeof type !== 'string') return undefined;
  const found = await findTopology(definitions, type, systemNamespace, builtins, hash);
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
  { topologies, signal }: Grounds,
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

interface GivenReference {
  name: string;
  namespace: string | undefined;
}

function referenceIn(object: UncheckedObject | undefined, field: string): GivenReference | undefined {
  const given: JsonValue | undefined = object?.spec?.[field];
  if (!isJsonObject(given) || typeof given['name'] !== 'string') return undefined;
  const { name, namespace } = given;
  return { name, namespace: typeof namespace === 'string' && namespace !== '' ? namespace : undefined };
}

async function environmentFacts(
  { object, namespace }: RequestFacts,
  grounds: Grounds,
): Promise<FoundReference | undefined> {
  const given = referenceIn(object, 'environmentRef');
  const parsed = given === undefined ? undefined : parseRef(given.name);
  if (given === undefined || parsed?.ok !== true) return undefined;
  const namespaces = [given.namespace ?? namespace];
  const { definitions, hash } = grounds;
  const { definition, ...found } = await findReference(definitions, 'Environment', parsed.ref, namespaces, hash);
  if (found.history === undefined) return { ...found, ...(await othersThan('Environment', found, grounds)) };
  const notReady = definition === undefined ? undefined : readEnvironmentReadiness(definition).notReady;
  if (notReady === undefined) return found;
  return { ...found, notReady: { ...notReady, visible: await mayBeTold(found, namespace, grounds) } };
}

/** Whether the requester may be told what an Environment says: in its own namespace and in the system's anyone is. */
async function mayBeTold(
  { namespace, ref }: FoundReference,
  own: string,
  { systemNamespace, sight }: Grounds,
): Promise<boolean> {
  if (namespace === own || namespace === systemNamespace) return true;
  return (await sight.of('Environment', { namespace, name: ref.name })).visible;
}

async function profileFacts(
  { object, oldObject, namespace }: RequestFacts,
  grounds: Grounds,
): Promise<FoundReference | undefined> {
  const { definitions, systemNamespace, hash } = grounds;
  const given = referenceIn(object, 'workloadProfileRef');
  const parsed = given === undefined ? undefined : parseRef(given.name);
  if (given === undefined || parsed?.ok !== true) return undefined;
  const unchanged = sameRef(object?.spec?.['workloadProfileRef'], oldObject?.spec?.['workloadProfileRef']);
  const stamp = unchanged
    ? readReferenceStamp(oldObject?.metadata.annotations?.[workloadProfileRevisionAnnotation])
    : undefined;
  const namespaces = profileNamespaces(given.namespace ?? namespace, systemNamespace, stamp?.namespace);
  const { definition: _, ...found } = await findReference(definitions, 'WorkloadProfile', parsed.ref, namespaces, hash);
  return found.history === undefined ? { ...found, ...(await othersThan('WorkloadProfile', found, grounds)) } : found;
}

/** What there is in place of what a ref names, for who may see it. */
async function othersThan(
  kind: RevisionedKindName,
  { namespace, ref }: FoundReference,
  { definitions, sight }: Grounds,
): Promise<Pick<FoundReference, 'others'>> {
  const { visible } = await sight.of(kind, { namespace, name: ref.name });
  return visible ? { others: await definitions.names(kind, namespace) } : {};
}

/** Whether a request makes or changes a ref, or can resolve one that could not be when it was written. */
function changesReferences({ object, oldObject }: Pick<RequestFacts, 'object' | 'oldObject'>): boolean {
  const stamps = oldObject?.metadata.annotations ?? {};
  return references.some(
    ({ field, stamp }) => stamps[stamp] === undefined || !sameRef(object?.spec?.[field], oldObject?.spec?.[field]),
  );
}

/** Whether caches are not enough, because what a ref means now is to be written down. */
export function needsLiveReferences({ object, oldObject, kind }: AdmissionRequest): boolean {
  if (kind.kind !== 'WorkloadDeployment' || object === undefined) return false;
  const before = oldObject === undefined ? {} : { oldObject: asObject(oldObject) };
  return changesReferences({ object: asObject(object), ...before });
}
