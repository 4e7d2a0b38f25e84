import type { RevisionedKindName } from '../api/definition-revision.ts';
import { isJsonObject, type JsonObject } from '../api/object.ts';
import { policyDefinitionTypeLabel } from '../api/policy-definition.ts';
import type { UncheckedObject } from '../api/unchecked-object.ts';
import { topologyRevisionAnnotation } from '../domain/annotations.ts';
import { topologyOf } from '../domain/json/fields.ts';
import type { Hash } from '../domain/json/canonical-json.ts';
import { changedMeaning } from '../domain/refs/changed-meaning.ts';
import type { FoundReference } from '../domain/refs/found-reference.ts';
import { refLookup, type RefLookup } from '../domain/refs/read-ref.ts';
import { historyOfTerminating, isPublishedMajor, resolve, type History } from '../domain/refs/resolution.ts';
import { readTopologyStamp } from '../domain/refs/topology-stamp.ts';
import { builtinTopologyNames, topologyType, type BuiltinTopologyName } from '../domain/refs/topology-type.ts';
import { parseRef, type RevisionSelector, type VersionRef } from '../domain/refs/version-ref.ts';
import { readAllowedHubNamespaces } from '../domain/revisions/allowed-hub-namespaces.ts';
import type { Definition } from '../domain/revisions/definition.ts';
import { historyLimits } from '../domain/revisions/history-limits.ts';
import { publishedIn } from '../domain/revisions/published-version.ts';
import { contentHash, isTerminating, readStamp } from '../domain/revisions/revision.ts';
import type { DefinitionStore } from './store.ts';

export interface CatalogOptions {
  store: DefinitionStore;
  hash: Hash;
  /** The CUE templates of the built-in topologies. */
  builtins: Readonly<Record<BuiltinTopologyName, string>>;
  /** The namespace of PolicyDefinitions, and of profiles that every namespace may refer to. */
  systemNamespace: string;
  /**
   * Where recorded revisions are cached. With it, the store lists revisions only if a ref needs that: for stores that read live,
   * because a list takes much longer than an object. `allowedHubNamespaces` has then only those of the object.
   */
  cachedRevisions?: Pick<DefinitionStore, 'revisions'>;
  /** The hashes of the content of objects, for catalogs that read the same objects. By default a catalog has its own. */
  hashes?: WeakMap<object, string>;
}

export interface FindOptions {
  /** Whether the history has all recorded revisions, also those that do not matter for the ref. */
  completeHistory?: boolean;
}

/** A definition at the revision that a ref resolves to, or why the ref cannot be resolved. */
export type ResolvedDefinition =
  | FoundDefinition
  | { state: 'pending' | 'impossible'; reason: 'ReferenceNotFound' | 'RevisionNotFound'; message: string };

export interface FoundDefinition {
  state: 'found';
  namespace: string;
  name: string;
  revision: number;
  version?: string;
  /** The hash of the content at this revision. Absent in revisions that an early version of mooring has recorded. */
  hash?: string;
  /** Whether the ref may resolve to another revision later. */
  floating: boolean;
  spec: JsonObject;
  /** Of an Environment: the hub namespaces in the stamps of the object and of this revision, without shared ones. */
  allowedHubNamespaces: readonly string[];
  /** Of an Environment with a pinned topology: the stamp of this revision, which says what the topology means. */
  topologyStamp?: string;
}

/** The CUE template of a topology, or why it is not found. */
export type FoundTopology =
  /** `lacksStamp`: the topology is pinned, and admission would stamp the Environment with what it means. */
  | { state: 'found'; template: string; lacksStamp: boolean }
  /** A pinned topology means other content now than the stamp says. */
  | { state: 'changed'; message: string }
  | { state: 'unknown'; message: string; impossible: boolean }
  | { state: 'invalid'; message: string };

/** Resolves refs to an object, a revision and its content. It reads from a store and has no state of its own. */
export class Catalog {
  readonly store: DefinitionStore;
  readonly systemNamespace: string;
  readonly #hash: Hash;
  readonly #builtins: CatalogOptions['builtins'];
  readonly #cachedRevisions: CatalogOptions['cachedRevisions'];
  /** Objects of caches are read often, and a hash of much content takes milliseconds. */
  readonly #hashes: WeakMap<object, string>;

