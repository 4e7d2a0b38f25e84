import assert from 'node:assert/strict';
import { inKiB, inMiB, jsonBytes } from '../../../src/domain/revisions/content-size.ts';

describe('the size of content', () => {
  it('is counted in bytes of UTF-8, not in characters', () => {
    assert.equal(jsonBytes({ a: 'ü' }), '{"a":"u"}'.length + 1);
  });

  it('is written in KiB and MiB', () => {
    assert.equal(inKiB(1025), '2 KiB');
    assert.equal(inMiB(16 * 1024 * 1024), '16 MiB');
    assert.equal(inMiB(1.25 * 1024 * 1024), '1.3 MiB');
  });
});
