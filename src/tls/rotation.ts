import type { CertificateState } from './state.ts';

/** How long certificates live and when they are replaced, all in ms. */
export interface CertificateTimes {
  authorityLifetime: number;
  leafLifetime: number;
  /** Certificates start this long before they are made, for clocks that are behind. */
  backdate: number;
  /** How long a new authority is published before a leaf of it replaces one that still works. */
  settle: number;
}

const minute = 60_000;
const day = 24 * 60 * minute;

/**
 * An authority of one year is replaced after two thirds of it, when 122 days are left: more than the 90 days of a leaf,
 * so that no leaf is cut short. Nobody pins the authority but the two webhook configurations, which the controller keeps,
 * so nothing is gained by a longer life; a rotation that happens every year is one that works.
 */
export const defaultTimes: CertificateTimes = {
  authorityLifetime: 365 * day,
  leafLifetime: 90 * day,
  backdate: 5 * minute,
  settle: minute,
};

/** Why something has to be done, and what. `reason` is stable, `message` is for the log. */
interface Finding {
  action: 'newAuthority' | 'issueLeaf';
  reason: string;
  message: string;
}

/** What to do now; with `keep`, look again at `lookAgainAt` (ms since 1970). */
export type Rotation = Finding | { action: 'keep'; lookAgainAt: number };

interface Situation extends CertificateState {
  times: CertificateTimes;
  now: number;
}

type Check = (situation: Situation) => Finding | undefined;

// Each looks at what those before it have let pass. Nothing is said of a leaf before its authority is in order.
const checks: readonly Check[] = [
  authorityMissing,
  authorityUnreadable,
  authorityKeyDoesNotFit,
  notAnAuthority,
  authorityNotYetValid,
  authorityExpiresSoon,
  leafMissing,
  leafUnreadable,
  leafKeyDoesNotFit,
  leafLacksNames,
  leafNotYetValid,
  leafExpiresSoon,
  leafUntrusted,
  leafOfFormerAuthority,
];

/** The first thing that is wrong, or `keep`. */
export function decideRotation(state: CertificateState, times: CertificateTimes, now: number): Rotation {
  const situation = { ...state, times, now };
  for (const check of checks) {
    const finding = check(situation);
    if (finding !== undefined) return finding;
  }
  return { action: 'keep', lookAgainAt: nextLook(situation) };
}

function authorityMissing({ authority }: Situation): Finding | undefined {
  return authority === 'missing' ? newAuthority('AuthorityMissing', 'there is no authority yet') : undefined;
}

function authorityUnreadable({ authority }: Situation): Finding | undefined {
  if (authority !== 'unreadable') return undefined;
  return newAuthority('AuthorityUnreadable', 'tls.crt of the authority is no certificate');
}

function authorityKeyDoesNotFit({ authority }: Situation): Finding | undefined {
  if (typeof authority === 'string' || authority.keyFits) return undefined;
  return newAuthority('AuthorityKeyDoesNotFit', 'tls.key is not the key of the authority');
}

function notAnAuthority({ authority }: Situation): Finding | undefined {
  if (typeof authority === 'string' || authority.isAuthority) return undefined;
  return newAuthority('NotAnAuthority', 'the certificate of the authority may not sign others');
}

function authorityNotYetValid({ authority, now }: Situation): Finding | undefined {
  if (typeof authority === 'string' || authority.notBefore <= now) return undefined;
  return newAuthority('AuthorityNotYetValid', 'the authority begins in the future');
}

function authorityExpiresSoon({ authority, now }: Situation): Finding | undefined {
  if (typeof authority === 'string' || now < renewalOf(authority)) return undefined;
  return newAuthority('AuthorityExpiresSoon', 'two thirds of the life of the authority are over');
}

function leafMissing({ leaf }: Situation): Finding | undefined {
  return leaf === 'missing' ? issueLeaf('LeafMissing', 'there is no serving certificate yet') : undefined;
}

function leafUnreadable({ leaf }: Situation): Finding | undefined {
  return leaf === 'unreadable' ? issueLeaf('LeafUnreadable', 'tls.crt is no certificate') : undefined;
}

function leafKeyDoesNotFit({ leaf }: Situation): Finding | undefined {
  if (typeof leaf === 'string' || leaf.keyFits) return undefined;
  return issueLeaf('LeafKeyDoesNotFit', 'tls.key is not the key of the serving certificate');
}

function leafLacksNames({ leaf }: Situation): Finding | undefined {
  if (typeof leaf === 'string' || leaf.missingNames.length === 0) return undefined;
  return issueLeaf('LeafLacksNames', `the serving certificate lacks ${leaf.missingNames.join(', ')}`);
}

function leafNotYetValid({ leaf, now }: Situation): Finding | undefined {
  if (typeof leaf === 'string' || leaf.notBefore <= now) return undefined;
  return issueLeaf('LeafNotYetValid', 'the serving certificate begins in the future');
}

function leafExpiresSoon({ leaf, now }: Situation): Finding | undefined {
  if (typeof leaf === 'string' || now < renewalOf(leaf)) return undefined;
  return issueLeaf('LeafExpiresSoon', 'two thirds of the life of the serving certificate are over');
}

function leafUntrusted({ leaf }: Situation): Finding | undefined {
  if (typeof leaf === 'string' || leaf.signer !== 'unknown') return undefined;
  return issueLeaf('LeafUntrusted', 'the serving certificate is of no authority in the trust bundle');
}

function leafOfFormerAuthority(situation: Situation): Finding | undefined {
  const { leaf, now } = situation;
  if (typeof leaf === 'string' || leaf.signer !== 'former' || now < settledAt(situation)) return undefined;
  return issueLeaf('LeafOfFormerAuthority', 'the serving certificate is of a former authority');
}

function newAuthority(reason: string, message: string): Finding {
  return { action: 'newAuthority', reason, message };
}

function issueLeaf(reason: string, message: string): Finding {
  return { action: 'issueLeaf', reason, message };
}

/** When two thirds of a certificate's life are over. */
function renewalOf({ notBefore, notAfter }: { notBefore: number; notAfter: number }): number {
  return notBefore + ((notAfter - notBefore) * 2) / 3;
}

/** When every API server has surely seen a new authority; a leaf of it that is served sooner would be refused by some. */
function settledAt({ authority, times }: Situation): number {
  return typeof authority === 'string' ? 0 : authority.notBefore + times.backdate + times.settle;
}

function nextLook(situation: Situation): number {
  const { authority, leaf } = situation;
  const renewals = [authority, leaf].flatMap((facts) => (typeof facts === 'string' ? [] : [renewalOf(facts)]));
  const swap = typeof leaf !== 'string' && leaf.signer === 'former' ? [settledAt(situation)] : [];
  return Math.min(...renewals, ...swap);
}
