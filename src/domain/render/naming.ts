import { canonicalJson, type Hash } from '../json/canonical-json.ts';

/** OCM uses `<namespace>.<name>` of a ManifestWorkReplicaSet as a label value, which has at most 63 characters. */
const labelLimit = 63;
/**
 * Characters of a digest: base 32, so 5 bits each. With 80 bits nobody finds a value whose digest is that of a name which somebody else
 * will use. A name in a hub namespace with a long name has room for fewer.
 */
const digestLength = { full: 16, least: 10 } as const;
/** The length of the shortest name: one readable character, a dash and the digest. */
const minNameLength = digestLength.least + 2;

/** The maximum length of the name of a hub namespace, so that the shortest name still fits into the label value. */
export const maxHubNamespaceLength = labelLimit - 1 - minNameLength;

/** The first base-32 characters (a to z, 2 to 7) of a digest. */
function shortDigest(value: string, hash: Hash, length: number): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
  // A hexadecimal digit has 4 bits. The ten characters of labels are those of the first 64 bits.
  let bits = BigInt(`0x${hash(value).slice(0, Math.max(16, Math.ceil((length * 5) / 4)))}`);
  let digest = '';
  for (let index = 0; index < length; index += 1) {
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

/** `<readable>-<digest>`, shortened so that it fits into a label value together with its namespace. */
export function hubName({ hubNamespace, readable, identity }: NameParts, hash: Hash): string {
  const room = labelLimit - 1 - hubNamespace.length - 2;
  const length = Math.max(Math.min(digestLength.full, room), digestLength.least);
  const maxReadableLength = Math.max(room - length + 1, 1);
  const prefix = readable
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, '-')
    .slice(0, maxReadableLength)
    .replaceAll(/^-+|-+$/g, '');
  return `${prefix === '' ? 'm' : prefix}-${shortDigest(canonicalJson(identity), hash, length)}`;
}

/**
 * A label value for `namespace/name`, which may itself be too long for one. Whoever selects by it compares the annotations too, so
 * that 50 bits are enough.
 */
export function identityHash(key: string, hash: Hash): string {
  return shortDigest(key, hash, digestLength.least);
}
