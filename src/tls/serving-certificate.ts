import type { Client } from '../kube/client/client.ts';
import { Informer } from '../kube/cache/informer.ts';
import type { Log } from '../log.ts';
import type { CertificateAndKey } from './authority.ts';
import { keyMatches, readCertificates } from './pem.ts';
import { decodeSecret, secretResource, type Secret } from './secret.ts';
import { servingSecretName } from './store.ts';
import { acceptedSegments, type PathSegments } from './webhook-path.ts';

export interface ServingCertificateOptions {
  client: Client;
  namespace: string;
  /** Milliseconds since the epoch. */
  now: () => number;
  log: Log;
  /** Called with each valid pair, PEM; the server passes it to `setSecureContext`. */
  onCertificate: (pair: { cert: string; key: string }) => void;
  /** Called with the segments of the paths to accept, whenever the Secret has other ones. */
  onSegments: (segments: readonly string[]) => void;
}

/** The serving certificate that the webhook reads from its Secret. An invalid pair is logged, and the previous one stays in use. */
export class ServingCertificate {
  /** Resolves with the first valid pair. */
  readonly first: Promise<{ cert: string; key: string }>;
  readonly #options: ServingCertificateOptions;
  readonly #informer: Informer<Secret>;
  readonly #resolveFirst: (pair: { cert: string; key: string }) => void;
  #segments: readonly string[] = [];
  #served: { certificate: string; expiresAt: number } | undefined;

  constructor(options: ServingCertificateOptions) {
    const { client, namespace, log } = options;
    this.#options = options;
    const { promise, resolve } = Promise.withResolvers<{ cert: string; key: string }>();
    this.first = promise;
    this.#resolveFirst = resolve;
    this.#informer = new Informer<Secret>({
      client,
      resource: secretResource,
      namespace,
      fieldSelector: `metadata.name=${servingSecretName}`,
      log,
      onChange: ({ type, object }) => {
        if (type === 'deleted') {
          log.warn({ secret: servingSecretName }, 'the serving Secret was deleted; the certificate stays in use');
        } else this.#update(object);
      },
    });
  }

  /** Watches the Secret until `signal` is aborted. */
  run(signal: AbortSignal): Promise<void> {
    return this.#informer.run(signal);
  }

  /** When the served certificate expires, in ms since the epoch; undefined while there is none. For the metric. */
  expiresAt(): number | undefined {
    return this.#served?.expiresAt;
  }

  /** Whether the served certificate is valid now. For readiness. */
  isValid(): boolean {
    return this.#served !== undefined && this.#options.now() < this.#served.expiresAt;
  }

  #accept(segments: PathSegments): void {
    const accepted = acceptedSegments(segments);
    if (accepted.every((segment) => this.#segments.includes(segment))) return;
    // If the Secret was replaced, API servers may still use a segment of the previous one.
    this.#options.onSegments([...accepted, ...this.#segments]);
    this.#segments = accepted;
  }

  #update(secret: Secret): void {
    const { now, log, onCertificate } = this.#options;
    const stored = decodeSecret(secret);
    if (stored.segments !== undefined) this.#accept(stored.segments);
    const checked = checkPair(stored, now());
    if ('problem' in checked) {
      log.error(
        { secret: secret.metadata.name, problem: checked.problem },
        'the new serving certificate is invalid and not used',
      );
      return;
    }
    if (this.#served?.certificate === stored.certificate) return;
    const pair = { cert: stored.certificate, key: stored.key };
    onCertificate(pair);
    this.#served = { certificate: stored.certificate, expiresAt: checked.expiresAt };
    this.#resolveFirst(pair);
    log.info({ expires: new Date(checked.expiresAt).toISOString() }, 'serving with a new certificate');
  }
}

/** Checks whether a server can use the pair. Only the controller checks the start of its validity. */
function checkPair(pair: CertificateAndKey, now: number): { expiresAt: number } | { problem: string } {
  const [certificate] = readCertificates(pair.certificate);
  if (certificate === undefined) return { problem: 'tls.crt is not a certificate' };
  if (!keyMatches(certificate, pair.key)) return { problem: 'tls.key is not the key of tls.crt' };
  const expiresAt = certificate.validToDate.getTime();
  if (expiresAt <= now) return { problem: `tls.crt expired at ${certificate.validToDate.toISOString()}` };
  return { expiresAt };
}
