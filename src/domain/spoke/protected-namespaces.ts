import { installNamespace, systemNamespace } from '../../api/names.ts';
import { matchesWildcard } from '../text/wildcard.ts';

/** Namespaces without which a cluster does not work, or can no longer be managed. No option removes them from the list. */
const clusterNamespaces = ['default', 'kube-*', 'open-cluster-management*'];

/** Namespaces of platform components that most installations have. */
export const platformNamespaces = [
  'argocd',
  'cert-manager',
  'flux-system',
  'gatekeeper-system',
  'istio-system',
  'kyverno',
  'monitoring',
  'openshift',
  'openshift-*',
];

export interface ProtectedNamespaceOptions {
  /** Replaces the list of namespaces of platform components. */
  patterns?: readonly string[] | undefined;
  /** The namespace in which mooring runs. */
  namespace?: string;
  systemNamespace?: string;
}

/** The spoke namespaces in which no deployment may have a Workload: names and patterns with `*`. */
export function protectedNamespaces(options: ProtectedNamespaceOptions = {}): string[] {
  const { patterns = platformNamespaces, namespace = installNamespace } = options;
  const { systemNamespace: system = systemNamespace } = options;
  return [...new Set([...clusterNamespaces, namespace, system, ...patterns])];
}

/** Whether a spoke namespace is protected. */
export function isProtectedNamespace(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => matchesWildcard(pattern, name));
}
