import { isJsonObject, type JsonObject, type JsonValue, type KubeObject } from '../../api/object.ts';
import { sameJson, type Hash } from '../json/canonical-json.ts';
import { child } from '../json/fields.ts';
import { hubName, maxHubNamespaceLength } from './naming.ts';
import { identityMetadata, type RenderIdentity } from './render-identity.ts';

/** A kind that a topology may render. */
export interface AllowedKind {
  apiVersion: string;
  kind: string;
}

export interface AdoptOptions {
  identity: RenderIdentity;
  allowedKinds: readonly AllowedKind[];
  /** Namespaces on the hub that objects may be in; the first is that of an object that names none. */
  hubNamespaces: readonly string[];
  /** Bytes of JSON that the manifests of one work may have. */
  workLimit: number;
  hash: Hash;
}

/** An object to be applied on the hub, by a name that is ours alone. */
export interface HubObject extends KubeObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace: string;
    labels: Record<string, string>;
    annotations: Record<string, string>;
    /** Of the object that was read before it is written over. */
    resourceVersion?: string;
  };
}

export type AdoptResult =
  | { ok: true; objects: HubObject[]; placementRefs: { namespace: string; name: string }[] }
  | { ok: false; reason: 'InvalidRender' | 'ManifestsTooLarge'; message: string };

const workKind = 'ManifestWorkReplicaSet';

/** Works of one render, and Placements of others that it may refer to: as many as our statuses can name. */
const most = 64;

/**
 * Makes what a topology rendered ours: checks kinds, namespaces, names and sizes, maps the names, which are local to
 * the render, to names that are unique on the hub, and marks every object with whose it is.
 */
export function adoptRender(rendered: readonly JsonObject[], options: AdoptOptions): AdoptResult {
  if (rendered.length === 0) return refuse('the topology renders no object: give it an `output` or `outputs`');
  const locals: LocalObject[] = [];
  for (const [index, object] of rendered.entries()) {
    const local = readLocal(object, options);
    if (typeof local === 'string') return refuse(`object ${index + 1} of the render: ${local}`);
    if (locals.some((other) => sameLocal(other, local))) {
      return refuse(`the render has two objects ${local.kind} ${local.namespace}/${local.name}`);
    }
    locals.push(local);
  }
  const works = locals.filter(({ kind }) => kind === workKind).length;
  if (works > most) return refuse(`the render has ${works} objects ${workKind}; it may have ${most}`);
  const oversized = locals.filter((local) => local.kind === workKind && workSize(local.object) > options.workLimit);
  if (oversized.length > 0) return tooLarge(oversized, options.workLimit);
  return adoptAll(locals, options);
}

interface LocalObject {
  object: JsonObject;
  apiVersion: string;
  kind: string;
  namespace: string;
  name: string;
  /** Of a ManifestWorkReplicaSet: the Placements that it names, in order of their names. */
  refs: string[];
}

function refuse(message: string): AdoptResult {
  return { ok: false, reason: 'InvalidRender', message };
}

function tooLarge(oversized: LocalObject[], limit: number): AdoptResult {
  const sizes = oversized.map(
    ({ name, object }) => `${name} has ${Math.ceil(workSize(object) / 1024)} KiB of manifests`,
  );
  const message = `${sizes.join(', ')}; one work can have ${Math.floor(limit / 1024)} KiB: split the workload`;
  return { ok: false, reason: 'ManifestsTooLarge', message };
}

function sameLocal(left: LocalObject, right: LocalObject): boolean {
  const isNamed = left.kind === right.kind && left.namespace === right.namespace && left.name === right.name;
  // Sets of one name are told apart by their Placements, as their names on the hub are.
  return isNamed && sameJson(left.refs, right.refs);
}

/** What is wrong with a rendered object, or its parts. */
function readLocal(object: JsonObject, options: AdoptOptions): LocalObject | string {
  const { apiVersion, kind } = object;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return 'has no apiVersion or kind';
  if (!options.allowedKinds.some((allowed) => allowed.apiVersion === apiVersion && allowed.kind === kind)) {
    const allowed = options.allowedKinds.map((known) => `${known.kind} (${known.apiVersion})`).join(', ');
    return `${kind} (${apiVersion}) is not a kind that a topology may render; allowed: ${allowed}`;
  }
  const { name, namespace = options.hubNamespaces[0] ?? '' } = child(object, 'metadata');
  if (typeof name !== 'string' || !/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/.test(name)) {
    return `${kind} has the name ${JSON.stringify(name ?? '')}, which is no valid name`;
  }
  if (typeof namespace !== 'string' || !options.hubNamespaces.includes(namespace)) {
    return `${kind} ${name} is in namespace ${JSON.stringify(namespace)}; allowed here: ${options.hubNamespaces.join(', ')}`;
  }
  if (namespace.length > maxHubNamespaceLength) {
    return `namespace ${namespace} has ${namespace.length} characters; with more than ${maxHubNamespaceLength} it leaves no room for names in OCM's labels`;
  }
  const refs = readPlacementRefs(object).map((ref) => (typeof ref['name'] === 'string' ? ref['name'] : ''));
  return { object, apiVersion, kind, namespace, name, refs: kind === workKind ? refs.toSorted() : [] };
}

/** Bytes of JSON of the manifests of a ManifestWorkReplicaSet. */
function workSize(object: JsonObject): number {
  const template = child(object, 'spec')['manifestWorkTemplate'];
  return new TextEncoder().encode(JSON.stringify(template ?? null)).length;
}

function adoptAll(locals: LocalObject[], options: AdoptOptions): AdoptResult {
  const placements = new Map<string, string>();
  for (const local of locals.filter(({ kind }) => kind !== workKind)) {
    placements.set(`${local.kind}/${local.namespace}/${local.name}`, mappedName(local, [], options));
  }
  const external = new Map<string, { namespace: string; name: string }>();
  const objects = locals.map((local) => {
    const mapped = placements.get(`${local.kind}/${local.namespace}/${local.name}`);
    if (mapped !== undefined) return marked(local, local.object, mapped, options);
    const refs = readPlacementRefs(local.object).map((ref) => {
      const name = typeof ref['name'] === 'string' ? ref['name'] : '';
      const ours = placements.get(`Placement/${local.namespace}/${name}`);
      if (ours === undefined) external.set(`${local.namespace}/${name}`, { namespace: local.namespace, name });
      return { ...ref, name: ours ?? name };
    });
    const refNames = refs.map((ref) => `${local.namespace}/${ref.name}`).toSorted();
    const spec = { ...child(local.object, 'spec'), placementRefs: refs };
    return marked(local, { ...local.object, spec }, mappedName(local, refNames, options), options);
  });
  if (external.size > most) {
    return refuse(`the render refers to ${external.size} Placements that it does not make; it may refer to ${most}`);
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
 * Placement refs are part of the identity of a work, so that a swapped one makes a second work beside the first. So is
 * their namespace: OCM may name ManifestWorks after their set alone, and in a cluster those of two namespaces would meet.
 */
function mappedName(local: LocalObject, refs: string[], { identity, hash }: AdoptOptions): string {
  const { environment, deployment } = identity;
  const owner = deployment ?? { namespace: environment.namespace, name: environment.name };
  const review = deployment === undefined ? ['review'] : [];
  return hubName(
    {
      hubNamespace: local.namespace,
      readable: deployment === undefined ? `review-${owner.name}` : owner.name,
      identity: [local.kind, owner.namespace, owner.name, local.name, refs, ...review],
    },
    hash,
  );
}

function marked(local: LocalObject, object: JsonObject, name: string, { identity, hash }: AdoptOptions): HubObject {
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
