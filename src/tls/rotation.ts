import type { CertificateState } from './state.ts';

/** How long certificates live and when they are replaced, all in ms. */
export interface CertificateTimes {
  authorityLifetime: number;
  leafLifetime: number;
  /** Certificates are valid from this time before their creation, for clocks that are behind. */
  backdate: number;
  /** How long a new authority is published before its leaf replaces a leaf that is still valid. */
  propagation: number;
}

const minute = 60_000;
const day = 24 * 60 * minute;

/**
 * An authority is valid for one year and replaced after two thirds of it, when 122 days are left. That is more than the 90 days of
 * a leaf, so every leaf has its full lifetime. Only the two webhook configurations refer to the authority, and the controller
 * updates them, so a longer lifetime has no advantage; and a rotation that happens every year is exercised in practice.
 */
export const defaultTimes: CertificateTimes = {
  authorityLifetime: 365 * day,
  leafLifetime: 90 * day,
  backdate: 5 * minute,
  propagation: minute,
};

/** An action that is necessary, and why. `reason` is stable, `message` is for the log. */
interface Finding {
  action: 'newAuthority' | 'issueLeaf';
  reason: string;
  message: string;
}

/** What to do now; for `none`, the next check is due at `nextCheckAt` (ms since the epoch). */
export type Rotation = Finding | { action: 'none'; nextCheckAt: number };

interface Situation extends CertificateState {
  times: CertificateTimes;
  now: number;
}

type Check = (situation: Situation) => Finding | undefined;

// Each check relies on those before it. The leaf is checked after its authority is valid.
const checks: readonly Check[] = [
  authorityMissing,
  authorityUnreadable,
  authorityKeyDoesNotMatch,
  notAnAuthority,
  authorityNotYetValid,
  authorityExpiresSoon,
  leafMissing,
  leafUnreadable,
  leafKeyDoesNotMatch,
  leafLacksNames,
  leafNotYetValid,
  leafExpiresSoon,
  leafUntrusted,
  leafOfFormerAuthority,
];

/** The first problem, or `none`. */
export function decideRotation(state: CertificateState, times: CertificateTimes, now: number): Rotation {
  const situation = { ...state, times, now };
  for (const check of checks) {
    const finding = check(situation);
    if (finding !== undefined) return finding;
  }
  return { action: 'none', nextCheckAt: nextCheck(situation) };
}

function authorityMissing({ authority }: Situation): Finding | undefined {
  return authority === 'missing' ? newAuthority('AuthorityMissing', 'there is no authority yet') : undefined;
}

function authorityUnreadable({ authority }: Situation): Finding | undefined {
  if (authority !== 'unreadable') return undefined;
  return newAuthority('AuthorityUnreadable', 'tls.crt of the authority is not a certificate');
}

function authorityKeyDoesNotMatch({ authority }: Situation): Finding | undefined {
  if (typeof authority === 'string' || authority.keyMatches) return undefined;
  return newAuthority('AuthorityKeyDoesNotMatch', 'tls.key is not the key of the authority');
}

function notAnAuthority({ authority }: Situation): Finding | undefined {
  if (typeof authority === 'string' || authority.isAuthority) return undefined;
  return newAuthority('NotAnAuthority', 'the certificate of the authority cannot sign other certificates');
}

function authorityNotYetValid({ authority, now }: Situation): Finding | undefined {
  if (typeof authority === 'string' || authority.notBefore <= now) return undefined;
  return newAuthority('AuthorityNotYetValid', 'the authority is not valid yet');
}

function authorityExpiresSoon({ authority, now }: Situation): Finding | undefined {
  if (typeof authority === 'string' || now < renewalOf(authority)) return undefined;
  return newAuthority('AuthorityExpiresSoon', 'two thirds of the lifetime of the authority have passed');
}

function leafMissing({ leaf }: Situation): Finding | undefined {
  return leaf === 'missing' ? issueLeaf('LeafMissing', 'there is no serving certificate yet') : undefined;
}

function leafUnreadable({ leaf }: Situation): Finding | undefined {
  return leaf === 'unreadable' ? issueLeaf('LeafUnreadable', 'tls.crt is not a certificate') : undefined;
}

function leafKeyDoesNotMatch({ leaf }: Situation): Finding | undefined {
  if (typeof leaf === 'string' || leaf.keyMatches) return undefined;
  return issueLeaf('LeafKeyDoesNotMatch', 'tls.key is not the key of the serving certificate');
}

function leafLacksNames({ leaf }: Situation): Finding | undefined {
  if (typeof leaf === 'string' || leaf.missingNames.length === 0) return undefined;
  return issueLeaf('LeafLacksNames', `the serving certificate lacks ${leaf.missingNames.join(', ')}`);
}

function leafNotYetValid({ leaf, now }: Situation): Finding | undefined {
  if (typeof leaf === 'string' || leaf.notBefore <= now) return undefined;
  return issueLeaf('LeafNotYetValid', 'the serving certificate is not valid yet');
}

function leafExpiresSoon({ leaf, now }: Situation): Finding | undefined {
  if (typeof leaf === 'string' || now < renewalOf(leaf)) return undefined;
  return issueLeaf('LeafExpiresSoon', 'two thirds of the lifetime of the serving certificate have passed');
}

function leafUntrusted({ leaf }: Situation): Finding | undefined {
  if (typeof leaf === 'string' || leaf.signer !== 'unknown') return undefined;
  return issueLeaf('LeafUntrusted', 'no authority in the trust bundle signed the serving certificate');
}

function leafOfFormerAuthority(situation: Situation): Finding | undefined {
  const { leaf, now } = situation;
  if (typeof leaf === 'string' || leaf.signer !== 'former' || now < propagatedAt(situation)) return undefined;
  return issueLeaf('LeafOfFormerAuthority', 'a former authority signed the serving certificate');
}

function newAuthority(reason: string, message: string): Finding {
  return { action: 'newAuthority', reason, message };
}

function issueLeaf(reason: string, message: string): Finding {
  return { action: 'issueLeaf', reason, message };
}

/** When two thirds of the lifetime of a certificate have passed. */
function renewalOf({ notBefore, notAfter }: { notBefore: number; notAfter: number }): number {
  return notBefore + ((notAfter - notBefore) * 2) / 3;
}

/** The time from which every API server trusts a new authority. Before that, some of them would reject its leaf. */
function propagatedAt({ authority, times }: Situation): number {
  return typeof authority === 'string' ? 0 : authority.notBefore + times.backdate + times.propagation;
}

function nextCheck(situation: Situation): number {
  const { authority, leaf } = situation;
  const renewals = [authority, leaf].flatMap((facts) => (typeof facts === 'string' ? [] : [renewalOf(facts)]));
  const leafReplacement = typeof leaf !== 'string' && leaf.signer === 'former' ? [propagatedAt(situation)] : [];
  return Math.min(...renewals, ...leafReplacement);
}
