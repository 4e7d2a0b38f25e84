import { revisionedKindNames, type RevisionedKindName } from '../api/definition-revision.ts';
import { definitionRevisions, kindNamed, workloadDeployments } from '../api/kinds.ts';
import { isJsonObject, type JsonObject, type KubeObject, type Resource } from '../api/object.ts';
import { unknownFields } from '../api/validate.ts';
import { revisionAnnotation, revisionHashAnnotation } from '../domain/annotations.ts';
import { sameJson, type Hash } from '../domain/json/canonical-json.ts';
import type { Decision } from '../domain/admission/decision.ts';
import { didYouMean } from '../domain/text/did-you-mean.ts';
import type { NeededRight } from '../domain/admission/facts.ts';
import { usesByDeployment } from '../domain/refs/uses.ts';
import { readRef } from '../domain/refs/read-ref.ts';
import { referenceFields } from '../domain/refs/reference-fields.ts';
import { publishedVersions } from '../domain/revisions/revision-status.ts';
import { contentHash, readStamp } from '../domain/revisions/revision.ts';
import { resolve } from '../domain/refs/resolution.ts';
import type { Severities } from '../domain/admission/rule.ts';
import type { BuiltinTopologyName } from '../domain/refs/topology-type.ts';
import { revisionOf } from '../domain/revisions/record.ts';
import { topologyName } from '../catalog/stores/cached.ts';
import { listedReferrers } from '../catalog/referrers/listed.ts';
import { fileStore } from '../catalog/stores/files.ts';
import type { TopologyEngine } from '../topology/topology-result.ts';
import { createDecider } from '../webhook/decider.ts';
import { Catalog } from '../catalog/catalog.ts';
import type { GatherOptions, ObjectSource } from '../webhook/gather/context.ts';
import type { AdmissionRequest } from '../webhook/review/review.ts';
import { metadataProblems } from './metadata-problems.ts';
import { isServedKind } from './served-kind.ts';
import type { UncheckedObject } from '../api/unchecked-object.ts';
import type { Violation } from '../domain/violation.ts';
import type { PatchOperation } from '../domain/json/json-patch.ts';
import { workloadNames } from '../domain/spoke/workload-names.ts';

export interface OfflineHubOptions {
  topologies: Pick<TopologyEngine, 'check' | 'render'>;
  builtins: Readonly<Record<BuiltinTopologyName, string>>;
  hash: Hash;
  systemNamespace: string;
  sharedHubNamespaces: readonly string[];
  severities: Severities;
}

/** What became of one apply or deletion. */
export interface OfflineResult {
  operation: 'CREATE' | 'UPDATE' | 'DELETE';
  resource: Resource;
  namespace: string;
  name: string;
  allowed: boolean;
  /** Whether an update leaves the object as it was. */
  unchanged: boolean;
  violations: Violation[];
  /** Further warnings that belong to no rule. */
  notes: string[];
  /** Rights that the request needs, and nobody could be asked about. */
  unchecked: NeededRight[];
}

type Stored = UncheckedObject;

/** Nobody in particular: whose rights are not known. */
const user = { username: 'user', groups: ['system:authenticated'], extra: {} };

/**
 * A hub out of files: takes applies and deletions one after the other, and decides about them as the webhook does, by the
 * same functions. What is admitted counts as recorded and, except where a status says otherwise, as applied.
 */
export class OfflineHub {
  readonly #options: OfflineHubOptions;
  readonly #objects = new Map<string, Stored>();

