import type { Client } from '../kube/client/client.ts';
import { getIfPresent } from '../kube/client/get-if-present.ts';
import { fieldManager } from './field-manager.ts';
import { decodeSecret, encodeSecret, secretResource, type Secret } from './secret.ts';
import type { StoredCertificate } from './state.ts';

/** The Secret of the authority with its key, which only the controller reads. */
export const authoritySecretName = 'mooring-webhook-ca';

/** The Secret of the serving certificate. */
export const servingSecretName = 'mooring-webhook-tls';

/** A Secret as it was read. `write` fails with a conflict if the Secret has changed since. */
export interface StoredSecret {
  name: string;
  resourceVersion?: string;
  type?: string;
  /** Absent if the Secret does not exist. */
  stored?: StoredCertificate;
}

/** The two Secrets of one namespace, read live. */
export interface CertificateStore {
  read(name: string): Promise<StoredSecret>;
  /** Throws an ApiError of code 409 if the Secret has changed since `previous` was read. */
  write(previous: StoredSecret, stored: StoredCertificate): Promise<void>;
}

/** Creates a store of the two Secrets in `namespace`. */
export function createCertificateStore(client: Client, namespace: string): CertificateStore {
  return {
    async read(name) {
      const secret = await getIfPresent<Secret>(client, secretResource, { namespace, name });
      return secret === undefined ? { name } : { name, ...versionAndType(secret), stored: decodeSecret(secret) };
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
        type, // immutable, so a Secret that was created beforehand keeps its type
        data: encodeSecret(stored),
      };
      // Applied, not created: RBAC can restrict an apply to a name, but not a create.
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
