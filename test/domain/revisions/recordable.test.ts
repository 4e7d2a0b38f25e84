import assert from 'node:assert/strict';
import { recordProblems } from '../../../src/domain/revisions/recordable.ts';
import { environment } from '../../support/manifests.ts';

const many = (count: number, prefix = 'key') =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}-${index}`, 'x']));

const cases: { what: string; object: ReturnType<typeof environment>; problems: RegExp[] }[] = [
  { what: 'an ordinary object', object: environment('team'), problems: [] },
  { what: '1,024 annotations', object: environment('team', { annotations: many(1024) }), problems: [] },
  {
    what: '1,025 annotations',
    object: environment('team', { annotations: many(1025) }),
    problems: [/^metadata\.annotations: must have at most 1024/],
  },
  {
    what: '1,025 annotations of tools',
    object: environment('team', { annotations: many(1025, 'helm.sh/key') }),
    problems: [],
  },
  {
    what: '1,025 labels',
    object: environment('team', { labels: many(1025) }),
    problems: [/^metadata\.labels: must have at most 1024/],
  },
  {
    what: 'more than 1 MiB',
    object: environment('team', { topology: { type: 'topology-ocm', properties: { text: 'ü'.repeat(600 * 1024) } } }),
    problems: [/^: the content has 1201 KiB; at most 1024 KiB/],
  },
];

describe('what cannot be recorded', () => {
  for (const { what, object, problems } of cases) {
    it(`of ${what}: ${problems.length === 0 ? 'nothing' : problems.join()}`, () => {
      const found = recordProblems('Environment', object).map(({ path, message }) => `${path}: ${message}`);
      assert.equal(found.length, problems.length, found.join());
      problems.forEach((pattern, index) => assert.match(found[index] ?? '', pattern));
    });
  }
});
