import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sha256 } from '../../../src/cli/sha256.ts';
import { hubName, identityHash, maxHubNamespaceLength } from '../../../src/domain/render/naming.ts';

const name = (hubNamespace: string, readable: string, identity: (string | string[])[] = [readable]) =>
  hubName({ hubNamespace, readable, identity }, sha256);

/** Names as Kubernetes has them, and worse. */
const readables = fc.oneof(
  fc.stringMatching(/^[a-z0-9]([-a-z0-9.]{0,250}[a-z0-9])?$/),
  fc.array(fc.nat(0xffff), { maxLength: 30 }).map((codes) => String.fromCharCode(...codes)),
);
const namespaces = fc.integer({ min: 1, max: maxHubNamespaceLength }).map((length) => 'n'.repeat(length));

describe('a name on the hub', () => {
  it('begins with what people know and ends in ten characters of a digest', () => {
    assert.match(name('hub', 'web'), /^web-[a-z2-7]{10}$/);
  });

  it('fits beside its namespace into a label value, whatever it is made from', () => {
    fc.assert(
      fc.property(namespaces, readables, (namespace, readable) => {
        const made = name(namespace, readable);
        assert.ok(`${namespace}.${made}`.length <= 63, made);
        assert.match(made, /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'a name of any kind');
      }),
    );
  });

  it('uses all the room that there is', () => {
    const namespace = 'n'.repeat(maxHubNamespaceLength);
    assert.equal(`${namespace}.${name(namespace, 'web')}`.length, 63);
    assert.equal(`hub.${name('hub', 'w'.repeat(253))}`.length, 63);
  });

  it('is the same for the same identity, and for no other', () => {
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

  it('has something to show even where nothing can be read', () => {
    assert.match(name('hub', '...'), /^m-[a-z2-7]{10}$/);
    assert.match(name('hub', ''), /^m-[a-z2-7]{10}$/);
  });

  it('stays what it was: objects on hubs bear it', () => {
    assert.equal(name('managed-cluster-set-global', 'web', ['Placement', 'team', 'web', 'web', []]), 'web-n55mfaqcye');
  });
});

describe('a label that stands for a key', () => {
  it('is a label value of ten characters', () => {
    assert.match(identityHash(`${'n'.repeat(63)}/${'m'.repeat(63)}`, sha256), /^[a-z2-7]{10}$/);
    assert.notEqual(identityHash('a/b', sha256), identityHash('a/c', sha256));
  });
});
