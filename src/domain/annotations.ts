import { reservedPrefix } from '../api/names.ts';

/** The labels and annotations that mooring reads and writes. */

/** On a revisioned object: the number of its newest revision. */
export const revisionAnnotation = `${reservedPrefix}revision`;
/** On a revisioned object, and on each of its revisions: the hash of the content that this revision has. */
export const revisionHashAnnotation = `${reservedPrefix}revision-hash`;
/** On a WorkloadDeployment: what its refs resolved to when they were last edited; see `refs/reference-stamp.ts`. */
export const environmentRevisionAnnotation = `${reservedPrefix}environment-revision`;
export const workloadProfileRevisionAnnotation = `${reservedPrefix}workload-profile-revision`;
/**
 * On an Environment with a pinned topology, and on each of its revisions: the revision of the PolicyDefinition that the topology means,
 * and the hash of its content. See `refs/topology-stamp.ts`.
 */
export const topologyRevisionAnnotation = `${reservedPrefix}topology-revision`;
/** On a WorkloadDeployment in a namespace that pins refs: the ref as the user wrote it. */
export const requestedEnvironmentRefAnnotation = `${reservedPrefix}requested-environment-ref`;
export const requestedWorkloadProfileRefAnnotation = `${reservedPrefix}requested-workload-profile-ref`;
/**
 * On an Environment, a WorkloadProfile or a PolicyDefinition: `"true"` denies its deletion while it is in use. That is the default in
 * the system namespace, where `"false"` switches it off.
 */
export const deletionProtectionAnnotation = `${reservedPrefix}deletion-protection`;
/** On any object: the codes of rules that warn instead of denying the request. */
export const acknowledgeAnnotation = `${reservedPrefix}acknowledge`;
/** On a revisioned object with an acknowledgement: the revision that it was given for. */
export const acknowledgedRevisionAnnotation = `${reservedPrefix}acknowledged-revision`;
/**
 * On an Environment, and on each of its revisions: the hub namespaces that it names and that a user with the right to use them has
 * set, separated by commas. Shared hub namespaces are not listed.
 */
export const allowedHubNamespacesAnnotation = `${reservedPrefix}allowed-hub-namespaces`;
/** On an object with an acknowledgement: the other hub namespaces whose deployments it may affect, as `a,b`. */
export const acknowledgedNamespacesAnnotation = `${reservedPrefix}acknowledged-namespaces`;
/** On a Namespace of the hub, set by an administrator: the spoke namespaces that its deployments may use, as `shop,team-*`. */
export const spokeNamespacesAnnotation = `${reservedPrefix}spoke-namespaces`;
/** On a WorkloadDeployment: the spoke namespaces that it may use because its requester had the verb `use` on them, as `a,b`. */
export const allowedSpokeNamespacesAnnotation = `${reservedPrefix}allowed-spoke-namespaces`;
/** On the CustomResourceDefinition of WorkloadDeployment: its uid, to confirm that its deletion deletes the workloads on the spokes. */
export const deleteWorkloadsAnnotation = `${reservedPrefix}delete-workloads`;
/** On a DefinitionRevision that was restored from a backup: when the controller found it. */
export const restoredAnnotation = `${reservedPrefix}restored`;
/** On a DefinitionRevision that is about to be pruned. */
export const retiringAnnotation = `${reservedPrefix}retiring`;

/**
 * On the DefinitionRevision of an Environment: `spec.topology.type`. Users of a topology are found by it in caches that
 * hold metadata only.
 */
export const topologyAnnotation = `${reservedPrefix}topology`;

/** On a CustomResourceDefinition of mooring: its uid. Without this, a policy refuses to delete it. */
export const allowDeletionAnnotation = `${reservedPrefix}allow-deletion`;

/** The annotations that admission itself writes, in answer to any request. */
export const admissionAnnotations: readonly string[] = [
  revisionAnnotation,
  revisionHashAnnotation,
  acknowledgedRevisionAnnotation,
  allowedHubNamespacesAnnotation,
  environmentRevisionAnnotation,
  workloadProfileRevisionAnnotation,
  topologyRevisionAnnotation,
  requestedEnvironmentRefAnnotation,
  requestedWorkloadProfileRefAnnotation,
];

/** On a DefinitionRevision: the bytes of the recorded content. The size is known in caches that hold metadata only. */
export const contentBytesAnnotation = `${reservedPrefix}content-bytes`;

/** On a DefinitionRevision: which revision introduced its spec, and the hash of that spec; see `revisions/spec-since.ts`. */
export const specSinceAnnotation = `${reservedPrefix}spec-since`;

/** The finalizer that delays the deletion of an object until the controller has cleaned up. */
export const finalizer = `${reservedPrefix}mooring`;

/** On rendered objects: see `render/render-identity.ts`. The values of labels are hashes. */
export const environmentHashLabel = `${reservedPrefix}environment-hash`;
export const deploymentHashLabel = `${reservedPrefix}deployment-hash`;
/** On a ManifestWorkReplicaSet: its namespace on the spokes, see `render/spoke-namespace-label.ts`. */
export const spokeNamespaceLabel = `${reservedPrefix}spoke-namespace`;
/** `namespace/name@v4`: the Environment and the revision of it that the object was rendered from. */
export const environmentAnnotation = `${reservedPrefix}environment`;
/** `namespace/name` of the WorkloadDeployment; absent on a probe Placement. */
export const deploymentAnnotation = `${reservedPrefix}deployment`;
/** `"true"` on a probe Placement, which exists only to evaluate an Environment without deployments. */
export const probeAnnotation = `${reservedPrefix}probe`;
/** On rendered objects, see `render/ownership.ts`: the uid of the WorkloadDeployment, or of the Environment of a probe. */
export const deploymentUidAnnotation = `${reservedPrefix}deployment-uid`;
export const environmentUidAnnotation = `${reservedPrefix}environment-uid`;
/** On rendered objects: the uid of the CustomResourceDefinition of WorkloadDeployments when they were applied. */
export const installationAnnotation = `${reservedPrefix}installation`;

/** Labels of a DefinitionRevision. */
export const revisionLabels = {
  kind: `${reservedPrefix}kind`,
  name: `${reservedPrefix}name`,
  revision: `${reservedPrefix}revision`,
  version: `${reservedPrefix}version`,
  /** On a revision of an Environment with a custom topology: the name of its PolicyDefinition, so that a list can select it. */
  topology: `${reservedPrefix}topology`,
} as const;

/** Written by client-side `kubectl apply`: the whole applied object as JSON. */
export const lastAppliedAnnotation = 'kubectl.kubernetes.io/last-applied-configuration';
