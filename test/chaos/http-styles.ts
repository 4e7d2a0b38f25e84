import { mapAt, withValue, type Json, type JsonMap } from './json.ts';
import type { Change } from './journal.ts';
import type { Edit, Style } from './edit.ts';
import { sendOnce } from './replies.ts';
import {
  apiVersion,
  environmentPath,
  readRevision,
  nextVersion,
  createPolicies,
  readTarget,
  type Target,
  type WriterContext,
} from './target.ts';

const mergePatch = 'application/merge-patch+json';
const jsonPatch = 'application/json-patch+json';
const applyPatch = 'application/apply-patch+yaml';

const annotation = (key: string, value: string): Change => ({ path: ['annotations', key], value });
const label = (key: string, value: string): Change => ({ path: ['labels', key], value });

/** A patch in one request. The API server itself repeats it on a conflict. */
function patch(
  { namespace }: WriterContext,
  target: Target,
  body: Json,
  type: string,
  query = '',
): { method: string; path: string; body: Json; type: string } {
  return { method: 'PATCH', path: `${environmentPath(namespace, target.name)}${query}`, body, type };
}

function createEdit(
  workshop: WriterContext,
  { method, path, body, type }: { method: string; path: string; body: Json; type?: string },
  intention: Omit<Edit, 'send'>,
): Edit {
  return { ...intention, send: () => sendOnce(workshop, method, path, body, type) };
}

/** An applied configuration with only the fields that its manager owns. */
function buildApplied(target: Target, { namespace }: WriterContext, metadata: JsonMap): JsonMap {
  return { apiVersion, kind: 'Environment', metadata: { name: target.name, namespace, ...metadata } };
}

/** The changes of an edit of the spec: the policies, and the version if there is one. */
async function specChanges(workshop: WriterContext, target: Target, marker: string): Promise<JsonMap> {
  const policies = createPolicies(marker);
  if (!target.versioned) return { policies };
  const newest = readRevision(await readTarget(workshop, target.name));
  return { policies, version: nextVersion(target, newest, workshop.random) };
}

function toChanges(spec: JsonMap): Change[] {
  return Object.entries(spec).map(([key, value]) => ({ path: ['spec', key], value }));
}

/** Reads the object and replaces it with the resourceVersion, like `kubectl edit` and controllers. `more` is also written. */
async function replaceObject(
  workshop: WriterContext,
  target: Target,
  marker: string,
  more: JsonMap = {},
): Promise<Edit> {
  const key = 'put';
  const now = await readTarget(workshop, target.name);
  const body = withValue({ ...now, ...more }, ['metadata', 'annotations', key], marker);
  const path = environmentPath(workshop.namespace, target.name);
  return createEdit(workshop, { method: 'PUT', path, body }, { marker, changes: [annotation(key, marker)] });
}

/** A merge patch of the annotations with the marker and `more`. */
function annotate(workshop: WriterContext, target: Target, marker: string, more: JsonMap = {}, query = ''): Edit {
  const body = { metadata: { annotations: { patched: marker, ...more } } };
  const dryRun = query === '' ? {} : { dryRun: true };
  const changes = [annotation('patched', marker)];
  return createEdit(workshop, patch(workshop, target, body, mergePatch, query), { marker, changes, ...dryRun });
}

const stamp = 'spectrocloud.com/revision';

/** The ways of clients that use HTTP directly. */
export const httpStyles: readonly Style[] = [
  {
    name: 'merge patch of the spec',
    weight: 6,
    async prepare(workshop, target, marker) {
      const spec = await specChanges(workshop, target, marker);
      return createEdit(workshop, patch(workshop, target, { spec }, mergePatch), { marker, changes: toChanges(spec) });
    },
  },
  {
    name: 'JSON patch of the spec',
    weight: 6,
    async prepare(workshop, target, marker) {
      const spec = await specChanges(workshop, target, marker);
      const body = Object.entries(spec).map(([key, value]) => ({ op: 'add', path: `/spec/${key}`, value }));
      return createEdit(workshop, patch(workshop, target, body, jsonPatch), { marker, changes: toChanges(spec) });
    },
  },
  { name: 'merge patch', weight: 6, prepare: async (...given) => annotate(...given) },
  { name: 'get and replace', weight: 8, prepare: (...given) => replaceObject(...given) },
  {
    name: 'server-side apply by team-a',
    weight: 6,
    async prepare(workshop, target, marker) {
      const body = buildApplied(target, workshop, { annotations: { 'team-a': marker } });
      const request = patch(workshop, target, body, applyPatch, '?fieldManager=team-a&force=true');
      return createEdit(workshop, request, { marker, changes: [annotation('team-a', marker)] });
    },
  },
  {
    name: 'server-side apply by team-b',
    weight: 6,
    async prepare(workshop, target, marker) {
      const body = buildApplied(target, workshop, { labels: { 'team-b': marker } });
      const request = patch(workshop, target, body, applyPatch, '?fieldManager=team-b&force=true');
      return createEdit(workshop, request, { marker, changes: [label('team-b', marker)] });
    },
  },
  {
    name: 'forged stamps',
    weight: 3,
    prepare: async (...given) => annotate(...given, { [stamp]: '999', [`${stamp}-hash`]: 'f'.repeat(64) }),
  },
  {
    name: 'stripped stamps',
    weight: 3,
    prepare: async (...given) => annotate(...given, { [stamp]: null, [`${stamp}-hash`]: null }),
  },
  {
    name: 'replace with a status',
    weight: 3,
    prepare: (...given) => replaceObject(...given, { status: { revision: 999, versions: { '0.0': '0.0.999' } } }),
  },
  { name: 'dry run', weight: 4, prepare: async (...given) => annotate(...given, {}, '?dryRun=All') },
  {
    name: 'bookkeeping only',
    weight: 2,
    async prepare(workshop, target, marker) {
      const body = { metadata: { annotations: { 'kustomize.toolkit.fluxcd.io/checksum': marker } } };
      return createEdit(workshop, patch(workshop, target, body, mergePatch), { changes: [] });
    },
  },
  {
    name: 'invalid Environment',
    weight: 2,
    async prepare(workshop, target, marker) {
      const body = { metadata: { annotations: { patched: marker } }, spec: { topology: { type: 'topology-ocn' } } };
      return createEdit(workshop, patch(workshop, target, body, mergePatch), { marker });
    },
  },
  {
    name: 'pin',
    weight: 3,
    async prepare(workshop, target, marker) {
      const { random, namespace } = workshop;
      const now = await readTarget(workshop, target.name);
      const version = mapAt(now, 'spec')['version'];
      const byVersion = typeof version === 'string' && random.below(2) === 0;
      const selector = byVersion ? version : String(1 + random.below(readRevision(now)));
      const name = marker;
      const body = {
        apiVersion,
        kind: 'WorkloadDeployment',
        metadata: { name, namespace },
        spec: {
          workload: { name, namespace: `${namespace}-pins` },
          workloadProfileRef: { name: 'web' },
          environmentRef: { name: `${target.name}@v${selector}` },
        },
      };
      const path = `/apis/${apiVersion}/namespaces/${namespace}/workloaddeployments`;
      return createEdit(workshop, { method: 'POST', path, body }, { marker, pin: { deployment: name, selector } });
    },
  },
];
