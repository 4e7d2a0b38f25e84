import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { FieldReader } from './field-reader.ts';
import { type Cluster, type ExecConfig, type Impersonation, InvalidKubeConfig, type User } from './kube-config.ts';

/** A context: the names of its cluster and its user, which another file may define. */
export interface Context {
  name: string;
  cluster?: string | undefined;
  user?: string | undefined;
  namespace?: string | undefined;
}

/** The content of one kubeconfig file, or of several that are merged. */
export interface KubeConfigFile {
  currentContext?: string | undefined;
  contexts: ReadonlyMap<string, Context>;
  clusters: ReadonlyMap<string, Cluster>;
  users: ReadonlyMap<string, User>;
}

const beta = 'client.authentication.k8s.io/v1beta1';

/** Reads the text of a kubeconfig file. Relative paths in it are relative to its folder. Throws InvalidKubeConfig. */
export function readKubeConfigFile(text: string, path: string): KubeConfigFile {
  const file = new FieldReader(parsed(text, path), path);
  const folder = resolve(dirname(path));
  const apiVersion = file.text('apiVersion') ?? 'v1';
  const kind = file.text('kind') ?? 'Config';
  if (apiVersion !== 'v1' || kind !== 'Config') {
    throw new InvalidKubeConfig(`${path}: must be of kind v1 Config, not ${apiVersion} ${kind}`);
  }
  return {
    currentContext: file.text('current-context'),
    contexts: named(file, 'contexts', 'context', (name, fields) => ({
      name,
      cluster: fields.text('cluster'),
      user: fields.text('user'),
      namespace: fields.text('namespace'),
    })),
    clusters: named(file, 'clusters', 'cluster', (name, fields) => readCluster(name, fields, folder)),
    users: named(file, 'users', 'user', (name, fields) => readUser(name, fields, resolve(path))),
  };
}

/** kubectl reads YAML 1.1. */
function parsed(text: string, path: string): unknown {
  try {
    return parse(text, { version: '1.1', logLevel: 'error', prettyErrors: false, maxAliasCount: 100 });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.replaceAll(/\s*\n\s*/g, '; ') : String(cause);
    throw new InvalidKubeConfig(`${path}: cannot be read as YAML: ${reason}`, { cause });
  }
}

/** The entries of a list by their names. kubectl refuses a file that has one name twice. */
function named<T>(
  file: FieldReader,
  list: string,
  field: string,
  read: (name: string, fields: FieldReader) => T,
): Map<string, T> {
  const found = new Map<string, T>();
  for (const entry of file.list(list)) {
    const name = entry.text('name') ?? '';
    if (found.has(name)) throw entry.problem('name', `${JSON.stringify(name)} exists twice`);
    found.set(name, read(name, entry.map(field)));
  }
  return found;
}

function readCluster(name: string, fields: FieldReader, folder: string): Cluster {
  const extension = fields.list('extensions').find((item) => item.text('name') === 'client.authentication.k8s.io/exec');
  return {
    name,
    server: fields.text('server') ?? '',
    certificateAuthority: pathIn(folder, fields.text('certificate-authority')),
    certificateAuthorityData: fields.bytes('certificate-authority-data'),
    insecureSkipTlsVerify: fields.flag('insecure-skip-tls-verify'),
    tlsServerName: fields.text('tls-server-name'),
    proxyUrl: fields.text('proxy-url'),
    disableCompression: fields.flag('disable-compression'),
    execConfig: extension?.raw('extension'),
  };
}

function readUser(name: string, fields: FieldReader, file: string): User {
  const folder = dirname(file);
  const provider = fields.map('auth-provider');
  return {
    name,
    clientCertificate: pathIn(folder, fields.text('client-certificate')),
    clientCertificateData: fields.bytes('client-certificate-data'),
    clientKey: pathIn(folder, fields.text('client-key')),
    clientKeyData: fields.bytes('client-key-data'),
    token: fields.text('token'),
    tokenFile: pathIn(folder, fields.text('tokenFile')),
    username: fields.text('username'),
    password: fields.text('password'),
    impersonation: readImpersonation(fields),
    exec: fields.has('exec') ? readExec(fields.map('exec'), folder) : undefined,
    authProvider: fields.has('auth-provider')
      ? { name: provider.text('name') ?? '', config: textsByName(provider.map('config')), user: name, file }
      : undefined,
  };
}

function readImpersonation(fields: FieldReader): Impersonation | undefined {
  const extra = fields.map('as-user-extra');
  const impersonation = {
    user: fields.text('as') ?? '',
    uid: fields.text('as-uid'),
    groups: fields.texts('as-groups'),
    extra: Object.fromEntries(extra.names().map((key) => [key, extra.texts(key)])),
  };
  const hasMore =
    impersonation.uid !== undefined || impersonation.groups.length > 0 || Object.keys(impersonation.extra).length > 0;
  if (impersonation.user !== '') return impersonation;
  if (hasMore) throw fields.problem('as', 'is required with as-uid, as-groups or as-user-extra');
  return undefined;
}

function readExec(fields: FieldReader, folder: string): ExecConfig {
  const command = fields.text('command');
  if (command === undefined) throw fields.problem('command', 'is required');
  const apiVersion = fields.text('apiVersion') ?? '';
  if (apiVersion !== 'client.authentication.k8s.io/v1' && apiVersion !== beta) {
    throw fields.problem('apiVersion', `must be client.authentication.k8s.io/v1 or ${beta}`);
  }
  const interactiveMode = fields.text('interactiveMode') ?? (apiVersion === beta ? 'IfAvailable' : '');
  if (!['Never', 'IfAvailable', 'Always'].includes(interactiveMode)) {
    throw fields.problem('interactiveMode', 'must be Never, IfAvailable or Always');
  }
  const variables = fields.list('env').map((variable): [string, string] => {
    const name = variable.text('name');
    if (name === undefined) throw variable.problem('name', 'is required');
    return [name, variable.text('value') ?? ''];
  });
  return {
    apiVersion,
    // A command without a slash is searched in PATH.
    command: command.includes('/') ? resolve(folder, command) : command,
    args: fields.texts('args'),
    env: Object.fromEntries(variables),
    installHint: fields.text('installHint'),
    provideClusterInfo: fields.flag('provideClusterInfo'),
    interactiveMode,
  };
}

function textsByName(fields: FieldReader): Record<string, string> {
  return Object.fromEntries(fields.names().map((name) => [name, fields.text(name) ?? '']));
}

function pathIn(folder: string, path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(folder, path);
}
