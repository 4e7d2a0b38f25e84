/**
 * Prefixes of labels and annotations in which tools record their own state. The list is a part of the hash format `h1`: another
 * list would give the same objects other hashes. Change it only together with a new format.
 */
const toolPrefixes = [
  'argocd.argoproj.io/',
  'config.k8s.io/',
  'field.cattle.io/',
  'helm.sh/',
  'helm.toolkit.fluxcd.io/',
  'kapp.k14s.io/',
  'kubectl.kubernetes.io/',
  'kustomize.toolkit.fluxcd.io/',
  'meta.helm.sh/',
  'objectset.rio.cattle.io/',
  'policies.kyverno.io/',
  'projectsveltos.io/',
  'reconcile.fluxcd.io/',
  'velero.io/',
] as const;

/** Annotations of mooring are instructions and records, not content. Its labels on revisioned objects are written by people. */
const ownPrefix = 'spectrocloud.com/';

/** Whether an annotation records the state of a tool, so that its change does not make a revision. */
export function isBookkeepingAnnotation(key: string): boolean {
  return key.startsWith(ownPrefix) || isBookkeepingLabel(key);
}

/** Whether a label records the state of a tool, so that its change does not make a revision. */
export function isBookkeepingLabel(key: string): boolean {
  return toolPrefixes.some((prefix) => key.startsWith(prefix));
}
