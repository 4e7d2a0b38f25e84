import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sha256 } from '../../src/cli/sha256.ts';
import { revisionAnnotation, revisionHashAnnotation } from '../../src/domain/annotations.ts';
import { publicationOf } from '../../src/domain/admission/publication.ts';
import { resolve, type History, type KnownRevision } from '../../src/domain/refs/resolution.ts';
import { retention } from '../../src/domain/revisions/retention.ts';
import { publishedVersions } from '../../src/domain/revisions/revision-status.ts';
import { contentOf, nextStamp, readStamp } from '../../src/domain/revisions/revision.ts';
import type { Rule } from '../../src/domain/admission/rule.ts';
import { notYetRecorded } from '../../src/domain/admission/rules/not-yet-recorded.ts';
import { versionReused } from '../../src/domain/admission/rules/version-reused.ts';
import { versionShadowsRevision } from '../../src/domain/admission/rules/version-shadows-revision.ts';
import { parseRef } from '../../src/domain/refs/version-ref.ts';
import { factsOf } from '../support/facts.ts';
import { ReferenceHistory } from '../support/reference-history.ts';
import type { UncheckedObject } from '../../src/api/unchecked-object.ts';

type Content = ReturnType<typeof contentOf>;

const user = { kind: 'WorkloadDeployment', namespace: 'team', visible: true };

/** One object and its history, changed by the functions of the product as the webhook and the controller call them. */
class Real {
  object: UncheckedObject | undefined;
  recorded = new Map<number, { known: KnownRevision; content: Content }>();
  versions: Record<string, string> = {};

  get history(): History {
    const known = [...this.recorded.values()].map((item) => item.known);
    const revision = readStamp(this.object?.metadata ?? { name: '' })?.revision ?? 0;
    const version = this.object?.spec?.['version'];
    return { newest: { revision, ...(typeof version === 'string' ? { version } : {}) }, recorded: known };
  }

  edit(spec: string, label: string, version: string | undefined, pinned: readonly number[]): string | undefined {
    const object: UncheckedObject = {
      apiVersion: 'spectrocloud.com/v1beta1',
      kind: 'Environment',
      metadata: { name: 'primary', labels: { label } },
      spec: { text: spec, ...(version === undefined ? {} : { version }) },
    };
    const oldObject = this.object;
    const request = oldObject === undefined ? { object } : { object, oldObject };
    const facts = { ...factsOf(request), ...this.#published(object, oldObject, pinned) };
    const rules: Rule[] = oldObject === undefined ? [] : [notYetRecorded, versionReused, versionShadowsRevision];
    const refused = rules.find((rule) => rule.find(facts).length > 0);
    if (refused !== undefined) return refused.code;
    const stamp = nextStamp(object, oldObject, sha256);
    const annotations = { [revisionAnnotation]: String(stamp.revision), [revisionHashAnnotation]: stamp.hash };
    const status = oldObject?.status === undefined ? {} : { status: oldObject.status };
    this.object = { ...object, metadata: { ...object.metadata, annotations }, ...status };
    return undefined;
  }

  #published(object: UncheckedObject, oldObject: UncheckedObject | undefined, pinned: readonly number[]) {
    const publication = publicationOf('Environment', object, oldObject);
    if (publication === undefined) return {};
    if (publication.needs === 'pins') {
      const pins = pinned.filter((number) => number === publication.major);
      return { shadowedPins: pins.map((number) => ({ ...user, name: `${number}` })) };
    }
    const found = resolve({ kind: 'version', version: publication.version }, this.history);
    if (found.state !== 'resolved') return {};
    const publishedSpec = this.recorded.get(found.revision)?.content.spec;
    return publishedSpec === undefined ? {} : { publishedSpec };
  }

  record(): void {
    const { object } = this;
    if (object === undefined) return;
    const { newest } = this.history;
    if (!this.recorded.has(newest.revision)) {
      this.recorded.set(newest.revision, { known: newest, content: contentOf(object) });
    }
    this.versions = publishedVersions([...this.history.recorded, newest], this.versions);
    this.object = { ...object, status: { revision: newest.revision, versions: this.versions } };
  }

  prune(limit: number, used: ReadonlySet<number>): number[] {
    const known = this.history.recorded.map((item) => ({ ...item, used: used.has(item.revision) }));
    const { retire } = retention(known, this.history.newest, { revisions: limit, lines: 50, bytes: Infinity });
    for (const revision of retire) this.recorded.delete(revision);
    return retire;
  }
}

