/** One revision in the reference model, which keeps pruned revisions too. */
export interface ModelRevision {
  number: number;
  spec: string;
  label: string;
  version: string | undefined;
  pruned: boolean;
}

/** What a ref means: a revision, one that may still be made, or one that can never exist. */
export type Meaning = number | 'pending' | 'impossible';

interface Version {
  major: number;
  minor: number;
  patch: number;
  /** The number of the release candidate; infinity for a release. */
  candidate: number;
}

/** Parses `1.2.3` or `1.2.3-rc.4`, the only forms that the model uses. */
function read(text: string): Version {
  const [numbers = '', candidate] = text.split('-rc.');
  const [major = 0, minor = 0, patch = 0] = numbers.split('.').map(Number);
  return { major, minor, patch, candidate: candidate === undefined ? Infinity : Number(candidate) };
}

function isHigher(left: string, right: string): boolean {
  const [a, b] = [read(left), read(right)];
  const pairs = [
    [a.major, b.major],
    [a.minor, b.minor],
    [a.patch, b.patch],
    [a.candidate, b.candidate],
  ] as const;
  const differing = pairs.find(([one, other]) => one !== other);
  return differing !== undefined && differing[0] > differing[1];
}

const isRelease = (version: string) => read(version).candidate === Infinity;
const lineOf = (version: string) => `${read(version).major}.${read(version).minor}`;

/** A small model of the history of one object, written from the design without code of the product. */
export class ReferenceHistory {
  readonly all: ModelRevision[] = [];
  recorded = 0;
  readonly #everPublished = new Set<string>();

  get newest(): ModelRevision {
    const newest = this.all.at(-1);
    if (newest === undefined) throw new Error('there is no revision yet');
    return newest;
  }

  get left(): ModelRevision[] {
    return this.all.filter(({ pruned }) => !pruned);
  }

  /** The rule that denies an edit; `undefined` if it is admitted and made. `pinned` are the plain numbers that are pinned. */
  edit(spec: string, label: string, version: string | undefined, pinned: readonly number[]): string | undefined {
    const next = { spec, label, version };
    if (this.all.length === 0) return this.#add(next);
    const { newest } = this;
    const sameSpec = newest.spec === spec && newest.version === version;
    if (sameSpec && newest.label === label) return undefined;
    if (this.recorded !== newest.number) return 'NotYetRecorded';
    if (version !== undefined && !sameSpec) {
      const refusal = this.#refusal(spec, version, pinned);
      if (refusal !== undefined) return refusal;
    }
    return this.#add(next);
  }

  #refusal(spec: string, version: string, pinned: readonly number[]): string | undefined {
    const before = this.left.find((revision) => revision.version === version);
    const rivals = [...this.#everPublished]
      .filter((other) => lineOf(other) === lineOf(version))
      .filter((other) => !isRelease(version) || isRelease(other));
    if (rivals.some((other) => !isHigher(version, other))) {
      return before?.spec === spec ? undefined : 'VersionReused';
    }
    const { major } = read(version);
    const first = ![...this.#everPublished].some((other) => isRelease(other) && read(other).major === major);
    return isRelease(version) && first && pinned.includes(major) ? 'VersionShadowsRevision' : undefined;
  }

  #add(content: Pick<ModelRevision, 'spec' | 'label' | 'version'>): undefined {
    this.all.push({ ...content, number: this.all.length + 1, pruned: false });
    if (content.version !== undefined) this.#everPublished.add(content.version);
  }

  /** What the selector after `@v` means; an empty one is the plain name. */
  meaning(selector: string): Meaning {
    if (selector === '') return this.newest.number;
    if (/^\d+$/.test(selector)) {
      const best = this.#highest((version) => read(version).major === Number(selector));
      if (best !== undefined) return best;
      const found = this.left.find(({ number }) => number === Number(selector));
      return found?.number ?? (Number(selector) > this.newest.number ? 'pending' : 'impossible');
    }
    if (/^\d+\.\d+$/.test(selector)) return this.#highest((version) => lineOf(version) === selector) ?? 'pending';
    const exact = this.left.find(({ version }) => version === selector);
    if (exact !== undefined) return exact.number;
    const passed = this.left.some(
      ({ version }) =>
        version !== undefined &&
        isRelease(version) &&
        lineOf(version) === lineOf(selector) &&
        isHigher(version, selector),
    );
    return passed ? 'impossible' : 'pending';
  }

  /** The first revision of the highest release that matches. */
  #highest(wanted: (version: string) => boolean): number | undefined {
    const releases = this.left.flatMap(({ version }) => (version !== undefined && isRelease(version) ? [version] : []));
    let best: string | undefined;
    for (const version of releases.filter(wanted)) if (best === undefined || isHigher(version, best)) best = version;
    return best === undefined ? undefined : this.left.find(({ version }) => version === best)?.number;
  }
}
