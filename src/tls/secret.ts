import type { KubeObject, Resource } from '../api/object.ts';
import type { StoredCertificate } from './state.ts';
import { formatSegments, parseSegments } from './webhook-path.ts';

/** The fields of a `v1/Secret` that are used here. Values are base64. */
export interface Secret extends KubeObject {
  type?: string;
  data?: Record<string, string>;
}

export const secretResource: Resource = {
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  namespaced: true,
};

/** The key of the serving Secret with the segments of the paths of the webhook. */
const segmentsKey = 'path-segments';

/** The decoded content of a Secret. A missing value or invalid base64 gives a string that is not PEM, and no segments. */
export function decodeSecret(secret: Secret): StoredCertificate {
  const segments = parseSegments(decode(secret.data?.[segmentsKey]));
  return {
    ...(segments === undefined ? {} : { segments }),
    certificate: decode(secret.data?.['tls.crt']),
    key: decode(secret.data?.['tls.key']),
    bundle: decode(secret.data?.['ca.crt']),
  };
}

/** The `data` of a Secret: all keys together, so that no write mixes two pairs. */
export function encodeSecret({ bundle, certificate, key, segments }: StoredCertificate): Record<string, string> {
  return {
    'ca.crt': base64(bundle),
    'tls.crt': base64(certificate),
    'tls.key': base64(key),
    ...(segments === undefined ? {} : { [segmentsKey]: base64(formatSegments(segments)) }),
  };
}

/** Encodes a string as Kubernetes encodes bytes in JSON. */
export function base64(value: string): string {
  return Buffer.from(value, 'utf8').toString('base64');
}

function decode(value: string | undefined): string {
  return Buffer.from(value ?? '', 'base64').toString('utf8');
}
