import type { Client } from '../kube/client/client.ts';
import { isNotFound } from '../kube/client/errors.ts';
import { decodeSecret, encodeSecret, secretResource, type Secret } from './secret.ts';
import type { StoredCertificate } from './state.ts';

/** The authority with its key: for the controller alone. */
export const authoritySecretName = 'mooring-webhook-ca';

/** What the webhook serves with. */
export const servingSecretName = 'mooring-webhook-tls';

/** A Secret as it was read. `write` refuses, with a conflict, what was made from an older one. */
export interface StoredSecret {
  name: string;
  resourceVersion?: string;
  type?: string;
  /** Absent when there is no such Secret. */
  stored?: StoredCertificate;
}

/** The two Secrets of one namespace, read live. */
export interface CertificateStore {
  read(name: string): Promise<StoredSecret>;
  /** Throws an ApiError of code 409 when somebody else has written since `previous` was read. */
  write(previous: StoredSecret, stored: StoredCertificate): Promise<void>;
}

const fieldManager = 'mooring-certificates';

export function certificateStore(client: Client, namespace: string): CertificateStore {
  return {
    async read(name) {
      try {
        const secret = await client.get<Secret>(secretResource, { namespace, name });
        return { name, ...versionAndType(secret), stored: decodeSecret(secret) };
      } catch (error) {
        if (isNotFound(error)) return { name };
        throw error;
      }
    },
    async write(previous, stored) {
      const { name, resourceVersion, type = defaultType(name) } = previous;
      const secret: Secret = {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: {
          name,
          namespace,
          labels: { 'app.kubernetes.io/part-of': 'mooring' },
          ...(resourceVersion === undefined ? {} : { resourceVersion }),
        },
        type, // immutable, so one that somebody made beforehand keeps its own
        data: encodeSecret(stored),
      };
      // Not a create: RBAC cannot name what a create makes, but it can name what an apply makes.
      await client.apply(secretResource, secret, { fieldManager });
    },
  };
}

function versionAndType({ metadata, type }: Secret): Pick<StoredSecret, 'resourceVersion' | 'type'> {
  const { resourceVersion } = metadata;
  return { ...(resourceVersion === undefined ? {} : { resourceVersion }), ...(type === undefined ? {} : { type }) };
}

function defaultType(name: string): string {
  return name === servingSecretName ? 'kubernetes.io/tls' : 'Opaque';
}
