import type { ObjectMeta } from '../../api/object.ts';
import { specSinceAnnotation } from '../annotations.ts';
import { canonicalJson, type Hash } from '../json/canonical-json.ts';
import type { KnownRevision } from '../refs/resolution.ts';
import { hashFormat, type Stamped } from './revision.ts';

/** The revision that introduced the spec of a revision, and the hash of that spec. */
export interface SpecSince {
  /** The number of the revision itself if its edit changed the spec, else a lower one. */
  revision: number;
  /** With its format: `h1:` and 64 hexadecimal digits. */
  hash: string;
}

/** The hash of the spec of an object, without its labels and annotations. */
export function specHash({ spec = {} }: Pick<Stamped, 'spec'>, hash: Hash): string {
  return `${hashFormat}:${hash(canonicalJson(spec))}`;
}

/**
 * Which revision introduced the spec that an object has in revision `revision`. `predecessor` is the revision before, if it is known.
 * If it is not, or was recorded without this information, the edit counts as one of the spec, so that it is not pruned too early.
 */
export function specSinceOf(
  object: Stamped,
  revision: number,
  { hash, predecessor }: { hash: Hash; predecessor: KnownRevision | undefined },
): SpecSince {
  const ofSpec = specHash(object, hash);
  const before = predecessor?.revision === revision - 1 ? predecessor.specSince : undefined;
  return before?.hash === ofSpec ? before : { revision, hash: ofSpec };
}

/** The text of the annotation on a DefinitionRevision, as `v12#h1:…`. */
export function formatSpecSince({ revision, hash }: SpecSince): string {
  return `v${revision}#${hash}`;
}

/** What the annotation of the DefinitionRevision of revision `revision` says; `undefined` if it is missing or not valid. */
export function readSpecSince({ annotations }: ObjectMeta, revision: number): SpecSince | undefined {
  const text: unknown = annotations?.[specSinceAnnotation];
  const [, number, hash] = typeof text === 'string' ? (/^v([1-9][0-9]{0,8})#(\S{1,256})$/.exec(text) ?? []) : [];
  if (hash === undefined || Number(number) > revision) return undefined;
  return { revision: Number(number), hash };
}

/** Whether the edit that made a revision changed only labels and annotations. */
export function changesOnlyMetadata({ revision, specSince }: KnownRevision): boolean {
  return specSince !== undefined && specSince.revision < revision;
}
