import type { Client } from '../kube/client/client.ts';
import { Informer } from '../kube/cache/informer.ts';
import type { Log } from '../log.ts';
import type { CertificateAndKey } from './authority.ts';
import { keyMatches, readCertificates } from './pem.ts';
import { decodeSecret, secretResource, type Secret } from './secret.ts';
import { servingSecretName } from './store.ts';

export interface ServingCertificateOptions {
  client: Client;
  namespace: string;
  /** Milliseconds since the epoch. */
  now: () => number;
  log: Log;
  /** Called with each valid pair, PEM; the server passes it to `setSecureContext`. */
  onCertificate: (pair: { cert: string; key: string }) => void;
}

/** The serving certificate that the webhook reads from its Secret. */
export interface ServingCertificate {
  /** Watches until `signal` ends. */
  run(signal: AbortSignal): Promise<void>;
  /** Resolves with the first valid pair; the server cannot listen before. */
  first: Promise<{ cert: string; key: string }>;
  /** When the served certificate expires, in ms since the epoch; undefined while there is none. For the metric. */
  expiresAt(): number | undefined;
  /** Whether the served certificate is valid now. For readiness. */
  isValid(): boolean;
}

/** Watches the serving Secret. A pair that cannot be served is logged, and the previous one stays in use. */
export function watchServingCertificate(options: ServingCertificateOptions): ServingCertificate {
  const { client, namespace, now, log, onCertificate } = options;
  const { promise: first, resolve } = Promise.withResolvers<{ cert: string; key: string }>();
  let served: { certificate: string; expiresAt: number } | undefined;

  const update = (secret: Secret): void => {
    const stored = decodeSecret(secret);
    const checked = checkPair(stored, now());
    if ('problem' in checked) {
      log.error({ secret: secret.metadata.name, problem: checked.problem }, 'the new serving certificate is not used');
      return;
    }
    if (served?.certificate === stored.certificate) return;
    const pair = { cert: stored.certificate, key: stored.key };
    onCertificate(pair);
    served = { certificate: stored.certificate, expiresAt: checked.expiresAt };
    resolve(pair);
    log.info({ expires: new Date(checked.expiresAt).toISOString() }, 'serving with a new certificate');
  };

  const informer = new Informer<Secret>({
    client,
    resource: secretResource,
    namespace,
    fieldSelector: `metadata.name=${servingSecretName}`,
    log,
    onChange: ({ type, object }) => {
      if (type === 'deleted')
        log.warn({ secret: servingSecretName }, 'the serving Secret was deleted; the certificate stays in use');
      else update(object);
    },
  });

  return {
    run: (signal) => informer.run(signal),
    first,
    expiresAt: () => served?.expiresAt,
    isValid: () => served !== undefined && now() < served.expiresAt,
  };
}

/** Whether a server can use the pair now. A start in the future is not checked here: the controller does that by its own clock. */
function checkPair(pair: CertificateAndKey, now: number): { expiresAt: number } | { problem: string } {
  const [certificate] = readCertificates(pair.certificate);
  if (certificate === undefined) return { problem: 'tls.crt is not a certificate' };
  if (!keyMatches(certificate, pair.key)) return { problem: 'tls.key is not the key of tls.crt' };
  const expiresAt = certificate.validToDate.getTime();
  if (expiresAt <= now) return { problem: `tls.crt expired at ${certificate.validToDate.toISOString()}` };
  return { expiresAt };
}
