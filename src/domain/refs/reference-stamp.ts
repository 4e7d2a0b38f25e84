import { resolve } from './resolution.ts';
import type { FoundReference } from './found-reference.ts';

/** The revision that a ref resolved to when its text was last changed. */
export interface ReferenceStamp {
  namespace: string;
  name: string;
  revision: number;
}

/** `namespace/name@v4`. */
export function formatReferenceStamp({ namespace, name, revision }: ReferenceStamp): string {
  return `${namespace}/${name}@v${revision}`;
}

/** Reads `namespace/name@v4`; `undefined` for anything else. Before validation, an annotation may be of any type. */
export function readReferenceStamp(text: string | undefined): ReferenceStamp | undefined {
  const given: unknown = text;
  if (typeof given !== 'string') return undefined;
  const match = /^([a-z0-9-]{1,63})\/([a-z0-9.-]{1,63})@v([1-9][0-9]{0,8})$/.exec(given);
  const [, namespace, name, revision] = match ?? [];
  if (namespace === undefined || name === undefined || revision === undefined) return undefined;
  return { namespace, name, revision: Number(revision) };
}

/** The stamp of what a ref resolves to now; `undefined` if it cannot be resolved. */
export function stampOf(reference: FoundReference | undefined): string | undefined {
  if (reference?.history === undefined) return undefined;
  const resolution = resolve(reference.ref.selector, reference.history);
  if (resolution.state !== 'resolved') return undefined;
  const { namespace, ref } = reference;
  return formatReferenceStamp({ namespace, name: ref.name, revision: resolution.revision });
}
