import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseAllDocuments } from 'yaml';
import { customResourceDefinitions } from '../../../../src/api/crd.ts';
import type { Condition, KubeObject } from '../../../../src/api/object.ts';
import type { Client } from '../../../../src/kube/client/client.ts';
import { getIfPresent } from '../../../../src/kube/client/get-if-present.ts';
import { createDiscovery } from './discovery.ts';

/** The field manager of the local hub in server-side apply. */
const fieldManager = 'mooring-hub';
const establishedMs = 20_000;

/** The objects in a YAML stream. If a document is not an object, throws an error that contains `source`. */
export function parseObjects(yaml: string, source: string): KubeObject[] {
  return [...parseAllDocuments(yaml)].flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw new Error(`${source}: ${error.message}`, { cause: error });
    const value: unknown = document.toJS();
    if (value === null) return [];
    if (!isObject(value)) throw new Error(`${source} contains a document without apiVersion, kind or metadata.name`);
    return [value];
  });
}

/** All objects of the YAML files in a folder, in the order of the file names. */
export async function readFolder(folder: string): Promise<KubeObject[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).toSorted();
  const objects = await Promise.all(names.map((name) => readObjects(join(folder, name))));
  return objects.flat();
}

/** All objects of a YAML file. */
export async function readObjects(path: string): Promise<KubeObject[]> {
  return parseObjects(await readFile(path, 'utf8'), path);
}

/** Applies namespaces and CRDs first, waits until the CRDs are established, and then applies the other objects. */
export async function applyObjects(client: Client, objects: readonly KubeObject[]): Promise<void> {
  const discovery = createDiscovery(client);
  const apply = async (object: KubeObject) => {
    const resource = await discovery.resourceOf(object.apiVersion, object.kind);
    await client.apply(resource, object, { fieldManager });
  };
  const first = objects.filter(isFirst);
  await Promise.all(first.map(apply));
  await Promise.all(first.filter(({ kind }) => kind !== 'Namespace').map((crd) => waitEstablished(client, crd)));
  await Promise.all(objects.filter((object) => !isFirst(object)).map(apply));
}

function isFirst({ kind }: KubeObject): boolean {
  return kind === 'Namespace' || kind === 'CustomResourceDefinition';
}

/** A Namespace to apply. */
export function buildNamespace(name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

/** Whether the API server serves the kind of this CRD. False if the CRD does not exist. */
export async function isEstablished(client: Client, name: string): Promise<boolean> {
  const crd = await getIfPresent<KubeObject & { status?: { conditions?: Condition[] } }>(
    client,
    customResourceDefinitions,
    { name },
  );
  return crd?.status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True') ?? false;
}

async function waitEstablished(client: Client, { metadata: { name } }: KubeObject): Promise<void> {
  const deadline = performance.now() + establishedMs;
  while (!(await isEstablished(client, name))) {
    if (performance.now() > deadline) throw new Error(`CRD ${name} is not established after ${establishedMs / 1000} s`);
    await sleep(50);
  }
}

function isObject(value: unknown): value is KubeObject {
  if (typeof value !== 'object' || value === null) return false;
  if (!('apiVersion' in value && 'kind' in value && 'metadata' in value)) return false;
  const { apiVersion, kind, metadata } = value;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return false;
  return typeof metadata === 'object' && metadata !== null && 'name' in metadata && typeof metadata.name === 'string';
}
