import type { RevisionedKindName } from '../api/definition-revision.ts';
import { isJsonObject, type JsonObject } from '../api/object.ts';
import { policyDefinitionTypeLabel } from '../api/policy-definition.ts';
import type { Hash } from '../domain/json/canonical-json.ts';
import { resolve, type History, type KnownRevision, type Resolution } from '../domain/refs/resolution.ts';
import { contentHash, readStamp } from '../domain/revisions/revision.ts';
import { builtinTopologyNames, topologyType, type BuiltinTopologyName } from '../domain/refs/topology-type.ts';
import { parseRef, type VersionRef } from '../domain/refs/version-ref.ts';
import type { FoundReference } from '../domain/refs/found-reference.ts';
import type { Definition } from '../domain/revisions/definition.ts';

/** Where definitions are looked up: caches, an API server, or files. */
export interface DefinitionStore {
  get(kind: RevisionedKindName, namespace: string, name: string): Promise<Definition | undefined>;
  /** Names of the objects of a kind in a namespace, sorted. */
  names(kind: RevisionedKindName, namespace: string): Promise<string[]>;
  /** The recorded revisions that belong to exactly this object: those of a namesake with another uid are not its own. */
  revisions(kind: RevisionedKindName, definition: Definition): Promise<KnownRevision[]>;
  /** The spec of a recorded revision. */
  recorded(kind: RevisionedKindName, definition: Definition, revision: number): Promise<JsonObject | undefined>;
}

/** What a ref says: the text, and the namespace if it has one. */
export interface Reference {
  name: string;
  namespace?: string | undefined;
}

/** The revisions of an object; `undefined` as long as it carries no stamp. */
export async function historyOf(
  definitions: DefinitionStore,
  kind: RevisionedKindName,
  definition: Definition,
  hash: Hash,
): Promise<History | undefined> {
  const stamp = readStamp(definition.metadata);
  if (stamp === undefined) return undefined;
  const recorded = await definitions.revisions(kind, definition);
  const known = recorded.find(({ revision }) => revision === stamp.revision);
  // What was written while the webhook was away is no revision yet: until it is stamped, the recorded one counts.
  const live = stamp.hash === contentHash(definition, hash) ? definition.spec?.['version'] : known?.version;
  return { newest: { revision: stamp.revision, ...(typeof live === 'string' ? { version: live } : {}) }, recorded };
}

/** The spec that an object had at a revision: from the live object where it is its newest, else as recorded. */
export async function specAt(
  definitions: DefinitionStore,
  kind: RevisionedKindName,
  definition: Definition,
  revision: number,
  hash: Hash,
): Promise<JsonObject | undefined> {
  const stamp = readStamp(definition.metadata);
  if (stamp?.revision === revision && stamp.hash === contentHash(definition, hash)) return definition.spec;
  return definitions.recorded(kind, definition, revision);
}

/** Looks up an object by a ref. A namespace list is tried in order: the first that has the object wins. */
export async function findReference(
  definitions: DefinitionStore,
  kind: RevisionedKindName,
  ref: VersionRef,
  namespaces: readonly string[],
  hash: Hash,
): Promise<FoundReference & { definition?: Definition }> {
  for (const namespace of namespaces) {
    const definition = await definitions.get(kind, namespace, ref.name);
    if (definition === undefined) continue;
    const history = await historyOf(definitions, kind, definition, hash);
    return { ref, namespace, definition, ...(history === undefined ? {} : { history }) };
  }
  return { ref, namespace: namespaces[0] ?? '' };
}

/** An object at the revision that a ref means. */
export type Located =
  | {
      state: 'found';
      namespace: string;
      name: string;
      revision: number;
      version?: string;
      spec: JsonObject;
    }
  | { state: 'pending' | 'impossible'; reason: 'ReferenceNotFound' | 'RevisionNotFound'; message: string };

