import type { Hash } from '../json/canonical-json.ts';
import { canonicalJson } from '../json/canonical-json.ts';

/** OCM puts `<namespace>.<name of the ManifestWorkReplicaSet>` into a label value, which has at most 63 characters. */
const labelLimit = 63;
const digestLength = 10;
/** The shortest name that we give: one readable character, a dash and the digest. */
const shortest = digestLength + 2;

/** The longest name that a hub namespace can have and still leave room for our names. */
export const maxHubNamespaceLength = labelLimit - 1 - shortest;

/** Ten base-32 characters (a to z, 2 to 7) of a digest: 50 bits, so that 10 million names collide with odds of 1 in 20. */
function shortDigest(text: string, hash: Hash): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
  let bits = BigInt(`0x${hash(text).slice(0, 16)}`);
  let digest = '';
  for (let index = 0; index < digestLength; index += 1) {
    digest += alphabet[Number(bits & 31n)] ?? '';
    bits >>= 5n;
  }
  return digest;
}

/** What a name on the hub is made from. */
export interface NameParts {
  /** The namespace on the hub that the object is in. */
  hubNamespace: string;
  /** Shown at the front of the name. */
  readable: string;
  /** Everything that must make a difference. */
  identity: (string | string[])[];
}

/** `<readable>-<10 base-32 characters>`, cut to fit beside its namespace into a label value. */
export function hubName({ hubNamespace, readable, identity }: NameParts, hash: Hash): string {
  const room = Math.max(labelLimit - 1 - hubNamespace.length - digestLength - 1, 1);
  const front = readable
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, '-')
    .slice(0, room)
    .replaceAll(/^-+|-+$/g, '');
  return `${front === '' ? 'm' : front}-${shortDigest(canonicalJson(identity), hash)}`;
}

/** A label value that stands for `namespace/name`, which may be too long for one itself. */
export function identityHash(key: string, hash: Hash): string {
  return shortDigest(key, hash);
}
