import assert from 'node:assert/strict';
import { revisionChanged } from '../../../../src/domain/admission/rules/revision-changed.ts';
import type { KnownRevision } from '../../../../src/domain/refs/resolution.ts';
import { factsOf, findingsOf, referenceFacts } from '../../../support/facts.ts';
import { deployment } from '../../../support/manifests.ts';
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
      /^primary@v1 of Environment team\/primary has other content now .*; set spec\.environmentRef\.name .*; until then nothing is applied$/,
    );
  });

  it('says which version a number means now', () => {
    const facts = restored('team/primary@v1#h1:a', [{ revision: 3, version: '1.0.0', hash: 'h1:b' }]);
    assert.match(messagesOf(revisionChanged, facts), /means version 1\.0\.0 now, and meant revision 1/);
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
