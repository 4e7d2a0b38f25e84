import type { RevisionedKindName } from '../api/definition-revision.ts';
import type { JsonObject } from '../api/object.ts';
import type { Hash } from '../domain/canonical-json.ts';
import { historyOf, specAt, type Definition, type Definitions } from '../domain/definitions.ts';
import type { Facts, RequestFacts } from '../domain/facts.ts';
import type { Pin } from '../domain/pin.ts';
import { publicationOf } from '../domain/publication.ts';
import { resolve } from '../domain/resolution.ts';

/** Who pins a revision of an object by its number, read live: it is asked rarely, and a cache could miss the one that counts. */
export interface PinLookup {
  pinsOf(kind: RevisionedKindName, namespace: string, name: string): Promise<Pin[]>;
}

/** Reads what the publication of a version rests on; nothing where none is published. */
export async function gatherPublication(
  kind: RevisionedKindName,
  { object, oldObject, namespace, name }: RequestFacts,
  definitions: Definitions,
  pins: PinLookup,
  hash: Hash,
): Promise<Pick<Facts, 'publishedSpec' | 'shadowedPins'>> {
  const publication = publicationOf(kind, object, oldObject);
  if (publication === undefined || oldObject === undefined) return {};
  if (publication.asks === 'spec') {
    const publishedSpec = await specOfVersion(kind, oldObject, publication.version, definitions, hash);
    return publishedSpec === undefined ? {} : { publishedSpec };
  }
  const shadowed = (await pins.pinsOf(kind, namespace, name)).filter(({ number }) => number === publication.major);
  return { shadowedPins: shadowed.map(({ user }) => user).toSorted() };
}

async function specOfVersion(
  kind: RevisionedKindName,
  definition: Definition,
  version: string,
  definitions: Definitions,
  hash: Hash,
): Promise<JsonObject | undefined> {
  const history = await historyOf(definitions, kind, definition, hash);
  if (history === undefined) return undefined;
  const resolution = resolve({ kind: 'version', version }, history);
  if (resolution.state !== 'resolved') return undefined;
  return specAt(definitions, kind, definition, resolution.revision, hash);
}
