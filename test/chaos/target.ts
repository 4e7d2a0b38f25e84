import { at, mapAt, stringAt, type JsonMap } from './json.ts';
import type { PlainApi } from './plain-api.ts';
import type { Random } from './random.ts';

/** One Environment that is edited. */
export interface Target {
  name: string;
  /** Whether its spec carries a version: then every edit of the spec raises it. */
  versioned: boolean;
  /** How many versions were asked for. */
  published: number;
}

/** What an edit is made out of. */
export interface WriterContext {
  api: PlainApi;
  namespace: string;
  random: Random;
  /** Runs kubectl on the hub; gives the code it ended with. */
  kubectl(args: string[], input?: string): Promise<{ code: number | null; stdout: string; stderr: string }>;
}

export const apiVersion = 'spectrocloud.com/v1beta1';

/** Path of an Environment of the run, or of all. */
export function environmentPath(namespace: string, name = ''): string {
  return `/apis/${apiVersion}/namespaces/${namespace}/environments${name === '' ? '' : `/${name}`}`;
}

/** A policy that does nothing but bear a marker. */
export function createPolicies(marker: string): JsonMap[] {
  const components = [{ name: 'web', properties: { marker } }];
  return [{ name: 'marker', type: 'override', properties: { components } }];
}

/**
 * A version that is higher than any asked for before. Other writers may be faster: then it is refused. Every tenth is of
 * a small major version, whose number somebody may have pinned; but not while that could be the very revision.
 */
export function nextVersion(target: Target, newest: number, random: Random): string {
  target.published += 1;
  const { published } = target;
  if (published % 10 === 0 && newest > 12) return `${1 + random.below(8)}.0.${published}`;
  return `0.${Math.floor(published / 8)}.${published % 8}`;
}

/** The number of the newest revision, from the stamp. */
export function readRevision(environment: JsonMap): number {
  return Number(stringAt(environment, 'metadata', 'annotations', 'spectrocloud.com/revision'));
}

/** An Environment as it is now, without the fields that only a reader gets. */
export async function readTarget({ api, namespace }: WriterContext, name: string): Promise<JsonMap> {
  const { code, body } = await api.send('GET', environmentPath(namespace, name));
  if (code !== 200) throw new Error(`GET ${name}: ${code}`);
  const { managedFields: _, ...metadata } = mapAt(body, 'metadata');
  return { ...body, metadata };
}

/** Content as it is compared: labels, annotations without bookkeeping, spec. */
export function contentOf(object: JsonMap): JsonMap {
  const annotations = Object.entries(mapAt(object, 'metadata', 'annotations')).filter(([key]) => !bookkeeping.has(key));
  return {
    labels: mapAt(object, 'metadata', 'labels'),
    annotations: Object.fromEntries(annotations),
    spec: at(object, 'spec') ?? {},
  };
}

/** The bookkeeping annotations that this run meets. */
const bookkeeping = new Set([
  'spectrocloud.com/revision',
  'spectrocloud.com/revision-hash',
  'kubectl.kubernetes.io/last-applied-configuration',
  'kustomize.toolkit.fluxcd.io/checksum',
]);
