import type { KubeObject, Resource } from '../api/object.ts';
import type { StoredCertificate } from './state.ts';

/** `v1/Secret`, the part that is read here. Values are base64. */
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

/** The certificate, key and bundle in a Secret, decoded. What is absent or no base64 comes out as text that is no PEM. */
export function decodeSecret(secret: Secret): StoredCertificate {
  return {
    certificate: decode(secret.data?.['tls.crt']),
    key: decode(secret.data?.['tls.key']),
    bundle: decode(secret.data?.['ca.crt']),
  };
}

/** The `data` of a Secret; all three keys at once, so that no write ever mixes two pairs. */
export function encodeSecret(stored: StoredCertificate): Record<string, string> {
  return { 'ca.crt': base64(stored.bundle), 'tls.crt': base64(stored.certificate), 'tls.key': base64(stored.key) };
}

/** Text as Kubernetes wants bytes in JSON. */
export function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

function decode(value: string | undefined): string {
  return Buffer.from(value ?? '', 'base64').toString('utf8');
}
