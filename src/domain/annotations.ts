/** The labels and annotations that mooring reads and writes. */

const prefix = 'spectrocloud.com/';

/** On a revisioned object: the number of its newest revision. */
export const revisionAnnotation = `${prefix}revision`;
/** On a revisioned object: the hash of the content that this revision has. */
export const revisionHashAnnotation = `${prefix}revision-hash`;
/** On a WorkloadDeployment: what its refs resolved to when they were last edited, as `namespace/name@v4`. */
export const environmentRevisionAnnotation = `${prefix}environment-revision`;
export const workloadProfileRevisionAnnotation = `${prefix}workload-profile-revision`;
/** On a WorkloadDeployment in a namespace that pins refs: the ref as the user wrote it. */
export const requestedEnvironmentRefAnnotation = `${prefix}requested-environment-ref`;
export const requestedWorkloadProfileRefAnnotation = `${prefix}requested-workload-profile-ref`;
/** On any object: the codes of rules that warn instead of denying the request. */
export const acknowledgeAnnotation = `${prefix}acknowledge`;
/** On a revisioned object with an acknowledgement: the revision that it was given for. */
export const acknowledgedRevisionAnnotation = `${prefix}acknowledged-revision`;
/**
 * On an Environment, and on each of its revisions: the hub namespaces that it names and that a user with the right to use them has
 * set, separated by commas. Shared hub namespaces are not listed.
 */
export const allowedHubNamespacesAnnotation = `${prefix}allowed-hub-namespaces`;
/** On a DefinitionRevision that is about to be pruned. */
export const retiringAnnotation = `${prefix}retiring`;

/**
 * On the DefinitionRevision of an Environment: `spec.topology.type`. Users of a topology are found by it in caches that
 * hold metadata only.
 */
export const topologyAnnotation = `${prefix}topology`;

/** The finalizer that delays the deletion of an object until the controller has cleaned up. */
export const finalizer = `${prefix}mooring`;

/** On rendered objects: see `render/render-identity.ts`. The values of labels are hashes. */
export const environmentHashLabel = `${prefix}environment-hash`;
export const deploymentHashLabel = `${prefix}deployment-hash`;
/** `namespace/name@v4`: the Environment and the revision of it that the object was rendered from. */
export const environmentAnnotation = `${prefix}environment`;
/** `namespace/name` of the WorkloadDeployment; absent on a probe Placement. */
export const deploymentAnnotation = `${prefix}deployment`;
/** `"true"` on a probe Placement, which exists only to evaluate an Environment without deployments. */
export const probeAnnotation = `${prefix}probe`;

/** Labels of a DefinitionRevision. */
export const revisionLabels = {
  kind: `${prefix}kind`,
  name: `${prefix}name`,
  revision: `${prefix}revision`,
  version: `${prefix}version`,
} as const;

/** Written by client-side `kubectl apply`: the whole applied object as JSON. */
export const lastAppliedAnnotation = 'kubectl.kubernetes.io/last-applied-configuration';
