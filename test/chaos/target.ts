import { at, mapAt, stringAt, type JsonMap } from './json.ts';
import type { PlainApi } from './plain-api.ts';
import type { Random } from './random.ts';

/** An Environment that is edited. */
export interface Target {
  name: string;
  /** Whether its spec has a version. If so, every edit of the spec increases it. */
  versioned: boolean;
  /** The number of versions that were requested. */
  published: number;
}

/** Everything that a writer needs for an edit. */
export interface WriterContext {
  api: PlainApi;
  namespace: string;
  random: Random;
  /** Runs kubectl on the hub. */
  kubectl(args: string[], input?: string): Promise<{ code: number | null; stdout: string; stderr: string }>;
}

export const apiVersion = 'spectrocloud.com/v1beta1';

/** The path of an Environment, or of all Environments of the namespace. */
export function environmentPath(namespace: string, name = ''): string {
  return `/apis/${apiVersion}/namespaces/${namespace}/environments${name === '' ? '' : `/${name}`}`;
}

/** A policy without an effect that contains a marker. */
export function createPolicies(marker: string): JsonMap[] {
  const components = [{ name: 'web', properties: { marker } }];
  return [{ name: 'marker', type: 'override', properties: { components } }];
}

/**
 * A version that is higher than all requested before. It is refused if another writer is faster. Every tenth version has a
 * small major version whose number may be a pinned revision, but only when that revision exists.
 */
export function nextVersion(target: Target, newest: number, random: Random): string {
  target.published += 1;
  const { published } = target;
  if (published % 10 === 0 && newest > 12) return `${1 + random.below(8)}.0.${published}`;
  return `0.${Math.floor(published / 8)}.${published % 8}`;
}

/** The number of the newest revision in the stamp. */
export function readRevision(environment: JsonMap): number {
  return Number(stringAt(environment, 'metadata', 'annotations', 'spectrocloud.com/revision'));
}

/** An Environment as it is now, without managedFields. */
export async function readTarget({ api, namespace }: WriterContext, name: string): Promise<JsonMap> {
  const { code, body } = await api.send('GET', environmentPath(namespace, name));
  if (code !== 200) throw new Error(`GET ${name}: ${code}`);
  const { managedFields: _, ...metadata } = mapAt(body, 'metadata');
  return { ...body, metadata };
}

/** The content of an object: labels, annotations without bookkeeping, and spec. */
export function contentOf(object: JsonMap): JsonMap {
  const annotations = Object.entries(mapAt(object, 'metadata', 'annotations')).filter(([key]) => !bookkeeping.has(key));
  return {
    labels: mapAt(object, 'metadata', 'labels'),
    annotations: Object.fromEntries(annotations),
    spec: at(object, 'spec') ?? {},
  };
}

/** The bookkeeping annotations in this test. */
const bookkeeping = new Set([
  'spectrocloud.com/revision',
  'spectrocloud.com/revision-hash',
  'kubectl.kubernetes.io/last-applied-configuration',
  'kustomize.toolkit.fluxcd.io/checksum',
]);