  constructor(state: readonly KubeObject[], options: OfflineHubOptions) {
    this.#options = options;
    for (const object of state) this.take(object);
    for (const object of this.#objects.values()) this.#record(object);
  }

  has(kind: string, namespace: string, name: string): boolean {
    return this.#objects.has(`${kind}/${namespace}/${name}`);
  }

  /** Applies a manifest of one of our kinds: spec, labels and annotations are replaced, everything else stays. */
  async apply(manifest: KubeObject): Promise<OfflineResult> {
    const oldObject = this.#objects.get(storageKey(manifest));
    const given = asStored(manifest);
    const object = oldObject === undefined ? withoutStatus(given) : replaced(oldObject, given);
    const request = requestOf(oldObject === undefined ? 'CREATE' : 'UPDATE', object, oldObject);
    const refusedAsIs = schemaProblems(given);
    const first = await this.#decide('mutate', request);
    if (first.decision.refusal !== undefined || refusedAsIs.length > 0) {
      return resultOf(request, [...refusedAsIs, ...first.decision.violations], first, false);
    }
    const mutated = patched(object, first.decision.patch);
    const second = await this.#decide('validate', requestOf(request.operation, mutated, oldObject));
    const allowed = second.decision.refusal === undefined;
    if (allowed) this.#accept(mutated, oldObject);
    const violations = distinct([...first.decision.violations, ...second.decision.violations]);
    const unchanged = oldObject !== undefined && sameJson(asWritten(mutated), asWritten(oldObject));
    return { ...resultOf(request, violations, second, allowed), unchanged };
  }

  /** Takes an object as it is: one of ours, or a Namespace, whose labels matter. Anything else is no affair of admission. */
  take(manifest: KubeObject): void {
    const isNamespace = manifest.apiVersion === 'v1' && manifest.kind === 'Namespace';
    if (isNamespace || isServedKind(manifest)) this.#store(asStored(manifest));
  }

  /** Deletes an object; one that is not there (any more) is refused as the API server does it. */
  async delete(kind: string, namespace: string, name: string): Promise<OfflineResult> {
    const oldObject = this.#objects.get(`${kind}/${namespace}/${name}`);
    if (oldObject === undefined) return missing(kind, namespace, name);
    const request = requestOf('DELETE', undefined, oldObject);
    const decided = await this.#decide('validate', request);
    const allowed = decided.decision.refusal === undefined;
    if (allowed) this.#remove(oldObject);
    return resultOf(request, decided.decision.violations, decided, allowed);
  }

  async #decide(phase: 'mutate' | 'validate', request: AdmissionRequest): Promise<Decided> {
    const objects = [...this.#objects.values()];
    const { topologies, builtins, hash, systemNamespace, sharedHubNamespaces, severities } = this.#options;
    const unchecked: NeededRight[] = [];
    const source: Omit<ObjectSource, 'isLive'> = {
      catalog: new Catalog({ store: fileStore(objects, hash), hash, builtins, systemNamespace }),
      referrers: listedReferrers(() => objects),
      isOffline: true,
    };
    const options: GatherOptions = {
      topologies,
      hash,
      sharedHubNamespaces,
      revisionWriters: [],
      isAllowed: (_user, right) => {
        if (right.verb !== 'get') unchecked.push(right);
        return Promise.resolve(true);
      },
      namespaceState: (namespace) => Promise.resolve(this.#namespaceState(namespace)),
    };
    const decide = createDecider(phase, { ...options, cached: source, live: () => source, severities });
    const decision = await decide(request, new AbortController().signal);
    return { decision, unchecked: distinct(unchecked) };
  }

  #namespaceState(namespace: string) {
    const found = this.#objects.get(`Namespace//${namespace}`);
    if (found === undefined) return undefined;
    const { labels = {}, deletionTimestamp } = found.metadata;
    return { labels, terminating: deletionTimestamp !== undefined };
  }

  #deployments(): Stored[] {
    return [...this.#objects.values()].filter((object) => object.kind === workloadDeployments.kind);
  }

  #accept(object: Stored, oldObject: Stored | undefined): void {
    if (sameJson(object.spec, oldObject?.spec)) {
      this.#store(object);
      this.#record(object);
      return;
    }
    const generation = (oldObject?.metadata.generation ?? 0) + 1;
    const edited = { ...object, metadata: { ...object.metadata, generation } };
    if (object.kind === workloadDeployments.kind) {
      const moves = this.#usedBy(object)?.name !== this.#usedBy(oldObject)?.name;
      const isSame = sameJson(this.#usedBy(object), this.#usedBy(oldObject)) && sameNames(object, oldObject);
      this.#store(oldObject === undefined || isSame ? edited : rerendered(edited, { moves }));
      return;
    }
    this.#store(object.kind === 'Environment' && oldObject !== undefined ? unjudged(edited) : edited);
    this.#record(edited);
    if (oldObject !== undefined) this.#rerenderFollowers(object, oldObject);
  }

  /** Deployments that come to use an edited Environment or topology: what their status said of the render holds no more. */
  #rerenderFollowers(object: Stored, oldObject: Stored): void {
    const { namespace = '', name } = object.metadata;
    if (object.kind === 'Environment' && sameJson(object.spec?.['topology'], oldObject.spec?.['topology'])) return;
    if (object.kind === 'WorkloadProfile') return;
    const revision = readStamp(object.metadata)?.revision;
    const history = this.#historyOf('Environment', object);
    for (const deployment of this.#deployments()) {
      const concerned =
        object.kind === 'Environment'
          ? usesByDeployment(deployment, 'Environment', { namespace, name }, this.#options.systemNamespace).some(
              ({ selector }) => {
                const resolution = resolve(selector, history);
                return resolution.state === 'resolved' && resolution.revision === revision;
              },
            )
          : this.#usesTopology(deployment, name);
      if (concerned) this.#store(rerendered(deployment, { moves: false }));
    }
  }

