import type { JsonObject } from '../../api/object.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import type { Hash } from '../json/canonical-json.ts';
import type { FoundReference } from '../refs/found-reference.ts';
import type { PinRefs } from '../refs/pinning.ts';
import type { TopologyShape } from '../render/topology-shape.ts';
import type { DeploymentChange, EnforcementPoint } from '../spoke/change.ts';
import type { Violation } from '../violation.ts';

/** What is requested. `mutate` runs before the API server validates against the CRD, `validate` after it. */
export interface RequestFacts {
  phase: 'mutate' | 'validate';
  operation: 'CREATE' | 'UPDATE' | 'DELETE';
  kind: string;
  namespace: string;
  name: string;
  username: string;
  /** Absent on DELETE. Without the defaults that admission itself added for a topology that the object no longer has. */
  object?: UncheckedObject;
  /** The object as it was sent, if it differs from `object`. */
  submitted?: UncheckedObject;
  /** Absent on CREATE. */
  oldObject?: UncheckedObject;
}

/** The result of looking up and checking the topology of an Environment. */
export type TopologyFacts =
  /** `problems` are those of CUE, with paths inside `spec.topology.properties`. */
  | { state: 'checked'; problems: { path: string[]; message: string }[] }
  /** The evaluation did not finish. */
  | { state: 'unchecked'; problem: string }
  /** The topology is pinned and means other content now than the stamp of the Environment says. */
  | { state: 'changed'; message: string }
  /** `impossible`: whether the ref names a revision that can never exist. */
  /** `others`: names of PolicyDefinitions in the system namespace; absent if the requester may not see them. */
  | { state: 'unknown'; message: string; impossible: boolean; others?: readonly string[] };

/** A right that a request needs in addition to those that the API server has checked. */
export interface NeededRight {
  /** The field that requires it. */
  path: string;
  verb: 'use' | 'override' | 'get' | 'restore';
  group: string;
  /** The plural. */
  resource: string;
  /** Absent for a right at cluster scope. */
  namespace?: string;
  /** Absent if the right is about all objects of the resource. */
  name?: string;
  /** For a namespace that another object names than the one in the request: that object, for the message. */
  namedBy?: string;
  /** Whether the request is admitted without the right, because it does not change the field. Nothing is stamped then. */
  optional?: boolean;
  /** Why the field requires it, if that is not obvious. */
  reason?: string;
  /** A similar name for which no right is necessary. */
  similar?: string;
}

/** The spoke namespaces that a deployment enters, and what it may do there. */
export interface SpokeNamespaceFacts {
  entered: readonly string[];
  /** Those that neither its hub namespace nor its stamp nor a right of the requester allows. */
  missing: readonly string[];
  /** Those that the stamp of the deployment must contain. */
  stamped: readonly string[];
  /** Those that a deployment of another hub namespace uses too, although not both hub namespaces list them. */
  shared: readonly SharedSpokeNamespace[];
}

/** A spoke namespace that deployments of two hub namespaces use. */
export interface SharedSpokeNamespace {
  spokeNamespace: string;
  /** The other deployment. */
  deployment: MaybeNamed;
  /** The hub namespaces that do not list the spoke namespace. */
  unlisted: readonly string[];
}

/** An Environment and a profile that a request combines. */
export interface Pairing {
  environment: MaybeNamed;
  profile: MaybeNamed;
  /** The problems of the overrides of the Environment with the components of the profile. */
  now: readonly Violation[];
  /** Their problems before the request; absent if they were not combined. */
  before?: readonly Violation[];
  /** What is wrong with the render of a deployment that combines them; absent if nothing is, or if it was so before the request. */
  render?: RenderProblem;
}

/** Why a render cannot be applied. */
export type RenderProblem =
  /** The message may quote the Environment, its topology and the profile. */
  | { state: 'failed'; message: string }
  /** It was not evaluated in time. */
  | { state: 'unknown' };

/** How much content is recorded, in bytes, where a request adds a revision. */
export interface HistoryFacts {
  /** Content of the revision that the request makes. */
  added: number;
  object: {
    /** Content of all its revisions. */
    stored: number;
    /** What must be retained with the new revision; absent if everything fits. */
    required?: number;
    /** Numbers of the older revisions in use. */
    revisions?: readonly number[];
    /** The objects that use them. */
    holders?: readonly Referrer[];
  };
  namespace: {
    stored: number;
    /** Without what is about to be pruned. */
    kept: number;
    /** The objects with the largest histories; empty if everything fits. */
    largest: readonly (Referrer & { bytes: number })[];
  };
}

/** A render of an Environment's topology that failed. */
export interface Unrendered {
  /** The Environment. */
  environment: { namespace: string; name: string };
  /** Whether it was stopped, or not begun, because of its deadline or the load of the engine. Otherwise it fails every time. */
  isStopped: boolean;
  /** The first problem that the engine reports. It may quote values of the Environment. */
  message: string;
}

