import type { FoundReference } from './found-reference.ts';
import { resolve, type Resolution } from './resolution.ts';
import type { RevisionSelector } from './version-ref.ts';

/** The revision that a ref resolved to when its text was last changed. */
export interface ReferenceStamp {
  namespace: string;
  name: string;
  revision: number;
  /** The version that a pinned ref names; absent if it names a number. */
  version?: string;
  /** Of a pinned ref: the hash of the content of the revision. Early versions of mooring wrote none. */
  hash?: string;
}

/** A revision that a ref resolves to. */
export type ResolvedRevision = Pick<Extract<Resolution, { state: 'resolved' }>, 'revision' | 'hash' | 'floating'>;

/** `namespace/name@v4`, for a pinned ref `namespace/name@v4#h1:…`, and for one to a version `namespace/name@v4(1.3.6)#h1:…`. */
export function formatReferenceStamp({ namespace, name, revision, version, hash }: ReferenceStamp): string {
  const named = version === undefined ? '' : `(${version})`;
  return `${namespace}/${name}@v${revision}${named}${hash === undefined ? '' : `#${hash}`}`;
}

const stampPattern =
  /^([a-z0-9-]{1,63})\/([a-z0-9.-]{1,63})@v([1-9][0-9]{0,8})(?:\(([0-9A-Za-z.-]{1,63})\))?(?:#([0-9A-Za-z:]{1,256}))?$/;

/** Reads a stamp; `undefined` for anything else. Before validation, an annotation may be of any type. */
export function readReferenceStamp(text: string | undefined): ReferenceStamp | undefined {
  const given: unknown = text;
  if (typeof given !== 'string') return undefined;
  const [, namespace, name, revision, version, hash] = stampPattern.exec(given) ?? [];
  if (namespace === undefined || name === undefined || revision === undefined) return undefined;
  return {
    namespace,
    name,
    revision: Number(revision),
    ...(version === undefined ? {} : { version }),
    ...(hash === undefined ? {} : { hash }),
  };
}

/** The stamp of what a ref resolves to now; `undefined` if it cannot be resolved. */
export function stampOf(reference: FoundReference | undefined): ReferenceStamp | undefined {
  if (reference?.history === undefined) return undefined;
  const { namespace, ref } = reference;
  const resolution = resolve(ref.selector, reference.history);
  if (resolution.state !== 'resolved') return undefined;
  const { revision, hash, floating } = resolution;
  const stamp = { namespace, name: ref.name, revision };
  if (floating || hash === undefined) return stamp;
  return { ...stamp, ...(ref.selector.kind === 'version' ? { version: ref.selector.version } : {}), hash };
}

/** Whether a stamp with a hash was made for a ref with this selector. It was not if the ref was edited without the webhook. */
export function isStampOf(selector: RevisionSelector, { revision, version, hash }: ReferenceStamp): boolean {
  if (hash === undefined) return false;
  if (selector.kind === 'version') return selector.version === version;
  return selector.kind === 'number' && selector.number === revision && version === undefined;
}

/** Whether a pinned ref means other content now than its stamp says. It means the same if one of the hashes is not known. */
export function meansOtherContent(
  selector: RevisionSelector,
  stamp: ReferenceStamp | undefined,
  now: ResolvedRevision,
): boolean {
  if (stamp?.hash === undefined || now.hash === undefined || !isStampOf(selector, stamp)) return false;
  // Hashes of different formats cannot be compared.
  return formatOf(stamp.hash) === formatOf(now.hash) && stamp.hash !== now.hash;
}

/** Whether the stamp of a pinned ref lacks the hash, which is known now. */
export function lacksHash(
  selector: RevisionSelector,
  stamp: ReferenceStamp | undefined,
  { revision, hash, floating }: ResolvedRevision,
): boolean {
  if (stamp === undefined || floating || hash === undefined || isStampOf(selector, stamp)) return false;
  return stamp.hash === undefined && stamp.revision === revision;
}

/** Whether a stamp has everything that it can have for a ref with this selector: the hash, if the ref may be pinned. */
export function isCompleteStamp(selector: RevisionSelector, stamp: ReferenceStamp | undefined): boolean {
  if (stamp === undefined) return false;
  return stamp.hash !== undefined || selector.kind === 'newest' || selector.kind === 'line';
}

function formatOf(hash: string): string {
  return hash.slice(0, hash.indexOf(':') + 1);
}
