import { isJsonObject, type JsonObject, type JsonValue, type KubeObject } from '../../api/object.ts';
import { sameJson, type Hash } from '../json/canonical-json.ts';
import { child } from '../json/fields.ts';
import { hubName, maxHubNamespaceLength } from './naming.ts';
import { identityMetadata, probeName, type RenderIdentity } from './render-identity.ts';

/** A kind that a topology may render. */
export interface AllowedKind {
  apiVersion: string;
  kind: string;
}

export interface AdoptOptions {
  identity: RenderIdentity;
  allowedKinds: readonly AllowedKind[];
  /** Namespaces on the hub that objects may be in. The first is the default. */
  hubNamespaces: readonly string[];
  /** The maximum size of the manifests in one ManifestWork, in bytes of JSON. */
  workLimit: number;
  hash: Hash;
}

/** A rendered object with the name and the identity under which it is applied on the hub. */
export interface HubObject extends KubeObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace: string;
    labels: Record<string, string>;
    annotations: Record<string, string>;
    /** The version that the write replaces. A conflict means that the object was changed since it was read. */
    resourceVersion?: string;
  };
}

export type AdoptResult =
  | { ok: true; objects: HubObject[]; placementRefs: { namespace: string; name: string }[] }
  | { ok: false; reason: 'InvalidRender' | 'ManifestsTooLarge'; message: string };

const replicaSetKind = 'ManifestWorkReplicaSet';
const placementKind = 'Placement';

/**
 * The maximum number of ManifestWorkReplicaSets, of Placements, of Placements that it refers to but does not contain, and of objects of
 * other kinds in one render: the status lists each of them, and the hub and the controller keep them.
 */
const maxObjects = 64;

/**
 * The maximum size of all objects in one render that are not ManifestWorkReplicaSets, in bytes of JSON. A short template can repeat a
 * text so often that a few deployments would fill etcd.
 */
const maxOtherBytes = 2 * 1024 * 1024;

/**
 * Turns the objects that a topology rendered into objects for the hub: checks kinds, namespaces, names and sizes, replaces
 * the names, which are local to the render, by names that are unique on the hub, and adds the identity.
 */
export function adoptRender(rendered: readonly JsonObject[], options: AdoptOptions): AdoptResult {
  if (rendered.length === 0)
    return refuse('the topology renders no object: add an `output` or `outputs` to its template');
  const locals: LocalObject[] = [];
  for (const [index, object] of rendered.entries()) {
    const local = readLocal(object, options);
    if (typeof local === 'string') return refuse(`object ${index + 1} of the render: ${local}`);
    if (locals.some((other) => sameLocal(other, local))) {
      return refuse(`the render contains ${local.kind} ${local.namespace}/${local.name} twice`);
    }
    locals.push(local);
  }
  const excess = excessOf(locals);
  if (excess !== undefined) return refuse(excess);
  const oversized = locals.filter(
    (local) => local.kind === replicaSetKind && manifestBytes(local.object) > options.workLimit,
  );
  if (oversized.length > 0) return tooLarge(oversized, options.workLimit);
  return adoptAll(locals, options);
}

/** A rendered object that passed the checks, under its local name. */
interface LocalObject {
  object: JsonObject;
  apiVersion: string;
  kind: string;
  namespace: string;
  name: string;
  /** The Placements that a ManifestWorkReplicaSet refers to, sorted by name. */
  refs: string[];
}

/** Why the objects are too many, or those that are not ManifestWorkReplicaSets too large; `undefined` if they are not. */
function excessOf(locals: readonly LocalObject[]): string | undefined {
  const counts = Map.groupBy(locals, ({ kind }) => {
    if (kind === replicaSetKind) return `${replicaSetKind}s`;
    return kind === placementKind ? `${placementKind}s` : 'objects of other kinds';
  });
  for (const [what, { length }] of counts) {
    if (length > maxObjects) return `the render contains ${length} ${what}; at most ${maxObjects} are allowed`;
  }
  const others = locals.filter(({ kind }) => kind !== replicaSetKind);
  const bytes = others.reduce((sum, { object }) => sum + bytesOf(object), 0);
  if (bytes <= maxOtherBytes) return undefined;
  const [kib, most] = [Math.ceil(bytes / 1024), maxOtherBytes / 1024];
  return `the objects of the render that are not ${replicaSetKind}s have ${kib} KiB together; at most ${most} KiB are allowed`;
}

function refuse(message: string): AdoptResult {
  return { ok: false, reason: 'InvalidRender', message };
}

function tooLarge(oversized: LocalObject[], limit: number): AdoptResult {
  const sizes = oversized.map(
    ({ name, object }) => `${name} has ${Math.ceil(manifestBytes(object) / 1024)} KiB of manifests`,
  );
  const message = `${sizes.join(', ')}; one ManifestWork can have at most ${Math.floor(limit / 1024)} KiB: split the workload`;
  return { ok: false, reason: 'ManifestsTooLarge', message };
}

function sameLocal(left: LocalObject, right: LocalObject): boolean {
  const isNamed = left.kind === right.kind && left.namespace === right.namespace && left.name === right.name;
  // ManifestWorkReplicaSets may share a name if their Placements differ, because their names on the hub then differ.
  return isNamed && sameJson(left.refs, right.refs);
}

