import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sha256 } from '../../../src/cli/sha256.ts';
import { rememberingHash } from '../../../src/domain/revisions/content-hashes.ts';
import { contentHash, type Stamped } from '../../../src/domain/revisions/revision.ts';
import { anyJson, anyJsonObject } from '../../support/any-json.ts';

const anyObject = fc
  .record({ labels: anyJson, annotations: anyJson, spec: anyJsonObject }, { requiredKeys: [] })
  .map(
    ({ spec, ...metadata }) => ({ metadata: { name: 'a', ...metadata }, ...(spec && { spec }) }) as unknown as Stamped,
  );

describe('a hash function that remembers', () => {
  it('gives the hashes of the function that it was made of', () => {
    fc.assert(
      fc.property(fc.array(anyObject, { maxLength: 4 }), (objects) => {
        const hash = rememberingHash(sha256);
        for (const object of [...objects, ...objects])
          assert.equal(contentHash(object, hash), contentHash(object, sha256));
      }),
    );
    assert.equal(rememberingHash(sha256)('text'), sha256('text'));
  });

  it('hashes each content once, and prints a spec that two objects share once', () => {
    let reads = 0;
    const spec = Object.defineProperty({}, 'version', {
      enumerable: true,
      get: () => `1.0.${(reads += 1)}`,
    });
    const hashed: string[] = [];
    const hash = rememberingHash((text) => {
      hashed.push(text);
      return sha256(text);
    });
    const one = { metadata: { name: 'a', labels: { tier: 'gold' } }, spec };
    const other = { metadata: { name: 'a', labels: { tier: 'silver' } }, spec };
    for (const object of [one, other, one, other, { ...one, metadata: { ...one.metadata } }]) contentHash(object, hash);
    assert.equal(hashed.length, 2);
    assert.equal(reads, 1);
  });

  it('takes a hash that is known elsewhere', () => {
    const object = { metadata: { name: 'a' }, spec: {} };
    const hash = rememberingHash(
      () => assert.fail('hashed'),
      (known) => (known === object ? 'h1:known' : undefined),
    );
    assert.equal(contentHash(object, hash), 'h1:known');
  });
});
