import type { ConnectionOptions } from 'node:tls';

export type TlsOptions = Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized'>;

/** The server and the identity for requests. It is the same object until the files and plugins are read again. */
export interface Access {
  server: URL;
  tls: TlsOptions;
  /** `proxy-url` of the kubeconfig, or a proxy from the environment. */
  proxyUrl?: string;
  headers: Record<string, string | string[]>;
}
