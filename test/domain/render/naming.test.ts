import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sha256 } from '../../../src/cli/sha256.ts';
import { hubName, identityHash, maxHubNamespaceLength } from '../../../src/domain/render/naming.ts';

const name = (hubNamespace: string, readable: string, identity: (string | string[])[] = [readable]) =>
  hubName({ hubNamespace, readable, identity }, sha256);

/** Valid names, and strings that are not. */
const readables = fc.oneof(
  fc.stringMatching(/^[a-z0-9]([-a-z0-9.]{0,250}[a-z0-9])?$/),
  fc.array(fc.nat(0xffff), { maxLength: 30 }).map((codes) => String.fromCharCode(...codes)),
);
const namespaces = fc.integer({ min: 1, max: maxHubNamespaceLength }).map((length) => 'n'.repeat(length));

describe('a name on the hub', () => {
  it('is a readable beginning and 16 characters of a digest', () => {
    assert.match(name('hub', 'web'), /^web-[a-z2-7]{16}$/);
  });

  it('has fewer characters of a digest, at least ten, if its namespace leaves no room', () => {
    const digestIn = (length: number) => name('n'.repeat(length), 'web').replace(/^w-/, '').length;
    assert.deepEqual([44, 45, 47, 50].map(digestIn), [16, 15, 13, 10]);
    assert.equal(maxHubNamespaceLength, 50);
  });

  it('fits into a label value together with its namespace', () => {
    fc.assert(
      fc.property(namespaces, readables, (namespace, readable) => {
        const result = name(namespace, readable);
        assert.ok(`${namespace}.${result}`.length <= 63, result);
        assert.match(result, /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'it is a valid name');
      }),
    );
  });

  it('is as long as the label value permits', () => {
    const namespace = 'n'.repeat(maxHubNamespaceLength);
    assert.equal(`${namespace}.${name(namespace, 'web')}`.length, 63);
    assert.equal(`hub.${name('hub', 'w'.repeat(253))}`.length, 63);
  });

  it('is the same for the same identity only', () => {
    assert.equal(name('hub', 'web', ['a', 'b']), name('hub', 'web', ['a', 'b']));
    const others: (string | string[])[][] = [
      ['a', 'c'],
      ['b', 'a'],
      ['ab'],
      ['a', ['b']],
      ['a', 'b', ''],
      [['a', 'b']],
    ];
    for (const other of others) assert.notEqual(name('hub', 'web', other), name('hub', 'web', ['a', 'b']));
  });

  it('begins with m if nothing readable is left', () => {
    assert.match(name('hub', '...'), /^m-[a-z2-7]{16}$/);
    assert.match(name('hub', ''), /^m-[a-z2-7]{16}$/);
  });

  it('never changes, because objects on hubs have it', () => {
    assert.equal(
      name('managed-cluster-set-global', 'web', ['Placement', 'team', 'web', 'web', []]),
      'web-j4d323zkaafqj45u',
    );
  });
});

describe('the label value for a key', () => {
  it('has ten characters and differs for different keys', () => {
    assert.match(identityHash(`${'n'.repeat(63)}/${'m'.repeat(63)}`, sha256), /^[a-z2-7]{10}$/);
    assert.notEqual(identityHash('a/b', sha256), identityHash('a/c', sha256));
  });
});