/** Follows a ref to the content that it means. */
export async function locate(
  definitions: DefinitionStore,
  kind: RevisionedKindName,
  reference: Reference,
  namespaces: readonly string[],
  hash: Hash,
): Promise<Located> {
  const parsed = parseRef(reference.name);
  const missing = (state: 'pending' | 'impossible', message: string): Located => ({
    state,
    reason: 'RevisionNotFound',
    message,
  });
  if (!parsed.ok) return missing('impossible', `${JSON.stringify(reference.name)}: ${parsed.problem}`);
  const { ref, namespace, definition, history } = await findReference(definitions, kind, parsed.ref, namespaces, hash);
  const what = `${kind} ${namespace}/${ref.name}`;
  if (definition === undefined) {
    return { state: 'pending', reason: 'ReferenceNotFound', message: `there is no ${what} yet` };
  }
  if (history === undefined) return missing('pending', `${what} has no revision yet`);
  const resolution: Resolution = resolve(ref.selector, history);
  if (resolution.state !== 'resolved') {
    return missing(resolution.state, `${what}: ${resolution.problem}; there is ${resolution.exists}`);
  }
  const { revision, version } = resolution;
  const spec = await specAt(definitions, kind, definition, revision, hash);
  if (spec === undefined) return missing('pending', `revision ${revision} of ${what} is not recorded yet`);
  return { state: 'found', namespace, name: ref.name, revision, ...(version === undefined ? {} : { version }), spec };
}

/** The CUE text of a topology. */
export type FoundTopology =
  | { state: 'found'; template: string }
  | { state: 'unknown'; message: string; impossible: boolean }
  | { state: 'invalid'; message: string };

/** Looks up what `spec.topology.type` names: a built-in, or a PolicyDefinition in the system namespace. */
export async function findTopology(
  definitions: DefinitionStore,
  type: string,
  systemNamespace: string,
  builtins: Readonly<Record<BuiltinTopologyName, string>>,
  hash: Hash,
): Promise<FoundTopology> {
  const read = topologyType(type);
  if (read.kind === 'invalid') return { state: 'invalid', message: `${JSON.stringify(type)} ${read.problem}` };
  if (read.kind === 'builtin') return { state: 'found', template: builtins[read.name] };
  const definition = await definitions.get('PolicyDefinition', systemNamespace, read.ref.name);
  if (definition?.metadata.labels?.[policyDefinitionTypeLabel] === 'topology') {
    const located = await locate(definitions, 'PolicyDefinition', { name: type }, [systemNamespace], hash);
    if (located.state !== 'found') {
      return { state: 'unknown', message: located.message, impossible: located.state === 'impossible' };
    }
    const template = templateOf(located.spec);
    if (template !== undefined) return { state: 'found', template };
  }
  const names = await definitions.names('PolicyDefinition', systemNamespace);
  const known = [
    ...builtinTopologyNames,
    ...names.filter((name) => name !== read.ref.name || definition === undefined),
  ];
  const hint =
    definition === undefined
      ? ''
      : ` (PolicyDefinition ${read.ref.name} lacks label ${policyDefinitionTypeLabel}: topology)`;
  return {
    state: 'unknown',
    impossible: false,
    message: `there is no topology ${type}${hint}; known: ${known.join(', ')}`,
  };
}

/** The CUE text in the spec of a PolicyDefinition. */
export function templateOf(spec: JsonObject | undefined): string | undefined {
  const schematic = spec?.['schematic'];
  const cue = isJsonObject(schematic) ? schematic['cue'] : undefined;
  const template = isJsonObject(cue) ? cue['template'] : undefined;
  return typeof template === 'string' ? template : undefined;
}

/** Where a profile is looked for: the namespace that its stamp settled on, else its own and then the system's. */
export function profileNamespaces(own: string, systemNamespace: string, settled: string | undefined): string[] {
  if (settled !== undefined) return [settled];
  return own === systemNamespace ? [own] : [own, systemNamespace];
}
