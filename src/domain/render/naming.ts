import { canonicalJson, type Hash } from '../json/canonical-json.ts';

/** OCM uses `<namespace>.<name>` of a ManifestWorkReplicaSet as a label value, which has at most 63 characters. */
const labelLimit = 63;
const digestLength = 10;
/** The length of the shortest name: one readable character, a dash and the digest. */
const minNameLength = digestLength + 2;

/** The maximum length of the name of a hub namespace, so that the shortest name still fits into the label value. */
export const maxHubNamespaceLength = labelLimit - 1 - minNameLength;

/**
 * Ten base-32 characters (a to z, 2 to 7) of a digest, 50 bits: the probability that any two of 10 million names collide
 * is 1 in 20.
 */
function shortDigest(value: string, hash: Hash): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
  let bits = BigInt(`0x${hash(value).slice(0, 16)}`);
  let digest = '';
  for (let index = 0; index < digestLength; index += 1) {
    digest += alphabet[Number(bits & 31n)] ?? '';
    bits >>= 5n;
  }
  return digest;
}

/** The parts of a name on the hub. */
export interface NameParts {
  /** The namespace of the object on the hub. */
  hubNamespace: string;
  /** The readable beginning of the name. */
  readable: string;
  /** The values that make the name unique. */
  identity: (string | string[])[];
}

/** `<readable>-<10 base-32 characters>`, shortened so that it fits into a label value together with its namespace. */
export function hubName({ hubNamespace, readable, identity }: NameParts, hash: Hash): string {
  const maxReadableLength = Math.max(labelLimit - 1 - hubNamespace.length - digestLength - 1, 1);
  const prefix = readable
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, '-')
    .slice(0, maxReadableLength)
    .replaceAll(/^-+|-+$/g, '');
  return `${prefix === '' ? 'm' : prefix}-${shortDigest(canonicalJson(identity), hash)}`;
}

/** A label value for `namespace/name`, which may itself be too long for one. */
export function identityHash(key: string, hash: Hash): string {
  return shortDigest(key, hash);
}
