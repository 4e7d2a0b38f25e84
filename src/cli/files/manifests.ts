import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { kindNamed } from '../../api/kinds.ts';
import { isJsonObject, type JsonObject, type JsonValue, type KubeObject } from '../../api/object.ts';
import { UsageError } from '../../usage-error.ts';
import { mustBeString } from '../../offline/metadata-problems.ts';
import { unservedKind } from '../../offline/served-kind.ts';
import { readYaml, type YamlDocument } from './yaml-reader.ts';

/** An object from a file. */
export interface Manifest {
  /** File and line on which the object begins, such as `file.yaml:12`. */
  source: string;
  object: KubeObject & { spec?: JsonObject };
}

/** Reads YAML or JSON manifests: files, folders of files, `-` for standard input. Lists are split into their items. Throws UsageError. */
export async function readManifests(paths: readonly string[], stdin: () => Promise<string>): Promise<Manifest[]> {
  const manifests: Manifest[] = [];
  for (const path of paths) {
    for (const file of await filesIn(path)) {
      const text = file === '-' ? await stdin() : await readFile(file, 'utf8').catch(failToRead(file));
      for (const manifest of parseManifests(text, file === '-' ? 'standard input' : file)) manifests.push(manifest);
    }
  }
  return manifests;
}

async function filesIn(path: string): Promise<string[]> {
  if (path === '-') return ['-'];
  const status = await stat(path).catch(failToRead(path));
  if (!status.isDirectory()) return [path];
  const names = await readdir(path);
  return names
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .toSorted()
    .map((name) => join(path, name));
}

function failToRead(path: string): (cause: unknown) => never {
  return (cause) => {
    throw new UsageError(`${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  };
}

/** The objects in a stream of YAML documents (JSON is YAML too). Throws UsageError that names file and line. */
function parseManifests(text: string, file: string): Manifest[] {
  return readYaml(text, file).flatMap(({ value, line, linesOf }) => {
    return value === null ? [] : objectsIn(value, { file, line, linesOf });
  });
}

/** The source of a value. */
interface SourceLine extends Pick<YamlDocument, 'line' | 'linesOf'> {
  file: string;
}

function objectsIn(value: JsonValue, origin: SourceLine): Manifest[] {
  const source = `${origin.file}:${origin.line}`;
  if (!isJsonObject(value)) throw new UsageError(`${source}: is not an object`);
  const { apiVersion, kind, metadata, items = null } = value;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') {
    throw new UsageError(`${source}: has no apiVersion or kind`);
  }
  if (isListKind(kind, items)) {
    if (!Array.isArray(items)) throw new UsageError(`${source}: items of ${kind} must be a list`);
    const lines = origin.linesOf(items);
    return items.flatMap((item, index) => objectsIn(item, { ...origin, line: lines[index] ?? origin.line }));
  }
  return [{ source, object: { ...value, apiVersion, kind, metadata: metadataOf(kind, metadata, source) } }];
}

/** The name of a kind may end with `List`, as in `AllowList`, although its objects have no items. */
function isListKind(kind: string, items: JsonValue): boolean {
  if (kind === 'List') return true;
  return kind.endsWith('List') && (Array.isArray(items) || kindNamed(kind.slice(0, -'List'.length)) !== undefined);
}

function metadataOf(kind: string, metadata: JsonValue | undefined, source: string): KubeObject['metadata'] {
  const { name = null, namespace = null, ...rest } = isJsonObject(metadata) ? metadata : {};
  if (name === null) throw new UsageError(`${source}: ${kind} has no metadata.name`);
  if (typeof name !== 'string') throw new UsageError(`${source}: metadata.name ${mustBeString(name)}`);
  // As in kubectl, an empty namespace counts as absent.
  if (namespace === null || namespace === '') return { ...rest, name };
  if (typeof namespace !== 'string') throw new UsageError(`${source}: metadata.namespace ${mustBeString(namespace)}`);
  return { ...rest, name, namespace };
}

/** The manifests; objects of mooring's kinds without a namespace get this one. */
export function withNamespace(manifests: Manifest[], namespace: string): Manifest[] {
  return manifests.map(({ source, object }) => {
    const ours = kindNamed(object.kind) !== undefined && object.metadata.namespace === undefined;
    return { source, object: ours ? { ...object, metadata: { ...object.metadata, namespace } } : object };
  });
}

/** Throws UsageError for a manifest of our group whose kind or version the API server does not serve. */
export function refuseUnserved(manifests: readonly Manifest[]): void {
  for (const { source, object } of manifests) {
    const problem = unservedKind(object);
    if (problem !== undefined) throw new UsageError(`${source}: ${problem}`);
  }
}
