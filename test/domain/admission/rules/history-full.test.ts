import assert from 'node:assert/strict';
import type { HistoryFacts } from '../../../../src/domain/admission/facts.ts';
import { historyFull } from '../../../../src/domain/admission/rules/history-full.ts';
import { factsOf, stampedAs } from '../../../support/facts.ts';
import { environment } from '../../../support/manifests.ts';

const mebibyte = 1024 * 1024;
const web = { kind: 'WorkloadDeployment', namespace: 'team', name: 'web', visible: true };
const hidden = { ...web, namespace: 'other', visible: false };
const holders = [web, hidden];
const largest = [{ kind: 'Environment', namespace: 'team', name: 'big', visible: true, bytes: 15 * mebibyte }];

type Sizes = Partial<HistoryFacts['object'] & { inNamespace: Partial<HistoryFacts['namespace']> }>;

const cases: { sizes: Sizes; message?: RegExp; why: string }[] = [
  { sizes: { stored: 0 }, why: 'there is no history' },
  { sizes: { stored: 20, required: 15 }, why: 'enough can be pruned' },
  {
    sizes: { stored: 20, required: 17, revisions: [3, 5], holders },
    message:
      /^with this edit, 17 MiB of the history must be retained, and the limit is 16 MiB: revisions 3, 5 are in use by WorkloadDeployment team\/web and 1 more; let these/,
    why: 'pins hold too much',
  },
  {
    sizes: { stored: 20, required: 17, revisions: [3] },
    message: /revisions 3 are in use; let these objects/,
    why: 'nothing may be named',
  },
  { sizes: { stored: 31, required: 2 }, why: 'as much again as the limit may await pruning' },
  {
    sizes: { stored: 32, required: 2 },
    message: /^the history of this object has 32 MiB, most of which is about to be pruned; try again in a minute$/,
    why: 'edits are faster than pruning',
  },
  { sizes: { inNamespace: { stored: 200, kept: 127 } }, why: 'the namespace has space' },
  {
    sizes: { inNamespace: { stored: 128, kept: 128, largest } },
    message:
      /^the history of namespace team has 128 MiB, and the limit is 128 MiB, most of it of Environment big \(15 MiB\); delete/,
    why: 'the namespace is full',
  },
  {
    sizes: { inNamespace: { stored: 128, kept: 128 } },
    message: /the limit is 128 MiB; delete objects/,
    why: 'nothing may be named',
  },
  {
    sizes: { inNamespace: { stored: 256, kept: 100 } },
    message: /^the history of namespace team has 256 MiB, most of which/,
    why: 'edits in the namespace are faster than pruning',
  },
];

describe('HistoryFull', () => {
  for (const { sizes, message, why } of cases) {
    it(`${message === undefined ? 'allows' : 'denies'} an edit: ${why}`, () => {
      const { inNamespace, stored = 0, required, ...rest } = sizes;
      const history: HistoryFacts = {
        added: mebibyte,
        object: {
          stored: stored * mebibyte,
          ...(required === undefined ? {} : { required: required * mebibyte }),
          ...rest,
        },
        namespace: {
          stored: (inNamespace?.stored ?? 0) * mebibyte,
          kept: (inNamespace?.kept ?? 0) * mebibyte,
          largest: inNamespace?.largest ?? [],
        },
      };
      const found = historyFull.find(factsOf({ object: environment('team') }, { history }));
      assert.equal(found.length, message === undefined ? 0 : 1);
      if (message !== undefined) assert.match(found[0]?.message ?? '', message);
    });
  }

  it('allows the patch that stamps an object, because the content is stored already', () => {
    const history: HistoryFacts = {
      added: 1,
      object: { stored: 17 * mebibyte, required: 17 * mebibyte },
      namespace: { stored: 0, kept: 0, largest: [] },
    };
    const [object, oldObject] = [stampedAs(environment('team'), 2), environment('team')];
    assert.deepEqual(historyFull.find(factsOf({ object, oldObject }, { history })), []);
    const edited = stampedAs(environment('team', { labels: { a: 'b' } }), 2);
    assert.equal(historyFull.find(factsOf({ object: edited, oldObject }, { history })).length, 1);
  });

  it('is not about requests that make no revision', () => {
    assert.deepEqual(historyFull.find(factsOf({ object: environment('team') })), []);
  });
});
