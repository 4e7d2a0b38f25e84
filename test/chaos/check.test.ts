import assert from 'node:assert/strict';
import { check } from './check.ts';
import { parseHubContent } from './hub-content.ts';
import type { Attempt } from './journal.ts';
import type { JsonMap } from './json.ts';

const uid = 'uid-1';
const stamps = (revision: number) => {
  return { 'spectrocloud.com/revision': String(revision), 'spectrocloud.com/revision-hash': `hash-${revision}` };
};

/** The accepted object with its marker and its stamp. */
function accepted(revision: number, marker: string): JsonMap {
  return { kind: 'Environment', metadata: { name: 'a', uid, annotations: { marker, ...stamps(revision) } }, spec: {} };
}

function recorded(revision: number, marker: string): JsonMap {
  const object = { metadata: { annotations: { marker } }, spec: {} };
  return {
    metadata: { ownerReferences: [{ uid, controller: true }] },
    spec: { kind: 'Environment', name: 'a', revision, hash: `hash-${revision}`, object },
  };
}

function edit(id: string, marker: string, ending: Partial<Attempt>): Attempt {
  return {
    id,
    style: 'patch',
    name: 'a',
    marker,
    changes: [{ path: ['annotations', 'marker'], value: marker }],
    ...ending,
  };
}

/** Checks attempts against a history whose revisions contain the markers `two`. */
function checkHistory(two: string[], tries: Attempt[], newest = two.length) {
  const live = accepted(newest, two.at(-1) ?? '');
  const environments = { items: [{ ...live, status: { revision: newest } }] };
  const revisions = { items: two.map((marker, index) => recorded(index + 1, marker)) };
  return check(tries, parseHubContent(environments, revisions, { items: [] }));
}

const first = edit('1', 'm-1', { outcome: 'accepted', object: accepted(1, 'm-1') });
const second = edit('2', 'm-2', { outcome: 'accepted', object: accepted(2, 'm-2') });
const refused = edit('3', 'm-3', { outcome: 'refused' });
const unknown = edit('4', 'm-4', { outcome: 'unknown' });

const cases: { what: string; two: string[]; tries: Attempt[]; newest?: number; lost: number; wrong: RegExp[] }[] = [
  {
    what: 'every accepted edit is recorded',
    two: ['m-1', 'm-2'],
    tries: [first, second, refused, unknown],
    lost: 0,
    wrong: [],
  },
  {
    what: 'an edit with an unknown result is recorded',
    two: ['m-1', 'm-4'],
    tries: [first, unknown],
    lost: 0,
    wrong: [],
  },
  {
    what: 'an accepted edit is not recorded',
    two: ['m-1'],
    tries: [first, second],
    lost: 1,
    wrong: [/^2 .*revision 2, which is not recorded/],
  },
  {
    what: 'two edits share a revision',
    two: ['m-1'],
    tries: [first, edit('2', 'm-1', { outcome: 'accepted', object: accepted(1, 'm-1') })],
    lost: 1,
    wrong: [/shares revision 1 with 1/],
  },
  {
    what: 'the recorded content differs',
    two: ['m-1', 'm-9'],
    tries: [first, second],
    lost: 1,
    wrong: [/another content/, /a v2 belongs to no edit/],
  },
  {
    what: 'a refused edit is recorded',
    two: ['m-1', 'm-3'],
    tries: [first, refused],
    lost: 0,
    wrong: [/left its marker/, /a v2 belongs to no edit/],
  },
  {
    what: 'a dry run is recorded',
    two: ['m-1', 'm-5'],
    tries: [first, edit('5', 'm-5', { outcome: 'accepted', dryRun: true })],
    lost: 0,
    wrong: [/left its marker/, /a v2 belongs to no edit/],
  },
  {
    what: 'a part of an edit is recorded',
    two: ['m-1', 'm-4'],
    tries: [first, { ...unknown, changes: [...(unknown.changes ?? []), { path: ['labels', 'x'], value: 'y' }] }],
    lost: 0,
    wrong: [/a v2 is not what 4 .* requested/],
  },
  {
    what: 'the status contains a revision that does not exist',
    two: ['m-1', 'm-2'],
    tries: [first, second],
    newest: 3,
    lost: 0,
    wrong: [/status.revision is not the newest/],
  },
];

describe('the check of the chaos test', () => {
  for (const { what, two, tries, newest, lost, wrong } of cases) {
    it(`reports ${wrong.length === 0 ? 'no problem' : 'a problem'} when ${what}`, () => {
      const found = checkHistory(two, tries, newest);
      assert.equal(found.lost, lost);
      assert.equal(found.problems.length, wrong.length, found.problems.join('\n'));
      for (const [index, pattern] of wrong.entries()) assert.match(found.problems[index] ?? '', pattern);
    });
  }

  it('reports a problem when a pinned ref has another meaning', () => {
    const stamp = { 'spectrocloud.com/environment-revision': 'team/a@v1#h1:ab' };
    const pin: Attempt = {
      id: '9',
      style: 'pin',
      name: 'a',
      outcome: 'accepted',
      pin: { deployment: 'm-9', selector: '1' },
      object: { metadata: { annotations: stamp } },
    };
    const at = (revision: number) => {
      const deployments = { items: [{ metadata: { name: 'm-9' }, status: { environment: { revision } } }] };
      return check([pin], parseHubContent({ items: [] }, { items: [] }, deployments)).problems;
    };
    assert.deepEqual(at(1), []);
    assert.match(at(2)[0] ?? '', /meant v1 and means v2/);
  });
});
