import assert from 'node:assert/strict';
import { revisionChanged } from '../../../../src/domain/admission/rules/revision-changed.ts';
import type { KnownRevision } from '../../../../src/domain/refs/resolution.ts';
import { factsOf, findingsOf, referenceFacts } from '../../../support/facts.ts';
import { deployment, environment } from '../../../support/manifests.ts';
import { messagesOf } from '../../../support/deployment-changes.ts';

/** The facts about a new deployment that refers to revision 1 with the stamp of a backup. */
function restored(stamp: string | undefined, revisions: KnownRevision[]) {
  const base = deployment('team', { environmentRef: 'primary@v1' });
  const annotations = stamp === undefined ? {} : { 'spectrocloud.com/environment-revision': stamp };
  const object = { ...base, metadata: { ...base.metadata, annotations } };
  return factsOf({ object }, { environment: referenceFacts('primary@v1', 'team', revisions) });
}

describe('RevisionChanged', () => {
  it('warns if a restored pin means other content', () => {
    const facts = restored('team/primary@v1#h1:a', [{ revision: 1, hash: 'h1:b' }]);
    assert.deepEqual(findingsOf(revisionChanged, facts), [{ path: 'spec.environmentRef.name' }]);
    assert.match(
      messagesOf(revisionChanged, facts),
      /^nothing is applied until the ref is edited: primary@v1 of Environment team\/primary has other content now .*; set spec\.environmentRef\.name /,
    );
  });

  it('says which version a number means now', () => {
    const facts = restored('team/primary@v1#h1:a', [{ revision: 3, version: '1.0.0', hash: 'h1:b' }]);
    assert.match(messagesOf(revisionChanged, facts), /means version 1\.0\.0 now, and meant revision 1/);
  });

  it('warns if the pinned topology of an Environment that is edited means other content', () => {
    const object = environment('team', { topology: { type: 'mine@v1' } });
    const topology = { state: 'changed', message: 'mine@v1 has other content' } as const;
    const facts = factsOf({ object, oldObject: environment('team') }, { topology });
    assert.deepEqual(findingsOf(revisionChanged, facts), [{ path: 'spec.topology.type' }]);
    assert.equal(
      messagesOf(revisionChanged, facts),
      'nothing is applied until the ref is edited: mine@v1 has other content',
    );
    assert.deepEqual(revisionChanged.find(factsOf({ object, oldObject: object })), []);
  });

  it('leaves an edit of a deployment to its status', () => {
    const { request, ...rest } = restored('team/primary@v1#h1:a', [{ revision: 1, hash: 'h1:b' }]);
    assert.deepEqual(revisionChanged.find({ ...rest, request: { ...request, operation: 'UPDATE' } }), []);
  });

  it('finds nothing if the content is the same, or cannot be compared', () => {
    const cases: [string | undefined, KnownRevision[]][] = [
      ['team/primary@v1#h1:a', [{ revision: 1, hash: 'h1:a' }]],
      [undefined, [{ revision: 1, hash: 'h1:b' }]],
      ['team/primary@v1#h1:a', []],
      ['team/primary@v1#h1:a', [{ revision: 2, hash: 'h1:b' }]],
    ];
    for (const [stamp, revisions] of cases) {
      assert.deepEqual(findingsOf(revisionChanged, restored(stamp, revisions)), []);
    }
  });
});
