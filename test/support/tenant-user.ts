import { spokeNamespacesAnnotation } from '../../src/domain/annotations.ts';
import { createNamespace, kubectl, kubectlOk, type CommandResult } from './hub.ts';

/**
 * A user who has the ClusterRole mooring-edit in one namespace of the hub, and no other rights. The namespace may use the spoke
 * namespaces `NAMESPACE` and `NAMESPACE-*`.
 */
export interface TenantUser {
  namespace: string;
  /** The username. */
  user: string;
  /** Runs kubectl as the user, in the namespace unless the arguments name another. It does not throw if kubectl fails. */
  kubectl(args: readonly string[], input?: string): Promise<CommandResult>;
  /** Runs kubectl as the user in the namespace and returns its standard output. Throws if it fails. */
  kubectlOk(args: readonly string[], input?: string): Promise<string>;
  /** Runs `kubectl apply -f -` as the user. It does not throw if kubectl fails. */
  apply(yaml: string, ...args: string[]): Promise<CommandResult>;
}

export interface TenantOptions {
  /** The ClusterRole that is bound in the namespace. Default: the shipped role for people who edit. */
  role?: string;
}

/** Creates a namespace on the hub and a user with the shipped role in it. */
export async function createTenant(prefix: string, { role = 'mooring-edit' }: TenantOptions = {}): Promise<TenantUser> {
  const namespace = await createNamespace(prefix);
  const user = `user-of-${namespace}`;
  // As an administrator would: the tenant may use several namespaces on the spokes, whose names tell that they are its own.
  await kubectlOk(['annotate', 'namespace', namespace, `${spokeNamespacesAnnotation}=${namespace}-*`]);
  await kubectlOk(['create', 'rolebinding', 'people', '-n', namespace, `--clusterrole=${role}`, `--user=${user}`]);
  const asUser = (args: readonly string[]) => [
    '--as',
    user,
    ...(args.includes('-n') ? [] : ['-n', namespace]),
    ...args,
  ];
  return {
    namespace,
    user,
    kubectl: (args, input = '') => kubectl(asUser(args), { input }),
    kubectlOk: (args, input = '') => kubectlOk(asUser(args), { input }),
    apply: (yaml, ...args) => kubectl(asUser(['apply', '-f', '-', ...args]), { input: yaml }),
  };
}
