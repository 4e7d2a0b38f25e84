import assert from 'node:assert/strict';
import { decideRotation, defaultTimes } from '../../src/tls/rotation.ts';
import type { AuthorityFacts, CertificateState, LeafFacts } from '../../src/tls/state.ts';

const now = Date.UTC(2026, 0, 1);
const day = 24 * 60 * 60_000;
const minute = 60_000;

const authority: AuthorityFacts = {
  notBefore: now - day,
  notAfter: now + 364 * day,
  keyMatches: true,
  isAuthority: true,
};
const leaf: LeafFacts = {
  notBefore: now - day,
  notAfter: now + 89 * day,
  keyMatches: true,
  missingNames: [],
  signer: 'current',
};

const findings: { why: string; state: Partial<CertificateState>; action: string; reason: string }[] = [
  {
    why: 'no Secret exists on the first start',
    state: { authority: 'missing', leaf: 'missing' },
    action: 'newAuthority',
    reason: 'AuthorityMissing',
  },
  {
    why: 'the Secret was emptied',
    state: { authority: 'unreadable' },
    action: 'newAuthority',
    reason: 'AuthorityUnreadable',
  },
  {
    why: 'an authority cannot sign without its key',
    state: { authority: { ...authority, keyMatches: false } },
    action: 'newAuthority',
    reason: 'AuthorityKeyDoesNotMatch',
  },
  {
    why: 'a leaf certificate cannot sign others',
    state: { authority: { ...authority, isAuthority: false } },
    action: 'newAuthority',
    reason: 'NotAnAuthority',
  },
  {
    why: 'it was created while the clock was fast',
    state: { authority: { ...authority, notBefore: now + 1 } },
    action: 'newAuthority',
    reason: 'AuthorityNotYetValid',
  },
  {
    why: 'exactly two thirds of its lifetime have passed',
    state: { authority: { ...authority, notBefore: now - 2 * day, notAfter: now + day } },
    action: 'newAuthority',
    reason: 'AuthorityExpiresSoon',
  },
  {
    why: 'the authority has expired',
    state: { authority: { ...authority, notBefore: now - 2 * day, notAfter: now - day } },
    action: 'newAuthority',
    reason: 'AuthorityExpiresSoon',
  },
  { why: 'only the authority exists', state: { leaf: 'missing' }, action: 'issueLeaf', reason: 'LeafMissing' },
  {
    why: 'the serving Secret was emptied',
    state: { leaf: 'unreadable' },
    action: 'issueLeaf',
    reason: 'LeafUnreadable',
  },
  {
    why: 'its key belongs to another certificate',
    state: { leaf: { ...leaf, keyMatches: false } },
    action: 'issueLeaf',
    reason: 'LeafKeyDoesNotMatch',
  },
  {
    why: 'the Service was renamed',
    state: { leaf: { ...leaf, missingNames: ['new.ns.svc'] } },
    action: 'issueLeaf',
    reason: 'LeafLacksNames',
  },
  {
    why: 'the leaf was created while the clock was fast',
    state: { leaf: { ...leaf, notBefore: now + 1 } },
    action: 'issueLeaf',
    reason: 'LeafNotYetValid',
  },
  {
    why: 'two thirds of the lifetime of the leaf have passed',
    state: { leaf: { ...leaf, notBefore: now - 60 * day, notAfter: now + 30 * day } },
    action: 'issueLeaf',
    reason: 'LeafExpiresSoon',
  },
  {
    why: 'callers do not trust its authority',
    state: { leaf: { ...leaf, signer: 'unknown' } },
    action: 'issueLeaf',
    reason: 'LeafUntrusted',
  },
  {
    why: 'the new authority has been published long enough',
    state: { leaf: { ...leaf, signer: 'former' } },
    action: 'issueLeaf',
    reason: 'LeafOfFormerAuthority',
  },
  {
    why: 'an invalid authority is replaced before its leaf',
    state: { authority: 'unreadable', leaf: 'unreadable' },
    action: 'newAuthority',
    reason: 'AuthorityUnreadable',
  },
];

describe('the rotation of certificates', () => {
  for (const { why, state, action, reason } of findings) {
    it(`finds ${reason} because ${why}`, () => {
      const found = decideRotation({ authority, leaf, ...state }, defaultTimes, now);
      assert.ok(found.action !== 'none');
      assert.deepEqual([found.action, found.reason], [action, reason]);
      assert.match(found.message, /^\S.*[^.\s]$/);
    });
  }

  it('changes nothing until two thirds of the shorter lifetime have passed', () => {
    assert.deepEqual(decideRotation({ authority, leaf }, defaultTimes, now), {
      action: 'none',
      nextCheckAt: leaf.notBefore + 60 * day,
    });
  });

  it('does not replace a valid leaf until every API server trusts the new authority', () => {
    const created = { ...authority, notBefore: now - defaultTimes.backdate };
    const state = { authority: created, leaf: { ...leaf, signer: 'former' as const } };
    assert.deepEqual(decideRotation(state, defaultTimes, now), { action: 'none', nextCheckAt: now + minute });
    assert.equal(decideRotation(state, defaultTimes, now + minute).action, 'issueLeaf');
  });

  it('replaces an authority while it is valid for longer than the full lifetime of a leaf', () => {
    assert.ok(defaultTimes.authorityLifetime / 3 > defaultTimes.leafLifetime);
  });
});