/** What the new template of a PolicyDefinition renders, as far as the old one could be rendered. */
export interface TopologyRenders {
  /** Why it cannot be rendered without properties; absent if it can, if parameters are required, or if Environments use it. */
  defaults?: string;
  /** Environments with the same properties that it can no longer be rendered for. The message may quote the properties. */
  broken: readonly { environments: readonly MaybeNamed[]; message: string }[];
  /** The number of Environments for which it was not rendered. */
  unevaluated: number;
}

/** Everything that a decision depends on: plain data, gathered before the rules run. */
export interface Facts {
  /** Where the rules run: on an admission request, or in the controller before it applies a render. */
  enforcement: EnforcementPoint;
  /** For `apply`, an update of the WorkloadDeployment without `object` and `oldObject`, because no user made a request. */
  request: RequestFacts;
  hash: Hash;
  systemNamespace: string;
  /** Namespaces on the hub that every Environment may use. */
  sharedHubNamespaces: readonly string[];
  /** Users that may write DefinitionRevisions. */
  revisionWriters: readonly string[];
  /** Codes of the rules that an object may acknowledge. */
  acknowledgeableCodes: ReadonlySet<string>;
  /** Spoke namespaces in which no deployment may have a Workload: names and patterns with `*`. */
  protectedNamespaces: readonly string[];
  /** For an Environment whose topology changed. */
  topology?: TopologyFacts;
  /** For an Environment whose topology is a PolicyDefinition. */
  topologyReference?: FoundReference;
  /** For a PolicyDefinition whose template changed: the errors that CUE reports. */
  templateProblems?: string[];
  /** For a PolicyDefinition that compiles, and whose template changed. */
  topologyRenders?: TopologyRenders;
  /** For a WorkloadDeployment; absent if the ref cannot be parsed. */
  environment?: FoundReference;
  workloadProfile?: FoundReference;
  /** For a WorkloadDeployment whose refs change: the pin policy of its namespace. */
  pinRefs?: PinRefs;
  /** Rights that the request needs and its user lacks. */
  missingRights?: NeededRight[];
  /** For a new DefinitionRevision: whether the requester has the right to restore it from a backup. */
  mayRestore?: boolean;
  /** For an Environment: the hub namespaces that it names, that are not shared, and that the requester or an earlier one may use. */
  allowedHubNamespaces?: readonly string[];
  /** For a WorkloadDeployment that enters spoke namespaces: by its creation, by a changed spec, or with a write of the controller. */
  spokeNamespaces?: SpokeNamespaceFacts;
  /** For a request whose object has an acknowledgement: other hub namespaces whose deployments the requester may override. */
  overridableNamespaces?: readonly string[];
  /** For a revisioned object whose new version is published already: the spec that it was published with. */
  publishedSpec?: JsonObject;
  /** For a revisioned object that publishes the first version of a major: the objects that pin the revision of that number. */
  shadowedPins?: readonly Referrer[];
  /** For a request that makes a revision. */
  history?: HistoryFacts;
  /** For an update of an object whose current content cannot be recorded: the hash of the newest recorded content. */
  recordedHash?: string;
  /** For a new topology of an Environment: the objects that it renders for a sample deployment. */
  shape?: TopologyShape;
  /** What the request changes on the spokes: for its deployment, or for the deployments that an edit of an Environment or a topology affects. */
  changes?: readonly DeploymentChange[];
  /** For an edit of a PolicyDefinition: the number of deployments whose changes were not evaluated. */
  unevaluatedDeployments?: number;
  /** For a WorkloadDeployment that changes only what it adds to its Namespace: the same, with its peers. Lifecycle rules do not read it. */
  metadataChange?: DeploymentChange;
  /** For changes that may delete a spoke namespace: whether the requester may read the deployments of every hub namespace. */
  seesAllDeployments?: boolean;
  /** Renders that `changes` lacks, because they failed: for these deployments the lifecycle is not known. */
  unrendered?: readonly Unrendered[];
  /** For a deletion: the objects that use the deleted one, so that the deletion is denied. */
  referrers?: readonly Referrer[];
  /** The pairs of an Environment and a profile that the request combines. */
  pairings?: readonly Pairing[];
  /** For a new topology of an Environment that no deployment uses: what is wrong with its render for a sample deployment. */
  sampleRender?: RenderProblem;
}

/** An object that uses another one. */
export interface Referrer extends MaybeNamed {
  kind: string;
}

/** An object that messages may name only to requesters who may see it. */
export interface MaybeNamed {
  namespace: string;
  name: string;
  visible: boolean;
}
