import { isJsonObject, type ObjectMeta } from '../../../api/object.ts';
import { lastAppliedAnnotation } from '../../annotations.ts';

/**
 * What the tools that apply an object will do after an edit that is not in their files, in one sentence for each tool. The tools are
 * found by the managed fields, labels and annotations of the object.
 */
export function nextApplyNotes(metadata: ObjectMeta): string[] {
  const appliers = appliersOf(metadata);
  const keys = [...Object.keys(metadata.labels ?? {}), ...Object.keys(metadata.annotations ?? {})];
  const has = (prefix: string) => keys.some((key) => key.startsWith(prefix));
  const notes: string[] = [];
  if (appliers.has('kustomize-controller') || has('kustomize.toolkit.fluxcd.io/')) {
    notes.push('Flux applies this object again at its next reconciliation, and undoes the rollback completely');
  }
  if (appliers.has('argocd-controller') || has('argocd.argoproj.io/')) {
    notes.push('Argo CD shows this object as OutOfSync; its next sync, or selfHeal, undoes the rollback');
  }
  if (has('meta.helm.sh/') || has('helm.toolkit.fluxcd.io/') || appliers.has('helm')) {
    notes.push(appliers.has('helm') ? helmServerSide : helmClientSide);
  }
  if (notes.length === 0 && (appliers.size > 0 || metadata.annotations?.[lastAppliedAnnotation] !== undefined)) {
    notes.push('The next "kubectl apply" undoes the rollback completely: the object then has the content of that file');
  }
  return notes;
}

const helmServerSide = 'Helm undoes the rollback completely with the next "helm upgrade"';
// Helm makes a merge patch for custom resources without reading them.
const helmClientSide =
  'Helm sends only what differs between its old and its new manifest: "helm upgrade" undoes the rollback only in part or not at all, ' +
  'unless it is called with --force (Helm 4: --force-replace)';

function appliersOf({ managedFields }: ObjectMeta): Set<string> {
  const entries = Array.isArray(managedFields) ? managedFields.filter(isJsonObject) : [];
  return new Set(
    entries.flatMap(({ manager, operation, subresource }) =>
      operation === 'Apply' && typeof manager === 'string' && (subresource ?? '') === '' ? [manager] : [],
    ),
  );
}
