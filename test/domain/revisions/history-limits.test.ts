import assert from 'node:assert/strict';
import { revisionStatusFields } from '../../../src/api/revisioned.ts';
import { historyLimits, prunedNamespaceBytes } from '../../../src/domain/revisions/history-limits.ts';

describe('the limits of histories', () => {
  it('are the documented ones', () => {
    const mebibyte = 1024 * 1024;
    assert.deepEqual(historyLimits, {
      lines: 50,
      contentBytes: mebibyte,
      objectBytes: 16 * mebibyte,
      namespaceBytes: 128 * mebibyte,
      versionLines: 1024,
    });
  });

  it('leave space for the revisions that are recorded before the next pruning', () => {
    assert.ok(prunedNamespaceBytes <= historyLimits.namespaceBytes - 16 * historyLimits.contentBytes);
  });

  it('have as many lines of versions as the schema of the status', () => {
    assert.equal(JSON.parse(JSON.stringify(revisionStatusFields.versions)).maxProperties, historyLimits.versionLines);
  });
});
