import { parseJson } from '../api/json-text.ts';
import { kindNamed } from '../api/kinds.ts';
import type { JsonObject } from '../api/object.ts';
import type { UncheckedObject } from '../api/unchecked-object.ts';
import { noHistory } from '../catalog/history-sizes.ts';
import { listedReferrers } from '../catalog/referrers/listed.ts';
import { decide } from '../domain/admission/decide.ts';
import type { Decision } from '../domain/admission/decision.ts';
import type { NeededRight } from '../domain/admission/facts.ts';
import type { Severities } from '../domain/admission/rule.ts';
import { hubNamespaceWouldBeOwned } from '../domain/admission/rules/hub-namespace-would-be-owned.ts';
import { applyPatch } from '../domain/json/json-patch.ts';
import type { RenderSettings } from '../domain/render/workload-render.ts';
import type { Violation } from '../domain/violation.ts';
import type { TopologyEngine } from '../topology/topology-result.ts';
import type { GatherOptions, NamespaceFacts, ObjectSource } from '../webhook/gather/context.ts';
import { decideWithinBounds } from '../webhook/gather/decide-within-bounds.ts';
import { gather } from '../webhook/gather/gather.ts';
import type { AdmissionRequest } from '../webhook/review/review.ts';
import { offlineHubReader } from './hub-reader.ts';
import type { ObjectStore } from './object-store.ts';
import { offlineCatalog, type OfflineCatalogOptions } from './offline-catalog.ts';

export interface AdmissionOptions extends OfflineCatalogOptions {
  topologies: Pick<TopologyEngine, 'check' | 'render'>;
  renderSettings: RenderSettings;
  severities: Severities;
  /** Spoke namespaces in which no deployment may have a Workload: names and patterns with `*`. */
  protectedNamespaces: readonly string[];
}

/** The answer of the webhook to a change. */
export interface Admission {
  allowed: boolean;
  /** The object to store; absent with a refusal, and on DELETE. */
  object?: UncheckedObject;
  violations: Violation[];
  /** Further warnings that belong to no rule. */
  notes: string[];
  /** The rights that the request needs. They cannot be checked offline. */
  unchecked: NeededRight[];
  /** Rules that could not be checked because the state lacks objects, with the reason. */
  uncheckedRules: string[];
}

/** A user whose name and rights are not known. */
const user = { username: 'user', groups: ['system:authenticated'], extra: {} };

/** A new or edited object, as the API server sends it to the webhook. */
export interface ObjectWrite {
  object: UncheckedObject;
  /** Absent if the object is new. */
  oldObject?: UncheckedObject | undefined;
  /** The problems for which kubectl or the API server rejects the object. If there are any, it is not validated. */
  problems: readonly Violation[];
}

/** Decides about a write: the object is mutated, then validated. */
export async function admitWrite(
  { object, oldObject, problems }: ObjectWrite,
  store: ObjectStore,
  options: AdmissionOptions,
): Promise<Admission> {
  const { patch, ...mutation } = await evaluate('mutate', requestFor(object, oldObject), store, options);
  if (!mutation.allowed || problems.length > 0) {
    return { ...mutation, allowed: false, violations: [...problems, ...mutation.violations] };
  }
  const mutated = patched(object, patch);
  const validation = await evaluate('validate', requestFor(mutated, oldObject), store, options);
  const violations = distinct([...mutation.violations, ...validation.violations]);
  return { ...validation, violations, ...(validation.allowed ? { object: mutated } : {}) };
}

/** Decides about a deletion. */
export function admitDeletion(
  oldObject: UncheckedObject,
  store: ObjectStore,
  options: AdmissionOptions,
): Promise<Admission> {
  return evaluate('validate', requestFor(undefined, oldObject), store, options);
}

/** Gathers facts and decides once. The store is always current, so that no decision must be confirmed by live reads. */
async function evaluate(
  phase: 'mutate' | 'validate',
  request: AdmissionRequest,
  store: ObjectStore,
  options: AdmissionOptions,
): Promise<Admission & Pick<Decision, 'patch'>> {
  const { topologies, hash, renderSettings, protectedNamespaces, severities } = options;
  const unchecked: NeededRight[] = [];
  const uncheckedRules: string[] = [];
  const source: ObjectSource = {
    catalog: offlineCatalog(store, options),
    referrers: listedReferrers(options.systemNamespace, () => store.list()),
    isLive: true,
    isOffline: true,
  };
  const gatherOptions: GatherOptions = {
    topologies,
    hash,
    renderSettings,
    protectedNamespaces,
    hub: offlineHubReader(store, renderSettings.sharedHubNamespaces, () =>
      uncheckedRules.push(`${hubNamespaceWouldBeOwned.code}: the state contains no ManagedCluster`),
    ),
    revisionWriters: [],
    // Without a clock, every deployment counts as new.
    reservingSince: () => '',
    // The limits protect the etcd of a hub. How much of them is used is known only there.
    historyOf: () => noHistory,
    isAllowed: (_user, right) => {
      // The verb `get` decides only whether messages may contain names. The request does not need it.
      if (right.verb !== 'get') unchecked.push(right);
      return Promise.resolve(true);
    },
    namespaceState: (namespace) => Promise.resolve(namespaceFacts(store, namespace)),
  };
  const { signal } = new AbortController();
  const { refusal, patch, violations, notes } = await decideWithinBounds(request, async (bounded) =>
    decide(await gather(bounded, phase, source, gatherOptions, signal), severities),
  );
  return { allowed: refusal === undefined, patch, violations, notes, unchecked: distinct(unchecked), uncheckedRules };
}

function namespaceFacts(store: ObjectStore, name: string): NamespaceFacts | undefined {
  const namespace = store.get('Namespace', '', name);
  if (namespace === undefined) return undefined;
  const { labels = {}, annotations = {}, deletionTimestamp } = namespace.metadata;
  return { labels, annotations, terminating: deletionTimestamp !== undefined };
}

function requestFor(object: UncheckedObject | undefined, oldObject: UncheckedObject | undefined): AdmissionRequest {
  const { kind = '', metadata } = object ?? oldObject ?? {};
  const { group = '', version = '', plural = '' } = kindNamed(kind)?.resource ?? {};
  const operation = object === undefined ? 'DELETE' : oldObject === undefined ? 'CREATE' : 'UPDATE';
  return {
    uid: 'offline',
    kind: { group, version, kind },
    resource: { group, version, resource: plural },
    operation,
    namespace: metadata?.namespace ?? '',
    name: metadata?.name ?? '',
    dryRun: false,
    ...(object === undefined ? {} : { object: toJson(object) }),
    ...(oldObject === undefined ? {} : { oldObject: toJson(oldObject) }),
    userInfo: user,
  };
}

function patched(object: UncheckedObject, patch: Decision['patch']): UncheckedObject {
  return applyPatch<JsonObject & UncheckedObject>(parseJson(JSON.stringify(object)), patch);
}

function toJson(object: UncheckedObject): JsonObject {
  return parseJson(JSON.stringify(object));
}

function distinct<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