  constructor({ store, hash, builtins, systemNamespace, cachedRevisions, hashes }: CatalogOptions) {
    this.store = store;
    this.systemNamespace = systemNamespace;
    this.#hash = hash;
    this.#builtins = builtins;
    this.#cachedRevisions = cachedRevisions;
    this.#hashes = hashes ?? new WeakMap();
  }

  /** The revisions of an object; `undefined` if it has no stamp yet, or is terminating and its revisions are deleted. */
  async history(kind: RevisionedKindName, definition: Definition): Promise<History | undefined> {
    const stamp = readStamp(definition.metadata);
    if (stamp === undefined) return undefined;
    const recorded = await this.store.revisions(kind, definition);
    if (isTerminating(definition)) return historyOfTerminating(stamp.revision, recorded);
    const known = recorded.find(({ revision }) => revision === stamp.revision);
    // Content that was written while the webhook was down is not a revision until it is stamped: the recorded version counts.
    const isStamped = stamp.hash === this.#hashOf(definition);
    const version = isStamped ? definition.spec?.['version'] : known?.version;
    const hash = isStamped ? stamp.hash : known?.hash;
    const newest = {
      revision: stamp.revision,
      ...(typeof version === 'string' ? { version } : {}),
      ...(hash === undefined ? {} : { hash }),
    };
    return { newest, recorded, ...publishedIn(definition) };
  }