  /** The Environment that a deployment means now, and at which revision; `undefined` where that is not there. */
  #usedBy(deployment: Stored | undefined): { name: string; revision: number | undefined } | undefined {
    const read = deployment && readRef(deployment, 'environmentRef', this.#options.systemNamespace);
    if (read === undefined) return undefined;
    const { ref, namespaces } = read;
    const name = `${namespaces[0] ?? ''}/${ref.name}`;
    const environment = this.#objects.get(`Environment/${name}`);
    if (environment === undefined) return { name, revision: undefined };
    const resolution = resolve(ref.selector, this.#historyOf('Environment', environment));
    return { name, revision: resolution.state === 'resolved' ? resolution.revision : undefined };
  }

  #usesTopology(deployment: Stored, name: string): boolean {
    return [...this.#objects.values()]
      .filter((object) => object.kind === 'Environment' && topologyName(object).includes(name))
      .some(
        ({ metadata }) =>
          usesByDeployment(
            deployment,
            'Environment',
            { namespace: metadata.namespace ?? '', name: metadata.name },
            this.#options.systemNamespace,
          ).length > 0,
      );
  }

  #historyOf(kind: RevisionedKindName, { metadata, spec }: Stored) {
    const recorded = [...this.#objects.values()].flatMap((object) => {
      const fields: JsonObject = object.kind === definitionRevisions.kind ? (object.spec ?? {}) : {};
      const { revision, version } = fields;
      if (fields['kind'] !== kind || fields['name'] !== metadata.name) return [];
      if (object.metadata.namespace !== metadata.namespace || typeof revision !== 'number') return [];
      return [{ revision, ...(typeof version === 'string' ? { version } : {}) }];
    });
    const version = spec?.['version'];
    const newest = readStamp(metadata)?.revision ?? 1;
    return { newest: { revision: newest, ...(typeof version === 'string' ? { version } : {}) }, recorded };
  }

  /** Counts what an object holds as recorded. */
  #record(object: Stored): void {
    const kind = revisionedKindNames.find((name) => name === object.kind);
    if (kind === undefined) return;
    const hash = contentHash(object, this.#options.hash);
    const revision = readStamp(object.metadata)?.revision ?? recordedRevision(object) ?? 1;
    const annotations = {
      ...object.metadata.annotations,
      [revisionAnnotation]: String(revision),
      [revisionHashAnnotation]: hash,
    };
    const version = object.spec?.['version'];
    const known = object.status?.['versions'];
    const versions = publishedVersions(
      [{ revision, ...(typeof version === 'string' ? { version } : {}) }],
      isJsonObject(known) ? texts(known) : {},
    );
    const recorded: Stored = {
      ...object,
      metadata: { ...object.metadata, annotations },
      status: { ...object.status, revision, versions },
    };
    this.#store(recorded);
    const { metadata, ...record } = revisionOf(kind, recorded, { revision, hash });
    const { ownerReferences, ...ownerless } = metadata;
    const owned = object.metadata.uid === undefined ? ownerless : { ...ownerless, ownerReferences };
    this.#store(asStored({ ...record, metadata: owned as KubeObject['metadata'] }));
  }

  #store(object: Stored): void {
    this.#objects.set(storageKey(object), object);
  }

  #remove(object: Stored): void {
    this.#objects.delete(storageKey(object));
    // The history of an object goes with it.
    for (const [key, { kind, metadata, spec }] of this.#objects) {
      const isOf = spec?.['kind'] === object.kind && spec['name'] === object.metadata.name;
      if (kind === definitionRevisions.kind && isOf && metadata.namespace === object.metadata.namespace) {
        this.#objects.delete(key);
      }
    }
  }
}

