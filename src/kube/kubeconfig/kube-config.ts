/** The environment variables of the process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** An API server. Paths are absolute, and data is decoded. */
export interface Cluster {
  name: string;
  server: string;
  certificateAuthority?: string | undefined;
  certificateAuthorityData?: Buffer | undefined;
  insecureSkipTlsVerify: boolean;
  tlsServerName?: string | undefined;
  proxyUrl?: string | undefined;
  disableCompression: boolean;
  /** The extension `client.authentication.k8s.io/exec`, which is passed on to exec plugins. */
  execConfig?: unknown;
}

/** How a credential plugin is called. */
export interface ExecConfig {
  apiVersion: string;
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  installHint?: string | undefined;
  provideClusterInfo: boolean;
  interactiveMode: string;
}

/** The user that requests ask to act as. */
export interface Impersonation {
  user: string;
  uid?: string | undefined;
  groups: readonly string[];
  extra: Readonly<Record<string, readonly string[]>>;
}

/** An `auth-provider`, and the user and the file that define it: renewed tokens are written there. */
export interface AuthProvider {
  name: string;
  config: Readonly<Record<string, string>>;
  user: string;
  file: string;
}

/** A user of a kubeconfig. Paths are absolute, and data is decoded. */
export interface User {
  name: string;
  clientCertificate?: string | undefined;
  clientCertificateData?: Buffer | undefined;
  clientKey?: string | undefined;
  clientKeyData?: Buffer | undefined;
  token?: string | undefined;
  tokenFile?: string | undefined;
  username?: string | undefined;
  password?: string | undefined;
  impersonation?: Impersonation | undefined;
  exec?: ExecConfig | undefined;
  authProvider?: AuthProvider | undefined;
}

/** The API server, the identity and the namespace of a context. */
export interface KubeConfig {
  context: string;
  namespace: string;
  cluster: Cluster;
  user: User;
  /** It may name a proxy, and is passed on to exec plugins. */
  environment: Environment;
}

/** A kubeconfig cannot be used. The message is one line that names the file and the field. */
export class InvalidKubeConfig extends Error {
  override readonly name = 'InvalidKubeConfig';
}
