import { compare, major, prerelease } from 'semver';
import type { RevisionedKindName } from '../api/definition-revision.ts';
import { isJsonObject, type JsonObject } from '../api/object.ts';
import { sameJson, type Hash } from '../domain/canonical-json.ts';
import { historyOf, specAt, type Definition, type Definitions } from '../domain/definitions.ts';
import type { RequestFacts } from '../domain/facts.ts';
import type { Pin } from '../domain/pin.ts';
import { resolve } from '../domain/resolution.ts';
import { highestOfLine, versionOf } from '../domain/rules/version-reused.ts';

/** Who pins a revision of an object by its number, read live: it is asked rarely, and a cache could miss the one that counts. */
export interface PinLookup {
  pinsOf(kind: RevisionedKindName, namespace: string, name: string): Promise<Pin[]>;
}

/** What a request that publishes a version has to be judged by. */
export interface Publication {
  publishedSpec?: JsonObject;
  shadowedPins?: string[];
}

/** Reads what the publication of a version rests on; nothing where none is published. */
export async function gatherPublication(
  kind: RevisionedKindName,
  { object, oldObject, namespace, name }: RequestFacts,
  definitions: Definitions,
  pins: PinLookup,
  hash: Hash,
): Promise<Publication> {
  const version = versionOf(object);
  if (version === undefined || sameJson(object?.spec, oldObject?.spec)) return {};
  const highest = oldObject === undefined ? undefined : highestOfLine(oldObject, version);
  if (oldObject !== undefined && highest !== undefined && compare(version, highest) <= 0) {
    const publishedSpec = await specOfVersion(kind, oldObject, version, definitions, hash);
    return publishedSpec === undefined ? {} : { publishedSpec };
  }
  if (prerelease(version) !== null || isPublishedMajor(oldObject, version)) return {};
  const shadowed = (await pins.pinsOf(kind, namespace, name)).filter(({ number }) => number === major(version));
  return { shadowedPins: shadowed.map(({ user }) => user).toSorted() };
}

async function specOfVersion(
  kind: RevisionedKindName,
  definition: Definition,
  version: string,
  definitions: Definitions,
  hash: Hash,
): Promise<JsonObject | undefined> {
  const history = await historyOf(definitions, kind, definition);
  if (history === undefined) return undefined;
  const resolution = resolve({ kind: 'version', version }, history);
  if (resolution.state !== 'resolved') return undefined;
  return specAt(definitions, kind, definition, resolution.revision, hash);
}

/** Whether a version of the same major is published already: then `@vM` is a range, and nobody can pin the number. */
function isPublishedMajor(oldObject: Definition | undefined, version: string): boolean {
  const status: unknown = oldObject?.status;
  const versions = isJsonObject(status) && isJsonObject(status['versions']) ? status['versions'] : {};
  const live = oldObject?.spec?.['version'];
  return [...Object.values(versions), live].some(
    (known) => typeof known === 'string' && prerelease(known) === null && major(known) === major(version),
  );
}
