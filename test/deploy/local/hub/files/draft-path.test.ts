import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { draftPath } from '../../../../../deploy/local/hub/files/draft-path.ts';
import { isDraft } from '../../../../../deploy/local/hub/files/hub-files.ts';

describe('the path of a draft', () => {
  it('is in the same folder, because a rename is atomic only within a file system', () => {
    assert.equal(dirname(draftPath('/d/state.json')), '/d');
  });

  it('is another one for each call, and contains the pid, because other processes write there, too', () => {
    const first = draftPath('/d/lock');
    assert.notEqual(draftPath('/d/lock'), first);
    assert.match(first, new RegExp(`\\.${process.pid}\\.`));
  });

  it('is recognized as a draft, so that the next run removes what a killed process left', () => {
    assert.equal(isDraft(draftPath('lock')), true);
  });
});
