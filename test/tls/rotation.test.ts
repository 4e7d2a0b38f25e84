import assert from 'node:assert/strict';
import { decideRotation, defaultTimes } from '../../src/tls/rotation.ts';
import type { AuthorityFacts, CertificateState, LeafFacts } from '../../src/tls/state.ts';

const now = Date.UTC(2026, 0, 1);
const day = 24 * 60 * 60_000;
const minute = 60_000;

const authority: AuthorityFacts = { notBefore: now - day, notAfter: now + 364 * day, keyFits: true, isAuthority: true };
const leaf: LeafFacts = {
  notBefore: now - day,
  notAfter: now + 89 * day,
  keyFits: true,
  missingNames: [],
  signer: 'current',
};

const findings: { why: string; state: Partial<CertificateState>; action: string; reason: string }[] = [
  {
    why: 'on a first start nothing is there',
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
    why: 'without its key an authority can sign nothing',
    state: { authority: { ...authority, keyFits: false } },
    action: 'newAuthority',
    reason: 'AuthorityKeyDoesNotFit',
  },
  {
    why: 'a leaf in its place would sign what nobody accepts',
    state: { authority: { ...authority, isAuthority: false } },
    action: 'newAuthority',
    reason: 'NotAnAuthority',
  },
  {
    why: 'it was made while the clock was ahead',
    state: { authority: { ...authority, notBefore: now + 1 } },
    action: 'newAuthority',
    reason: 'AuthorityNotYetValid',
  },
  {
    why: 'two thirds of its life are over to the millisecond',
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
  { why: 'only the authority is there', state: { leaf: 'missing' }, action: 'issueLeaf', reason: 'LeafMissing' },
  {
    why: 'the serving Secret was emptied',
    state: { leaf: 'unreadable' },
    action: 'issueLeaf',
    reason: 'LeafUnreadable',
  },
  {
    why: 'its key is of another certificate',
    state: { leaf: { ...leaf, keyFits: false } },
    action: 'issueLeaf',
    reason: 'LeafKeyDoesNotFit',
  },
  {
    why: 'the Service was renamed',
    state: { leaf: { ...leaf, missingNames: ['new.ns.svc'] } },
    action: 'issueLeaf',
    reason: 'LeafLacksNames',
  },
  {
    why: 'the leaf was made while the clock was ahead',
    state: { leaf: { ...leaf, notBefore: now + 1 } },
    action: 'issueLeaf',
    reason: 'LeafNotYetValid',
  },
  {
    why: 'two thirds of the life of the leaf are over',
    state: { leaf: { ...leaf, notBefore: now - 60 * day, notAfter: now + 30 * day } },
    action: 'issueLeaf',
    reason: 'LeafExpiresSoon',
  },
  {
    why: 'callers trust nobody who signed it',
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
    why: 'an authority that is out of order comes before its leaf',
    state: { authority: 'unreadable', leaf: 'unreadable' },
    action: 'newAuthority',
    reason: 'AuthorityUnreadable',
  },
];

describe('the rotation of certificates', () => {
  for (const { why, state, action, reason } of findings) {
    it(`finds ${reason}, as ${why}`, () => {
      const found = decideRotation({ authority, leaf, ...state }, defaultTimes, now);
      assert.ok(found.action !== 'keep');
      assert.deepEqual([found.action, found.reason], [action, reason]);
      assert.match(found.message, /^\S.*[^.\s]$/);
    });
  }

  it('keeps what is in order, until two thirds of the shorter life are over', () => {
    assert.deepEqual(decideRotation({ authority, leaf }, defaultTimes, now), {
      action: 'keep',
      lookAgainAt: leaf.notBefore + 60 * day,
    });
  });

  it('leaves a leaf that still works in place until every API server has seen the new authority', () => {
    const made = { ...authority, notBefore: now - defaultTimes.backdate };
    const state = { authority: made, leaf: { ...leaf, signer: 'former' as const } };
    assert.deepEqual(decideRotation(state, defaultTimes, now), { action: 'keep', lookAgainAt: now + minute });
    assert.equal(decideRotation(state, defaultTimes, now + minute).action, 'issueLeaf');
  });

  it('replaces an authority early enough that a leaf of full length fits into what is left of it', () => {
    assert.ok(defaultTimes.authorityLifetime / 3 > defaultTimes.leafLifetime);
  });
});
