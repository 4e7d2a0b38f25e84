import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LineCounter, parseAllDocuments } from 'yaml';
import { kindNamed } from '../api/kinds.ts';
import { isJsonObject, type JsonObject, type JsonValue, type KubeObject } from '../api/object.ts';
import { UsageError } from '../config.ts';

/** An object with the place that it came from. */
export interface Manifest {
  /** `file.yaml:12`: the line on which its document begins. */
  source: string;
  object: KubeObject & { spec?: JsonObject };
}

/** Reads YAML or JSON manifests: files, folders of them, `-` for standard input. Lists are taken apart. Throws UsageError. */
export async function readManifests(paths: readonly string[], stdin: () => Promise<string>): Promise<Manifest[]> {
  const manifests: Manifest[] = [];
  for (const path of paths) {
    for (const file of await filesIn(path)) {
      const text = file === '-' ? await stdin() : await readFile(file, 'utf8').catch(unreadable(file));
      manifests.push(...parseManifests(text, file === '-' ? 'standard input' : file));
    }
  }
  return manifests;
}

async function filesIn(path: string): Promise<string[]> {
  if (path === '-') return ['-'];
  const status = await stat(path).catch(unreadable(path));
  if (!status.isDirectory()) return [path];
  const names = await readdir(path);
  return names
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .toSorted()
    .map((name) => join(path, name));
}

function unreadable(path: string): (cause: unknown) => never {
  return (cause) => {
    throw new UsageError(`${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  };
}

/** The objects in a text of YAML documents (JSON is YAML too). Throws UsageError that names file and line. */
function parseManifests(text: string, file: string): Manifest[] {
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter, uniqueKeys: true });
  return [...documents].flatMap((document) => {
    const line = lineCounter.linePos(document.contents?.range?.[0] ?? document.range?.[0] ?? 0).line;
    const source = `${file}:${Math.max(line, 1)}`;
    const [error] = document.errors;
    if (error !== undefined) throw new UsageError(`${file}: ${error.message}`);
    const value: JsonValue = document.toJS({ maxAliasCount: 100 });
    return value === null ? [] : objectsIn(value, source);
  });
}

function objectsIn(value: JsonValue, source: string): Manifest[] {
  if (!isJsonObject(value)) throw new UsageError(`${source}: is no object`);
  const { apiVersion, kind, metadata, items } = value;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') {
    throw new UsageError(`${source}: has no apiVersion or kind`);
  }
  if (kind.endsWith('List') && Array.isArray(items)) return items.flatMap((item) => objectsIn(item, source));
  if (!isJsonObject(metadata) || typeof metadata['name'] !== 'string') {
    throw new UsageError(`${source}: ${kind} has no metadata.name`);
  }
  const { name, namespace } = metadata;
  if (namespace !== undefined && typeof namespace !== 'string') {
    throw new UsageError(`${source}: metadata.namespace must be a string`);
  }
  return [
    {
      source,
      object: {
        ...value,
        apiVersion,
        kind,
        metadata: { ...metadata, name, ...(namespace === undefined ? {} : { namespace }) },
      },
    },
  ];
}

/** Manifests of our kinds, in a namespace where they name none. */
export function withNamespace(manifests: Manifest[], namespace: string): Manifest[] {
  return manifests.map(({ source, object }) => {
    const ours = kindNamed(object.kind) !== undefined && object.metadata.namespace === undefined;
    return { source, object: ours ? { ...object, metadata: { ...object.metadata, namespace } } : object };
  });
}
