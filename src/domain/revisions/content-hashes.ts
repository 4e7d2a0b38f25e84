import { canonicalJson, type Hash, type HashedContent } from '../json/canonical-json.ts';

/** A content that was hashed, by the fields of the object that it was read from. */
interface KnownContent {
  spec: unknown;
  labels: unknown;
  annotations: unknown;
  hash: string;
}

/**
 * The hash function for one request. It prints and hashes each content once, and prints a spec that two objects share once. It tells
 * contents apart by the references to spec, labels and annotations, so nobody may change these objects. `known` gives the hashes of objects
 * that were hashed elsewhere.
 */
export function rememberingHash(hash: Hash, known: (object: object) => string | undefined = () => undefined): Hash {
  const contents: KnownContent[] = [];
  const texts = new Map<unknown, string>();
  const print = (spec: unknown): string => {
    const text = texts.get(spec) ?? canonicalJson(spec);
    texts.set(spec, text);
    return text;
  };
  const remember = (object: HashedContent, compute: () => string): string => {
    const { labels, annotations } = object.metadata;
    const { spec } = object;
    const found = contents.find(
      (content) => content.spec === spec && content.labels === labels && content.annotations === annotations,
    );
    if (found !== undefined) return found.hash;
    const computed = known(object) ?? compute();
    contents.push({ spec, labels, annotations, hash: computed });
    return computed;
  };
  return Object.assign((text: string) => hash(text), { memory: { print, remember } });
}
