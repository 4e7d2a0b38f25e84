import assert from 'node:assert/strict';
import { sha256 } from '../../src/cli/sha256.ts';

describe('SHA-256', () => {
  it('is that of FIPS 180, in hexadecimal', () => {
    assert.equal(sha256('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    assert.equal(sha256(''), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  it('encodes a string as UTF-8', () => assert.notEqual(sha256('é'), sha256('e\u0301')));
});
