import type { Client } from '../kube/client/client.ts';
import { webhookConfigurationName } from '../api/names.ts';
import type { Log } from '../log.ts';
import { createAuthority, issueCertificate } from './authority.ts';
import { trustBundle } from './bundle.ts';
import { publishedSegment, type AccessConflict, type AccessPublisher } from './ca-bundle.ts';
import { decideRotation, type CertificateTimes } from './rotation.ts';
import { readState, type StoredCertificate } from './state.ts';
import { authoritySecretName, servingSecretName, type CertificateStore, type StoredSecret } from './store.ts';
import { firstSegments, rotateSegments, type CreateSegment, type PathSegments } from './webhook-path.ts';

/** The names of the serving certificate, and the lifetimes of certificates. */
export interface CertificateOptions {
  dnsNames: readonly string[];
  ipAddresses: readonly string[];
  times: CertificateTimes;
  /** Creates the random segments of the paths of the webhook. */
  createSegment: CreateSegment;
}

export interface ReconcileOptions extends CertificateOptions {
  client: Client;
  publisher: AccessPublisher;
  store: CertificateStore;
  /** Milliseconds since the epoch. */
  now: () => number;
  log: Log;
  /** Counts a change of the trust bundle or the path in a webhook configuration by another writer. */
  countConflict?: ((kind: string) => void) | undefined;
}

// The steps are: a new authority, a leaf, no change. If more steps are needed, another client is writing.
const maxSteps = 4;

// A change of the clock causes no event, so certificates are checked at least this often.
const maxWaitMs = 60 * 60_000;

/** Repeats steps until there is nothing left to do; returns when to check again. Throws errors of the API server. */
export async function reconcileCertificates(options: ReconcileOptions): Promise<{ requeueAfterMs: number }> {
  for (let step = 0; step < maxSteps; step += 1) {
    const waitMs = await takeStep(options);
    if (waitMs !== undefined) return { requeueAfterMs: Math.min(maxWaitMs, Math.max(1000, waitMs)) };
  }
  throw new Error(`the certificates still change after ${maxSteps} steps; does another client write them?`);
}

/** Reads the Secrets, decides, and writes once. Returns ms until the next check if the certificates need no change. */
async function takeStep(options: ReconcileOptions): Promise<number | undefined> {
  const { publisher, store, now, log, times } = options;
  const [authority, leaf] = await Promise.all([store.read(authoritySecretName), store.read(servingSecretName)]);
  const time = now();
  const former = formerAuthorities(authority, leaf);
  const bundle = trustBundle(authority.stored?.certificate ?? '', former, time);
  const state = readState(authority.stored, leaf.stored, bundle, [...options.dnsNames, ...options.ipAddresses]);
  const rotation = decideRotation(state, times, time);

  if (rotation.action === 'newAuthority') {
    const pair = createAuthority({
      commonName: 'mooring-webhook-ca',
      notBefore: new Date(time - times.backdate),
      notAfter: new Date(time + times.authorityLifetime),
    });
    await store.write(authority, { ...pair, bundle: trustBundle(pair.certificate, former, time) });
    log.info({ reason: rotation.reason }, `created a new webhook authority: ${rotation.message}`);
    return undefined;
  }

  // The bundle is published before the leaf is issued, so that API servers already trust the leaf when the webhook serves it.
  if (authority.stored !== undefined && authority.stored.bundle !== bundle) {
    await store.write(authority, { ...authority.stored, bundle });
    return undefined;
  }
  const segments = leaf.stored?.segments;
  const { published, conflicts, waitMs } = await publisher.publish({
    bundle,
    ...(segments === undefined ? {} : { segment: segments.current }),
  });
  if (published.length > 0) {
    log.info({ changed: published }, 'published the trust bundle and the path of the webhook');
  }
  for (const conflict of conflicts) reportConflict(conflict, options);
  if (waitMs !== undefined) return waitMs;

  if (rotation.action === 'none') {
    if (leaf.stored === undefined || segments !== undefined) return rotation.nextCheckAt - time;
    // The Secret has lost its segments, or an earlier version wrote it. API servers continue to use the published one.
    await store.write(leaf, { ...leaf.stored, segments: await nextSegments(undefined, options) });
    return undefined;
  }
  if (authority.stored === undefined) return undefined;
  const certificate = issueServingCertificate(authority.stored, options, time);
  await store.write(leaf, { ...certificate, bundle, segments: await nextSegments(segments, options) });
  log.info({ reason: rotation.reason }, `issued a serving certificate: ${rotation.message}`);
  return undefined;
}

async function nextSegments(
  segments: PathSegments | undefined,
  { client, createSegment }: ReconcileOptions,
): Promise<PathSegments> {
  if (segments !== undefined) return rotateSegments(segments, createSegment);
  return firstSegments(await publishedSegment(client), createSegment);
}

function reportConflict(conflict: AccessConflict, { log, countConflict }: ReconcileOptions): void {
  const { kind, managers, count, waitMs } = conflict;
  const writer = managers.length === 0 ? 'an unknown field manager' : `field manager ${managers.join(', ')}`;
  const times = count === 1 ? 'once' : `${count} times in a row`;
  const again = waitMs === 0 ? 'now' : `in ${waitMs / 1000} s`;
  countConflict?.(kind);
  log.warn(
    { kind, managers, count, waitMs },
    `caBundle or path in ${kind} ${webhookConfigurationName} was changed by ${writer}, ${times}: mooring writes it again ${again}; exclude both fields of clientConfig from what the other writer manages`,
  );
}

/** PEM that may contain former authorities. The serving Secret contains them even if the Secret of the authority was deleted. */
function formerAuthorities(authority: StoredSecret, leaf: StoredSecret): string[] {
  return [authority.stored?.certificate, authority.stored?.bundle, leaf.stored?.bundle].flatMap((pem) => pem ?? []);
}

function issueServingCertificate(authority: StoredCertificate, options: CertificateOptions, now: number) {
  const { dnsNames, ipAddresses, times } = options;
  return issueCertificate(authority, {
    commonName: 'mooring-webhook',
    dnsNames,
    ipAddresses,
    usages: ['server'],
    notBefore: new Date(now - times.backdate),
    notAfter: new Date(now + times.leafLifetime),
  });
}