interface Decided {
  decision: Decision;
  unchecked: NeededRight[];
}

function storageKey({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
}

function asStored(object: KubeObject): Stored {
  return JSON.parse(JSON.stringify(object));
}

/** What a client sends of the status is dropped. */
function withoutStatus(object: Stored): Stored {
  const { status: _, ...rest } = object;
  return rest;
}

function replaced(oldObject: Stored, given: Stored): Stored {
  const { labels: _labels, annotations: _annotations, ...metadata } = oldObject.metadata;
  const { labels, annotations } = given.metadata;
  const { spec: _spec, ...rest } = oldObject;
  return {
    ...rest,
    metadata: {
      ...metadata,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    },
    ...(given.spec === undefined ? {} : { spec: given.spec }),
  };
}

function requestOf(
  operation: 'CREATE' | 'UPDATE' | 'DELETE',
  object: Stored | undefined,
  oldObject: Stored | undefined,
): AdmissionRequest & { operation: 'CREATE' | 'UPDATE' | 'DELETE' } {
  const either = object ?? oldObject;
  const { kind = '', metadata } = either ?? {};
  const { group: ofGroup = '', version = '', plural = '' } = kindNamed(kind)?.resource ?? {};
  return {
    uid: 'offline',
    kind: { group: ofGroup, version, kind },
    resource: { group: ofGroup, version, resource: plural },
    operation,
    namespace: metadata?.namespace ?? '',
    name: metadata?.name ?? '',
    dryRun: false,
    ...(object === undefined ? {} : { object: plain(object) }),
    ...(oldObject === undefined ? {} : { oldObject: plain(oldObject) }),
    userInfo: user,
  };
}

function plain(object: Stored): JsonObject {
  return JSON.parse(JSON.stringify(object));
}

function resultOf(
  { operation, kind, namespace = '', name }: AdmissionRequest & { operation: OfflineResult['operation'] },
  violations: Violation[],
  { decision, unchecked }: Decided,
  allowed: boolean,
): OfflineResult {
  const resource = kindNamed(kind.kind)?.resource;
  if (resource === undefined) throw new TypeError(`${kind.kind} is no kind of ours`);
  return {
    operation,
    resource,
    namespace,
    name,
    allowed,
    unchanged: false,
    violations,
    notes: decision.notes,
    unchecked,
  };
}

/** An object without the stamps of its refs, which a manifest that stands for what is on a hub need not have. */
function asWritten({ metadata, ...rest }: Stored): object {
  const stamps: readonly string[] = referenceFields.map(({ stamp }) => stamp);
  const annotations = Object.entries(metadata.annotations ?? {}).filter(([key]) => !stamps.includes(key));
  return { ...rest, metadata: { ...metadata, annotations: Object.fromEntries(annotations) } };
}

function missing(kind: string, namespace: string, name: string): OfflineResult {
  const resource = kindNamed(kind)?.resource;
  if (resource === undefined) throw new TypeError(`${kind} is no kind of ours`);
  const message = `${resource.plural}.${resource.group} "${name}" not found in ${namespace}`;
  const violations: Violation[] = [{ code: 'NotFound', severity: 'deny', path: '', message }];
  const rest = { unchanged: false, notes: [], unchecked: [] };
  return { operation: 'DELETE', resource, namespace, name, allowed: false, violations, ...rest };
}

/** What kubectl and the API server refuse by themselves: fields that the schema lacks, odd metadata. */
function schemaProblems(object: Stored): Violation[] {
  const kind = kindNamed(object.kind);
  if (kind === undefined) return [];
  const deny = (path: string, message: string): Violation => ({ code: 'InvalidSpec', severity: 'deny', path, message });
  const unknown = unknownFields(kind, plain(object)).map(({ path, message, allowed }) =>
    deny(path, message + (allowed === undefined ? '' : didYouMean(allowed.field, allowed.names))),
  );
  const stray = Object.keys(object)
    .filter((field) => !objectFields.includes(field))
    .map((field) => deny(field, `is not a field here${didYouMean(field, objectFields)}`));
  const metadata = metadataProblems(object).map(({ path, message }) => deny(path, message));
  return [...metadata, ...stray, ...unknown];
}

const objectFields = ['apiVersion', 'kind', 'metadata', 'spec', 'status'];

function patched(object: Stored, patch: readonly PatchOperation[]): Stored {
  const result: JsonObject = plain(object);
  for (const { op, path, value } of patch) {
    const keys = path
      .split('/')
      .slice(1)
      .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = keys.pop();
    if (last === undefined) throw new TypeError('admission replaces no whole object');
    let parent: JsonObject = result;
    for (const key of keys) {
      const next = parent[key];
      if (!isJsonObject(next)) throw new TypeError(`admission patches ${path}, which is in no object`);
      parent = next;
    }
    if (op === 'remove') delete parent[last];
    else Object.defineProperty(parent, last, { value, enumerable: true, configurable: true, writable: true });
  }
  return result as unknown as Stored;
}

function sameNames(object: Stored, oldObject: Stored | undefined): boolean {
  return oldObject !== undefined && sameJson(workloadNames(object), workloadNames(oldObject));
}

/** A deployment whose render is another now: applied nowhere yet, as far as is known where it is. */
function rerendered({ status, ...deployment }: Stored, { moves }: { moves: boolean }): Stored {
  if (status === undefined) return deployment;
  const {
    effectiveLifecycle: _,
    environment: _environment,
    selectedClusters,
    pendingClusters: _pending,
    ...rest
  } = status;
  const placed = moves || selectedClusters === undefined ? {} : { selectedClusters, pendingClusters: selectedClusters };
  return { ...deployment, status: { ...rest, ...placed } };
}

/** An Environment that the aggregator has not judged since it was edited. */
function unjudged({ status, ...environment }: Stored): Stored {
  if (status === undefined) return environment;
  const { conditions } = status;
  const others = Array.isArray(conditions)
    ? conditions.filter((item) => !isJsonObject(item) || item['type'] !== 'EnvironmentReady')
    : [];
  return { ...environment, status: { ...status, conditions: others } };
}

function recordedRevision({ status }: Stored): number | undefined {
  const revision = status?.['revision'];
  return typeof revision === 'number' && Number.isSafeInteger(revision) && revision > 0 ? revision : undefined;
}

function texts(map: JsonObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(map).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function distinct<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