/** Checks a rendered object. Returns a message if it is not acceptable. */
function readLocal(object: JsonObject, options: AdoptOptions): LocalObject | string {
  const { apiVersion, kind } = object;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return 'has no apiVersion or kind';
  const problem = kindProblem({ apiVersion, kind }, options.allowedKinds);
  if (problem !== undefined) return problem;
  const { name, namespace = options.hubNamespaces[0] ?? '' } = child(object, 'metadata');
  if (typeof name !== 'string' || !/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/.test(name)) {
    return `${kind} has the name ${JSON.stringify(name ?? '')}, which is not a valid name`;
  }
  if (typeof namespace !== 'string' || !options.hubNamespaces.includes(namespace)) {
    return `${kind} ${name} is in namespace ${JSON.stringify(namespace)}; allowed here: ${options.hubNamespaces.join(', ')}`;
  }
  if (namespace.length > maxHubNamespaceLength) {
    return `namespace ${namespace} has ${namespace.length} characters; with more than ${maxHubNamespaceLength} it leaves no room for names in OCM's labels`;
  }
  const refs = readPlacementRefs(object).map((ref) => (typeof ref['name'] === 'string' ? ref['name'] : ''));
  return { object, apiVersion, kind, namespace, name, refs: kind === replicaSetKind ? refs.toSorted() : [] };
}

/** Why a topology may not render a kind; `undefined` if it may. */
export function kindProblem(rendered: AllowedKind, allowedKinds: readonly AllowedKind[]): string | undefined {
  const { apiVersion, kind } = rendered;
  if (allowedKinds.some((allowed) => allowed.apiVersion === apiVersion && allowed.kind === kind)) return undefined;
  const allowed = allowedKinds.map((known) => `${known.kind} (${known.apiVersion})`).join(', ');
  return `${kind} (${apiVersion}) is not a kind that a topology may render; allowed: ${allowed}`;
}

/** The size of the manifests of a ManifestWorkReplicaSet in bytes of JSON. */
function manifestBytes(object: JsonObject): number {
  const template = child(object, 'spec')['manifestWorkTemplate'];
  return bytesOf(template ?? null);
}

function bytesOf(value: JsonValue): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}

function adoptAll(locals: LocalObject[], options: AdoptOptions): AdoptResult {
  const names = new Map<string, string>();
  for (const local of locals.filter(({ kind }) => kind !== replicaSetKind)) {
    names.set(`${local.kind}/${local.namespace}/${local.name}`, nameOnHub(local, [], options));
  }
  const external = new Map<string, { namespace: string; name: string }>();
  const objects = locals.map((local) => {
    const ownName = names.get(`${local.kind}/${local.namespace}/${local.name}`);
    if (ownName !== undefined) return toHubObject(local, local.object, ownName, options);
    const refs = readPlacementRefs(local.object).map((ref) => {
      const name = typeof ref['name'] === 'string' ? ref['name'] : '';
      const rendered = names.get(`${placementKind}/${local.namespace}/${name}`);
      if (rendered === undefined) external.set(`${local.namespace}/${name}`, { namespace: local.namespace, name });
      return { ...ref, name: rendered ?? name };
    });
    const refNames = refs.map((ref) => `${local.namespace}/${ref.name}`).toSorted();
    const spec = { ...child(local.object, 'spec'), placementRefs: refs };
    return toHubObject(local, { ...local.object, spec }, nameOnHub(local, refNames, options), options);
  });
  if (external.size > maxObjects) {
    return refuse(
      `the render refers to ${external.size} Placements that it does not contain; at most ${maxObjects} are allowed`,
    );
  }
  const placementRefs = [...external.values()].toSorted((left, right) =>
    `${left.namespace}/${left.name}` < `${right.namespace}/${right.name}` ? -1 : 1,
  );
  return { ok: true, objects, placementRefs };
}

function readPlacementRefs(object: JsonObject): JsonObject[] {
  const refs = child(object, 'spec')['placementRefs'];
  return Array.isArray(refs) ? refs.filter(isJsonObject) : [];
}

/**
 * The name of an object on the hub. It depends on the Placement refs of a ManifestWorkReplicaSet, so that a changed ref
 * creates a second ManifestWorkReplicaSet before the first one is pruned. It also depends on the namespace, because OCM may
 * name ManifestWorks after the ManifestWorkReplicaSet alone: those of two namespaces would collide on a cluster.
 */
function nameOnHub(local: LocalObject, refs: string[], { identity, hash }: AdoptOptions): string {
  const { environment, deployment } = identity;
  const owner = deployment ?? { namespace: environment.namespace, name: environment.name };
  const probe = deployment === undefined ? [probeName] : [];
  return hubName(
    {
      hubNamespace: local.namespace,
      readable: deployment === undefined ? `${probeName}-${owner.name}` : owner.name,
      identity: [local.kind, owner.namespace, owner.name, local.name, refs, ...probe],
    },
    hash,
  );
}

function toHubObject(
  local: LocalObject,
  object: JsonObject,
  name: string,
  { identity, hash }: AdoptOptions,
): HubObject {
  const metadata = child(object, 'metadata');
  const { labels, annotations } = identityMetadata(identity, hash);
  return {
    ...object,
    apiVersion: local.apiVersion,
    kind: local.kind,
    metadata: {
      name,
      namespace: local.namespace,
      labels: { ...strings(metadata['labels']), ...labels },
      annotations: { ...strings(metadata['annotations']), ...annotations },
    },
  };
}

function strings(value: JsonValue | undefined): Record<string, string> {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
