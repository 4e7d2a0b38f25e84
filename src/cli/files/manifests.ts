import { readFile } from 'node:fs/promises';
import { group, kindNamed } from '../../api/kinds.ts';
import { isJsonObject, type JsonObject, type JsonValue, type KubeObject } from '../../api/object.ts';
import { UsageError } from '../../usage-error.ts';
import { mustBeString } from '../../offline/metadata-problems.ts';
import { unservedKind } from '../../offline/served-kind.ts';
import { jsonStream } from './json-stream.ts';
import { listFiles, type ListedFile } from './list-files.ts';
import { readYaml, type RoundedNumber, type YamlDocument } from './yaml-reader.ts';

/** An object from a file. */
export interface Manifest {
  /** File and line on which the object begins, such as `file.yaml:12`. */
  source: string;
  object: KubeObject & { spec?: JsonObject };
  /** The numbers in the object that the API server stores with other digits. */
  rounded?: readonly RoundedNumber[];
}

/** What is in files. Each note and each problem is one line that names the file. */
export interface ReadManifests {
  manifests: Manifest[];
  /** What is skipped, because it is nothing that mooring checks. */
  notes: string[];
  /** What cannot be read, or what kubectl would refuse to send. */
  problems: string[];
}

/**
 * Reads YAML or JSON manifests: files, folders of files, `-` for standard input. Lists are split into their items. A file or an
 * object that cannot be read does not keep others from being read. Throws UsageError if a path does not exist.
 */
export async function readManifests(
  paths: readonly string[],
  stdin: () => Promise<string>,
  { recursive = false }: { recursive?: boolean } = {},
): Promise<ReadManifests> {
  const found: ReadManifests = { manifests: [], notes: [], problems: [] };
  for (const path of paths) {
    const { files, skippedFolders } = await listFiles(path, { recursive }).catch(failToRead(path));
    for (const file of files) {
      const text = file.path === '-' ? await stdin() : await readFile(file.path, 'utf8').catch(failToRead(file.path));
      addManifests(found, text, file);
    }
    for (const folder of skippedFolders) found.notes.push(`${folder}: folder skipped; add -R to read it`);
  }
  return found;
}

function failToRead(path: string): (cause: unknown) => never {
  return (cause) => {
    throw new UsageError(`${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  };
}

/** Adds the objects in a stream of YAML documents or JSON objects (JSON is YAML too). */
function addManifests(found: ReadManifests, text: string, { path, isNamed }: ListedFile): void {
  const file = path === '-' ? 'standard input' : path;
  try {
    const documents = readDocuments(text, file).filter(({ value }) => value !== null);
    if (documents.length === 0 && !isNamed) found.notes.push(`${file}: skipped: it contains no object`);
    for (const { value, ...document } of documents) addObjects(found, value, { file, isNamed, ...document });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    found.problems.push(error.message);
  }
}

function readDocuments(text: string, file: string): YamlDocument[] {
  const parts = jsonStream(text) ?? [{ text, line: 1 }];
  return parts.flatMap((part) => readYaml(part.text, file, { firstLine: part.line }));
}

/** The source of a value. */
interface SourceLine extends Omit<YamlDocument, 'value'> {
  file: string;
  isNamed: boolean;
}

function addObjects(found: ReadManifests, value: JsonValue, origin: SourceLine): void {
  const source = `${origin.file}:${origin.line}`;
  const { apiVersion, kind, metadata, items = null } = isJsonObject(value) ? value : {};
  if (!isJsonObject(value) || typeof apiVersion !== 'string' || typeof kind !== 'string') {
    const what = isJsonObject(value) ? 'has no apiVersion or kind' : 'is not an object';
    if (origin.isNamed || looksLikeOurs(apiVersion, kind)) found.problems.push(`${source}: ${what}`);
    else found.notes.push(`${source}: skipped: it ${what}`);
    return;
  }
  if (isListKind(kind, items)) {
    if (!Array.isArray(items)) {
      found.problems.push(`${source}: items of ${kind} must be a list`);
      return;
    }
    const lines = origin.linesOf(items);
    // What is in a list of objects is meant to be one.
    const itemOrigin = { ...origin, isNamed: true };
    for (const [index, item] of items.entries()) {
      addObjects(found, item, { ...itemOrigin, line: lines[index] ?? origin.line });
    }
    return;
  }
  const read = metadataOf(metadata);
  if (typeof read !== 'string')
    found.manifests.push({
      source,
      object: { ...value, apiVersion, kind, metadata: read },
      rounded: origin.roundedIn(value),
    });
  else if (read !== noName) found.problems.push(`${source}: ${read}`);
  else if (!looksLikeOurs(apiVersion, kind)) found.notes.push(`${source}: ${kind} skipped: it ${noName}`);
  else found.problems.push(`${source}: ${kind} ${noName}${generateNameHint(metadata)}`);
}

const noName = 'has no metadata.name';

/** Only `kubectl create` generates a name. */
function generateNameHint(metadata: JsonValue | undefined): string {
  return isJsonObject(metadata) && 'generateName' in metadata ? ', and kubectl apply does not use generateName' : '';
}

function looksLikeOurs(apiVersion: JsonValue | undefined, kind: JsonValue | undefined): boolean {
  return (
    (typeof apiVersion === 'string' && apiVersion.startsWith(`${group}/`)) ||
    (typeof kind === 'string' && kindNamed(kind) !== undefined)
  );
}

/** The name of a kind may end with `List`, as in `AllowList`, although its objects have no items. */
function isListKind(kind: string, items: JsonValue): boolean {
  if (kind === 'List') return true;
  return kind.endsWith('List') && (Array.isArray(items) || kindNamed(kind.slice(0, -'List'.length)) !== undefined);
}

/** The metadata of an object, or what is wrong with it. */
function metadataOf(metadata: JsonValue | undefined): KubeObject['metadata'] | string {
  const { name = null, namespace = null, ...rest } = isJsonObject(metadata) ? metadata : {};
  if (name === null) return noName;
  if (typeof name !== 'string') return `metadata.name ${mustBeString(name)}`;
  // As in kubectl, an empty namespace counts as absent.
  if (namespace === null || namespace === '') return { ...rest, name };
  if (typeof namespace !== 'string') return `metadata.namespace ${mustBeString(namespace)}`;
  return { ...rest, name, namespace };
}

/** The manifests; objects of mooring's kinds without a namespace get this one. */
export function withNamespace(manifests: Manifest[], namespace: string): Manifest[] {
  return manifests.map(({ object, ...rest }) => {
    const ours = kindNamed(object.kind) !== undefined && object.metadata.namespace === undefined;
    return { ...rest, object: ours ? { ...object, metadata: { ...object.metadata, namespace } } : object };
  });
}

/** Separates the manifests of our group whose kind or version the API server does not serve. */
export function withoutUnserved({ manifests, notes, problems }: ReadManifests): ReadManifests {
  const found: ReadManifests = { manifests: [], notes, problems: [...problems] };
  for (const manifest of manifests) {
    const problem = unservedKind(manifest.object);
    if (problem === undefined) found.manifests.push(manifest);
    else found.problems.push(`${manifest.source}: ${problem}`);
  }
  return found;
}