const versions = ['0.9.0', '1.0.0', '1.0.1', '1.0.1-rc.1', '1.1.0', '2.0.0', '2.0.1-rc.1', '3.0.0-rc.1', '3.0.0'];
const selectors = ['', '1', '2', '3', '4', '7', '0.9', '1.0', '1.1', '2.0', '3.0', ...versions];

const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('edit' as const),
      spec: fc.constantFrom('a', 'b', 'c'),
      label: fc.constantFrom('x', 'y'),
      version: fc.option(fc.constantFrom(...versions), { nil: undefined }),
    }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('record' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('revert' as const), to: fc.nat(12) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pin' as const), selector: fc.constantFrom(...selectors) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('prune' as const), limit: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('recreate' as const) }) },
);

function meaningOf(selector: string, history: History): number | 'pending' | 'impossible' {
  const parsed = parseRef(selector === '' ? 'primary' : `primary@v${selector}`);
  assert.ok(parsed.ok);
  const found = resolve(parsed.ref.selector, history);
  return found.state === 'resolved' ? found.revision : found.state;
}

/** A ref, with the content that it first meant if it is pinned. */
interface Pinned {
  selector: string;
  fixed: { revision: number; content: Content | undefined } | undefined;
}

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function run(steps: Step[]): void {
  let real = new Real();
  let model = new ReferenceHistory();
  let pins: Pinned[] = [];
  const numbers = () => pins.flatMap(({ selector }) => (/^\d+$/.test(selector) ? [Number(selector)] : []));
  const contentAt = (revision: number) =>
    real.recorded.get(revision)?.content ?? (real.object === undefined ? undefined : contentOf(real.object));
  const edit = (spec: string, label: string, version: string | undefined) => {
    const pinned = numbers();
    // A pin of a revision that does not exist yet has no meaning.
    const existing = pinned.filter((number) => number <= (model.all.at(-1)?.number ?? 0));
    assert.equal(real.edit(spec, label, version, pinned), model.edit(spec, label, version, existing));
  };
  for (const one of steps) {
    if (one.do === 'recreate') [real, model, pins] = [new Real(), new ReferenceHistory(), []];
    else if (one.do === 'edit') edit(one.spec, one.label, one.version);
    else if (model.all.length === 0) continue;
    else if (one.do === 'record') {
      real.record();
      model.recorded = model.newest.number;
    } else if (one.do === 'revert') {
      const target = model.left[one.to % model.left.length];
      if (target !== undefined) edit(target.spec, target.label, target.version);
    } else if (one.do === 'pin') {
      const { selector } = one;
      const found = resolveSelector(selector, real.history);
      const fixed = found.state === 'resolved' && !found.floating ? found.revision : undefined;
      const content = fixed === undefined ? undefined : contentAt(fixed);
      pins.push({ selector, fixed: fixed === undefined ? undefined : { revision: fixed, content } });
    } else {
      const meanings = pins.map(({ selector }) => meaningOf(selector, real.history));
      const used = new Set(meanings.filter((meaning) => typeof meaning === 'number'));
      const gone = real.prune(one.limit, used);
      const before = selectors.map((selector) => model.meaning(selector));
      for (const revision of model.all) if (gone.includes(revision.number)) revision.pruned = true;
      for (const [index, selector] of selectors.entries()) {
        const after = model.meaning(selector);
        if (typeof after === 'number') assert.equal(after, before[index], `pruning moves @v${selector}`);
      }
    }
    if (model.all.length === 0) continue;
    assert.equal(real.history.newest.revision, model.newest.number);
    for (const selector of selectors) {
      assert.equal(meaningOf(selector, real.history), model.meaning(selector), `@v${selector}`);
    }
    for (const { selector, fixed } of pins) {
      if (fixed === undefined) continue;
      assert.equal(meaningOf(selector, real.history), fixed.revision, `pin @v${selector} has moved`);
      assert.deepEqual(contentAt(fixed.revision), fixed.content);
    }
  }
}

function resolveSelector(selector: string, history: History): ReturnType<typeof resolve> {
  const parsed = parseRef(selector === '' ? 'primary' : `primary@v${selector}`);
  assert.ok(parsed.ok);
  return resolve(parsed.ref.selector, history);
}

describe('numbering and resolution', function () {
  this.timeout(60_000);

  it('agree with a reference model over any history, and no pinned ref ever changes its meaning', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 40, size: 'max' }), run), { numRuns: 1000 });
  });
});
