import type { Client } from '../kube/client/client.ts';
import { Informer } from '../kube/cache/informer.ts';
import type { Log } from '../log.ts';
import type { CertificateAndKey } from './authority.ts';
import { keyFits, readCertificates } from './pem.ts';
import { decodeSecret, secretResource, type Secret } from './secret.ts';
import { servingSecretName } from './store.ts';

export interface WatchServingCertificate {
  client: Client;
  namespace: string;
  /** Milliseconds since 1970. */
  clock: () => number;
  log: Log;
  /** Gets each good pair, PEM, as it arrives; the server hands it to `setSecureContext`. */
  onCertificate: (pair: { cert: string; key: string }) => void;
}

/** The webhook's view of its serving Secret. */
export interface ServingCertificate {
  /** Watches until `signal` ends. */
  run(signal: AbortSignal): Promise<void>;
  /** Resolves with the first good pair; a server cannot listen before. */
  first: Promise<{ cert: string; key: string }>;
  /** When what is served expires, ms since 1970; undefined before there is one. For the metric. */
  expiresAt(): number | undefined;
  /** Whether what is served is valid now. For readiness. */
  isValid(): boolean;
}

/** Follows the serving Secret. A pair that cannot be served is logged, and the one before it stays in use. */
export function watchServingCertificate(options: WatchServingCertificate): ServingCertificate {
  const { client, namespace, clock, log, onCertificate } = options;
  const { promise: first, resolve } = Promise.withResolvers<{ cert: string; key: string }>();
  let served: { certificate: string; expiresAt: number } | undefined;

  const offer = (secret: Secret): void => {
    const stored = decodeSecret(secret);
    const judged = judgePair(stored, clock());
    if ('problem' in judged) {
      log.error({ secret: secret.metadata.name, problem: judged.problem }, 'the new serving certificate is not used');
      return;
    }
    if (served?.certificate === stored.certificate) return;
    const pair = { cert: stored.certificate, key: stored.key };
    onCertificate(pair);
    served = { certificate: stored.certificate, expiresAt: judged.expiresAt };
    resolve(pair);
    log.info({ expires: new Date(judged.expiresAt).toISOString() }, 'serving with a new certificate');
  };

  const informer = new Informer<Secret>({
    client,
    resource: secretResource,
    namespace,
    fieldSelector: `metadata.name=${servingSecretName}`,
    log,
    onChange: ({ type, object }) => {
      if (type === 'deleted') log.warn({ secret: servingSecretName }, 'the serving Secret is gone; still serving');
      else offer(object);
    },
  });

  return {
    run: (signal) => informer.run(signal),
    first,
    expiresAt: () => served?.expiresAt,
    isValid: () => served !== undefined && clock() < served.expiresAt,
  };
}

/** Whether a server can use the pair now. One that begins in the future is the controller's to judge, with its clock. */
function judgePair(pair: CertificateAndKey, now: number): { expiresAt: number } | { problem: string } {
  const [certificate] = readCertificates(pair.certificate);
  if (certificate === undefined) return { problem: 'tls.crt is no certificate' };
  if (!keyFits(certificate, pair.key)) return { problem: 'tls.key is not the key of tls.crt' };
  const expiresAt = certificate.validToDate.getTime();
  if (expiresAt <= now) return { problem: `tls.crt expired at ${certificate.validToDate.toISOString()}` };
  return { expiresAt };
}