  /**
   * The history that one ref needs, without a list of the recorded revisions; `undefined` if only the list tells what the ref means.
   * The newest revision is the object itself. A number means that revision if no release has it as its major version, which the object
   * says too: the controller writes all published lines of versions into the status before the next edit is admitted. The cache may
   * know more only after a restoration, until the controller has completed the status.
   */
  async #historyWithoutList(
    kind: RevisionedKindName,
    definition: Definition,
    selector: RevisionSelector,
  ): Promise<History | undefined> {
    const stamp = readStamp(definition.metadata);
    if (stamp === undefined || isTerminating(definition) || stamp.hash !== this.#hashOf(definition)) return undefined;
    // What a pinned topology means is stamped on the revision too.
    if (kind === 'Environment' && mayHavePinnedTopology(definition)) return undefined;
    const version = definition.spec?.['version'];
    const newest = { ...stamp, ...(typeof version === 'string' ? { version } : {}) };
    const history: History = { newest, recorded: [], ...publishedIn(definition) };
    if (selector.kind === 'newest') return history;
    if (selector.kind !== 'number' || selector.number > stamp.revision) return undefined;
    if ((history.published?.length ?? 0) >= historyLimits.versionLines) return undefined;
    const cached = (await this.#cachedRevisions?.revisions(kind, definition)) ?? [];
    if (isPublishedMajor(selector.number, { ...history, recorded: cached })) return undefined;
    if (selector.number === stamp.revision) return history;
    const known = await this.store.revision(kind, definition, selector.number);
    // A message about a missing revision lists the others.
    if (known === undefined) return undefined;
    const found: History = { ...history, recorded: [known] };
    return isPublishedMajor(selector.number, found) ? undefined : found;
  }

  /**
   * The spec of an object at a revision: that of the live object if the revision is its newest, else the recorded one. The
   * content of a terminating object is never used, because admission does not check it.
   */
  async specAt(kind: RevisionedKindName, definition: Definition, revision: number): Promise<JsonObject | undefined> {
    const stamp = isTerminating(definition) ? undefined : readStamp(definition.metadata);
    if (stamp?.revision === revision && stamp.hash === this.#hashOf(definition)) return definition.spec;
    return this.store.recorded(kind, definition, revision);
  }

  /**
   * The object that a ref names, with the history that the ref needs: with `cachedRevisions`, without recorded revisions that
   * do not matter for it. The namespaces are searched in order.
   */
  async find(
    kind: RevisionedKindName,
    { ref, namespaces }: { ref: VersionRef; namespaces: readonly string[] },
    { completeHistory = this.#cachedRevisions === undefined }: FindOptions = {},
  ): Promise<FoundReference & { definition?: Definition }> {
    for (const namespace of namespaces) {
      const definition = await this.store.get(kind, namespace, ref.name);
      if (definition === undefined) continue;
      const alone = completeHistory ? undefined : await this.#historyWithoutList(kind, definition, ref.selector);
      const history = alone ?? (await this.history(kind, definition));
      return {
        ref,
        namespace,
        definition,
        ...(history === undefined ? {} : { history }),
        ...(isTerminating(definition) ? { isTerminating: true } : {}),
      };
    }
    return { ref, namespace: namespaces[0] ?? '' };
  }

  /** The content that a ref resolves to. */
  async resolve(kind: RevisionedKindName, { text, namespaces }: RefLookup): Promise<ResolvedDefinition> {
    const parsed = parseRef(text);
    if (!parsed.ok) return revisionNotFound('impossible', `${JSON.stringify(text)}: ${parsed.problem}`);
    const { ref, namespace, definition, history } = await this.find(kind, { ref: parsed.ref, namespaces });
    const title = `${kind} ${namespace}/${ref.name}`;
    if (definition === undefined) {
      return { state: 'pending', reason: 'ReferenceNotFound', message: `there is no ${title} yet` };
    }
    if (history === undefined) {
      if (!isTerminating(definition)) return revisionNotFound('pending', `${title} has no revision yet`);
      return { state: 'pending', reason: 'ReferenceNotFound', message: `${title} is being deleted` };
    }
    const resolution = resolve(ref.selector, history);
    if (resolution.state !== 'resolved') {
      return revisionNotFound(
        resolution.state,
        `${title}: ${resolution.problem}; existing revisions: ${resolution.exists}`,
      );
    }
    const { revision, version, hash, floating } = resolution;
    const spec = await this.specAt(kind, definition, revision);
    if (spec === undefined) return revisionNotFound('pending', `revision ${revision} of ${title} is not recorded yet`);
    const recorded = history.recorded.find((known) => known.revision === revision)?.hubNamespaces ?? [];
    // The stamp of a terminating object is not guarded by admission, so only that of the revision counts.
    const live = isTerminating(definition) ? [] : readAllowedHubNamespaces(definition.metadata);
    const allowedHubNamespaces = [...live, ...recorded];
    const topologyStamp = topologyStampAt(definition, history, revision);
    const found = {
      state: 'found',
      namespace,
      name: ref.name,
      revision,
      floating,
      spec,
      allowedHubNamespaces,
    } as const;
    return {
      ...found,
      ...(version === undefined ? {} : { version }),
      ...(hash === undefined ? {} : { hash }),
      ...(topologyStamp === undefined ? {} : { topologyStamp }),
    };
  }

  /** The stamp of the pinned topology of an Environment at a revision. */
  async topologyStampAt(definition: Definition, revision: number): Promise<string | undefined> {
    const history = await this.history('Environment', definition);
    return history === undefined ? undefined : topologyStampAt(definition, history, revision);
  }

  /** Resolves the environmentRef of a WorkloadDeployment; `undefined` if the field does not have the shape of a ref. */
  async environmentOf(deployment: UncheckedObject): Promise<ResolvedDefinition | undefined> {
    const lookup = refLookup(deployment, 'environmentRef', this.systemNamespace);
    return lookup === undefined ? undefined : this.resolve('Environment', lookup);
  }

  /** Resolves the workloadProfileRef of a WorkloadDeployment; `undefined` if the field does not have the shape of a ref. */
  async profileOf(deployment: UncheckedObject): Promise<ResolvedDefinition | undefined> {
    const lookup = refLookup(deployment, 'workloadProfileRef', this.systemNamespace);
    return lookup === undefined ? undefined : this.resolve('WorkloadProfile', lookup);
  }

  /**
   * Finds the topology that `spec.topology.type` names: a built-in, or a PolicyDefinition in the system namespace. `stamp` is the text
   * of the stamp that says what a pinned topology means.
   */
  async topology(type: string, stamp: string | undefined): Promise<FoundTopology> {
    const read = topologyType(type);
    if (read.kind === 'invalid') return { state: 'invalid', message: `${JSON.stringify(type)} ${read.problem}` };
    if (read.kind === 'builtin') return { state: 'found', template: this.#builtins[read.name], lacksStamp: false };
    const definition = await this.store.get('PolicyDefinition', this.systemNamespace, read.ref.name);
    if (definition?.metadata.labels?.[policyDefinitionTypeLabel] === 'topology') {
      const found = await this.resolve('PolicyDefinition', { text: type, namespaces: [this.systemNamespace] });
      if (found.state !== 'found') {
        return { state: 'unknown', message: found.message, impossible: found.state === 'impossible' };
      }
      const meant = readTopologyStamp(stamp, read.ref);
      const message = changedMeaning({ path: 'spec.topology.type', kind: 'PolicyDefinition' }, read.ref, meant, found);
      if (message !== undefined) return { state: 'changed', message };
      const lacksStamp = meant === undefined && !found.floating && found.hash !== undefined;
      const template = templateOf(found.spec);
      if (template !== undefined) return { state: 'found', template, lacksStamp };
    }
    return { state: 'unknown', impossible: false, message: unknownTopology(type, read.ref, definition) };
  }

  /** The hash of the content of an object, if a ref to it was resolved or its history was read. */
  knownHash(object: object): string | undefined {
    return this.#hashes.get(object);
  }

  #hashOf(definition: Definition): string {
    const found = this.#hashes.get(definition) ?? contentHash(definition, this.#hash);
    this.#hashes.set(definition, found);
    return found;
  }
}

/** It names no other PolicyDefinitions, because not everybody who may read the message may list them. */
function unknownTopology(type: string, { name }: VersionRef, definition: Definition | undefined): string {
  const hint =
    definition === undefined ? '' : ` (PolicyDefinition ${name} lacks label ${policyDefinitionTypeLabel}: topology)`;
  return `there is no topology ${type}${hint}; built in: ${builtinTopologyNames.join(', ')}`;
}

/** Whether the meaning of the topology of an Environment may depend on a stamp. */
function mayHavePinnedTopology(environment: Definition): boolean {
  const { type } = topologyOf(environment);
  const read = typeof type === 'string' ? topologyType(type) : undefined;
  return read?.kind === 'custom' && read.ref.selector.kind !== 'newest';
}

/** The stamp of the newest revision may be missing where it is recorded, because it was recorded before the topology existed. */
function topologyStampAt(definition: Definition, { newest, recorded }: History, revision: number): string | undefined {
  const known = recorded.find((each) => each.revision === revision)?.topologyStamp;
  // Admission does not check the annotations of a terminating object.
  if (known !== undefined || revision !== newest.revision || isTerminating(definition)) return known;
  return definition.metadata.annotations?.[topologyRevisionAnnotation];
}

/** Why a topology that was not found cannot be rendered, for the condition `Rendered`. */
export function topologyFailure({ state, message }: Exclude<FoundTopology, { state: 'found' }>): {
  ok: false;
  reason: 'UnknownTopology' | 'RevisionChanged' | 'InvalidSpec';
  message: string;
} {
  const reasons = { unknown: 'UnknownTopology', changed: 'RevisionChanged', invalid: 'InvalidSpec' } as const;
  return { ok: false, reason: reasons[state], message };
}

function revisionNotFound(state: 'pending' | 'impossible', message: string): ResolvedDefinition {
  return { state, reason: 'RevisionNotFound', message };
}

/** The CUE template in the spec of a PolicyDefinition; `undefined` if the spec has none. */
export function templateOf(spec: JsonObject | undefined): string | undefined {
  const schematic = spec?.['schematic'];
  const cue = isJsonObject(schematic) ? schematic['cue'] : undefined;
  const template = isJsonObject(cue) ? cue['template'] : undefined;
  return typeof template === 'string' ? template : undefined;
}
