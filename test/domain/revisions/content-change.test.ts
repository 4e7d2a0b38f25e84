import assert from 'node:assert/strict';
import { formatPath } from '../../../src/api/field-path.ts';
import type { JsonObject } from '../../../src/api/object.ts';
import { contentChanges } from '../../../src/domain/revisions/content-change.ts';
import type { Content } from '../../../src/domain/revisions/revision.ts';

const content = (spec: JsonObject, labels?: Record<string, string>): Content => ({
  metadata: labels === undefined ? {} : { labels },
  spec,
});

describe('the changes between two contents', () => {
  const rows: { why: string; before: Content; after: Content; paths: string[] }[] = [
    {
      why: 'equal contents have no changes',
      before: content({ a: [1, { b: 2 }] }),
      after: content({ a: [1, { b: 2 }] }),
      paths: [],
    },
    {
      why: 'the order of keys is not a change',
      before: content({ a: 1, b: 2 }),
      after: content({ b: 2, a: 1 }),
      paths: [],
    },
    {
      why: 'a first label is reported as that label',
      before: content({}),
      after: content({}, { tier: 'gold' }),
      paths: ['metadata.labels.tier'],
    },
    {
      why: 'a nested value is reported at its own path',
      before: content({ a: { b: 1, c: 2 } }),
      after: content({ a: { b: 3, c: 2 } }),
      paths: ['spec.a.b'],
    },
    {
      why: 'an added subtree is reported once',
      before: content({}),
      after: content({ a: { b: { c: 1 } } }),
      paths: ['spec.a'],
    },
    {
      why: 'lists are compared by index',
      before: content({ a: [1, 2] }),
      after: content({ a: [1, 3, 4] }),
      paths: ['spec.a[1]', 'spec.a[2]'],
    },
    {
      why: 'a list that became a map is one change',
      before: content({ a: [1] }),
      after: content({ a: { b: 1 } }),
      paths: ['spec.a'],
    },
    { why: 'null is not the same as absent', before: content({ a: null }), after: content({}), paths: ['spec.a'] },
    {
      why: 'a key may have the name of an inherited JavaScript property',
      before: content({}),
      after: content({ constructor: 1 }),
      paths: ['spec.constructor'],
    },
  ];
  for (const { why, before, after, paths } of rows) {
    it(why, () => {
      const found = contentChanges(before, after);
      assert.deepEqual(
        found.map(({ path }) => formatPath(path)),
        paths,
      );
    });
  }

  it('have both values, or the only one where a field was added or removed', () => {
    assert.deepEqual(contentChanges(content({ a: 1, b: 1 }), content({ a: 2, c: 3 })), [
      { path: ['spec', 'a'], before: 1, after: 2 },
      { path: ['spec', 'b'], before: 1 },
      { path: ['spec', 'c'], after: 3 },
    ]);
  });
});
