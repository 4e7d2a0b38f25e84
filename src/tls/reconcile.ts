import type { Client } from '../kube/client/client.ts';
import type { Log } from '../log.ts';
import { createAuthority, issueCertificate } from './authority.ts';
import { trustBundle } from './bundle.ts';
import { publishBundle } from './ca-bundle.ts';
import { decideRotation, type CertificateTimes } from './rotation.ts';
import { readState, type StoredCertificate } from './state.ts';
import { authoritySecretName, servingSecretName, type CertificateStore, type StoredSecret } from './store.ts';

/** What the serving certificate is for, and how long certificates live. */
export interface CertificateWishes {
  dnsNames: readonly string[];
  ipAddresses: readonly string[];
  times: CertificateTimes;
}

export interface ReconcileCertificates extends CertificateWishes {
  client: Client;
  store: CertificateStore;
  /** Milliseconds since 1970. */
  clock: () => number;
  log: Log;
}

// A new authority, then a leaf, then nothing: more steps than these mean that somebody writes against us.
const stepsAtMost = 4;

// A certificate may be put away or its clock set without any event, so nothing rests for longer than this.
const restAtMostMs = 60 * 60_000;

/** One pass: takes steps until nothing is to be done, and says when to look again. Throws what the API server refuses. */
export async function reconcileCertificates(deps: ReconcileCertificates): Promise<{ requeueAfterMs: number }> {
  for (let step = 0; step < stepsAtMost; step += 1) {
    const restMs = await takeStep(deps);
    if (restMs !== undefined) return { requeueAfterMs: Math.min(restAtMostMs, Math.max(1000, restMs)) };
  }
  throw new Error(`the certificates are not settled after ${stepsAtMost} steps; does something else write them?`);
}

/** Gathers, decides, acts once. Gives the time to rest in ms when nothing was left to do but to publish the bundle. */
async function takeStep(deps: ReconcileCertificates): Promise<number | undefined> {
  const { client, store, clock, log, times } = deps;
  const [authority, leaf] = await Promise.all([store.read(authoritySecretName), store.read(servingSecretName)]);
  const now = clock();
  const former = formerAuthorities(authority, leaf);
  const bundle = trustBundle(authority.stored?.certificate ?? '', former, now);
  const state = readState(authority.stored, leaf.stored, bundle, [...deps.dnsNames, ...deps.ipAddresses]);
  const rotation = decideRotation(state, times, now);

  if (rotation.action === 'newAuthority') {
    const pair = createAuthority({
      commonName: 'mooring-webhook-ca',
      notBefore: new Date(now - times.backdate),
      notAfter: new Date(now + times.authorityLifetime),
    });
    await store.write(authority, { ...pair, bundle: trustBundle(pair.certificate, former, now) });
    log.info({ reason: rotation.reason }, `made a new webhook authority: ${rotation.message}`);
    return undefined;
  }

  // The bundle comes before the leaf: what the webhook serves has to be trusted already.
  if (authority.stored !== undefined && authority.stored.bundle !== bundle) {
    await store.write(authority, { ...authority.stored, bundle });
    return undefined;
  }
  const changed = await publishBundle(client, bundle);
  if (changed.length > 0) log.info({ changed }, 'published the trust bundle of the webhook');

  if (rotation.action === 'keep') return rotation.lookAgainAt - now;
  if (authority.stored === undefined) return undefined;
  await store.write(leaf, { ...issueServing(authority.stored, deps, now), bundle });
  log.info({ reason: rotation.reason }, `issued a serving certificate: ${rotation.message}`);
  return undefined;
}

/** Where former authorities may be found. The serving Secret has them even when that of the authority was deleted. */
function formerAuthorities(authority: StoredSecret, leaf: StoredSecret): string[] {
  return [authority.stored?.certificate, authority.stored?.bundle, leaf.stored?.bundle].flatMap((pem) => pem ?? []);
}

function issueServing(authority: StoredCertificate, wishes: CertificateWishes, now: number) {
  const { dnsNames, ipAddresses, times } = wishes;
  return issueCertificate(authority, {
    commonName: 'mooring-webhook',
    dnsNames,
    ipAddresses,
    usages: ['server'],
    notBefore: new Date(now - times.backdate),
    notAfter: new Date(now + times.leafLifetime),
  });
}
