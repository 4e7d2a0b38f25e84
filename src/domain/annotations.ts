/** The labels and annotations that mooring gives meaning to. */

const prefix = 'spectrocloud.com/';

/** On a revisioned object: the number of its newest revision. */
export const revisionAnnotation = `${prefix}revision`;
/** On a revisioned object: the hash of the content that this revision has. */
export const revisionHashAnnotation = `${prefix}revision-hash`;
/** On a WorkloadDeployment: what its refs meant when their text was last changed, as `namespace/name@v4`. */
export const environmentRevisionAnnotation = `${prefix}environment-revision`;
export const workloadProfileRevisionAnnotation = `${prefix}workload-profile-revision`;
/** On a WorkloadDeployment in a namespace that pins refs: the text that was asked for. */
export const requestedEnvironmentRefAnnotation = `${prefix}requested-environment-ref`;
export const requestedWorkloadProfileRefAnnotation = `${prefix}requested-workload-profile-ref`;
/** On any object: codes of rules whose denials become warnings. */
export const acknowledgeAnnotation = `${prefix}acknowledge`;
/** On a revisioned object with an acknowledgement: the number of the revision for which it was given. */
export const acknowledgedRevisionAnnotation = `${prefix}acknowledged-revision`;
/** On a DefinitionRevision that is about to be pruned. */
export const retiringAnnotation = `${prefix}retiring`;

/** On the DefinitionRevision of an Environment: `spec.topology.type`, so that who uses a topology shows without the content. */
export const topologyAnnotation = `${prefix}topology`;

/** Keeps an object until the controller has cleaned up after it. */
export const finalizer = `${prefix}mooring`;

/** On what a render makes on the hub: labels find candidates, annotations carry the full identity. */
export const environmentHashLabel = `${prefix}environment-hash`;
export const deploymentHashLabel = `${prefix}deployment-hash`;
/** `namespace/name@v4`: the Environment and the revision of it that the object was rendered from. */
export const environmentAnnotation = `${prefix}environment`;
/** `namespace/name` of the WorkloadDeployment; absent on a probe Placement. */
export const deploymentAnnotation = `${prefix}deployment`;
/** `"true"` on a Placement that exists only so that the Environment can be evaluated: a probe Placement. */
export const probeAnnotation = `${prefix}review`;

/** Labels of a DefinitionRevision. */
export const revisionLabels = {
  kind: `${prefix}kind`,
  name: `${prefix}name`,
  revision: `${prefix}revision`,
  version: `${prefix}version`,
} as const;

/** Where client-side `kubectl apply` keeps all that was applied: the whole object once more. */
export const lastAppliedAnnotation = 'kubectl.kubernetes.io/last-applied-configuration';

/** Annotations that other tools keep their own books in: a change of one of these is no edit. */
const bookkeeping = new Set([
  revisionAnnotation,
  revisionHashAnnotation,
  environmentRevisionAnnotation,
  workloadProfileRevisionAnnotation,
  requestedEnvironmentRefAnnotation,
  requestedWorkloadProfileRefAnnotation,
  acknowledgeAnnotation,
  acknowledgedRevisionAnnotation,
  lastAppliedAnnotation,
  'argocd.argoproj.io/tracking-id',
  'argocd.argoproj.io/installation-id',
  'argocd.argoproj.io/refresh',
  'argocd.argoproj.io/hydrate',
  'reconcile.fluxcd.io/requestedAt',
  'reconcile.fluxcd.io/forceAt',
  'reconcile.fluxcd.io/resetAt',
  'kustomize.toolkit.fluxcd.io/checksum',
  'helm.toolkit.fluxcd.io/driftDetection',
  'meta.helm.sh/release-name',
  'meta.helm.sh/release-namespace',
]);

/** Whether a change of this annotation is bookkeeping and not an edit. */
export function isBookkeeping(annotation: string): boolean {
  return bookkeeping.has(annotation);
}
