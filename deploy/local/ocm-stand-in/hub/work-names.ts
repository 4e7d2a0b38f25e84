/** OCM stand-in (local runs only): names of ManifestWorks. */

const characters = 'bcdfghjklmnpqrstvwxz2456789';
const suffixLength = 5;

/** Which ManifestWork of a ManifestWorkReplicaSet is named. */
export interface NamedWork {
  /** The name of the ManifestWorkReplicaSet. */
  base: string;
  /** The uid of the ManifestWorkReplicaSet. */
  uid: string;
  cluster: string;
  placement: string;
}

/**
 * As in OCM since 1.3, the API server appends random characters. So a ManifestWork that was lost comes back with another name, and
 * the record of the old name stays on the spoke. A name is given again until `seen`, because the cache may not contain an own create yet.
 */
export class WorkNames {
  readonly #random: () => number;
  readonly #given = new Map<string, string>();

  /** `random` returns numbers in [0, 1). */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** The name of a ManifestWork to create. */
  nameOf({ base, uid, cluster, placement }: NamedWork): string {
    const key = JSON.stringify([uid, cluster, placement]);
    const name = this.#given.get(key) ?? `${base}${this.#suffix()}`;
    this.#given.set(key, name);
    return name;
  }

  /** A ManifestWork exists, so its name is not given again. */
  seen({ uid, cluster, placement }: Omit<NamedWork, 'base'>): void {
    this.#given.delete(JSON.stringify([uid, cluster, placement]));
  }

  #suffix(): string {
    const pick = (): string => characters.charAt(Math.floor(this.#random() * characters.length));
    return Array.from({ length: suffixLength }, pick).join('');
  }
}
