import type { JsonObject } from '../../api/object.ts';
import type { Hash } from '../json/canonical-json.ts';
import type { DeploymentChange } from '../spoke/change.ts';
import type { PinRefs } from '../refs/pinning.ts';
import type { TopologyShape } from '../render/topology-shape.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import type { Violation } from '../violation.ts';
import type { FoundReference } from '../refs/found-reference.ts';

/** What is asked of us. `mutate` runs before the schema of the CRD, `validate` after it. */
export interface RequestFacts {
  phase: 'mutate' | 'validate';
  operation: 'CREATE' | 'UPDATE' | 'DELETE';
  kind: string;
  namespace: string;
  name: string;
  username: string;
  /** Absent on DELETE. Without what admission itself left in it for a topology that it no longer has. */
  object?: UncheckedObject;
  /** The object as it was sent, where that is another. */
  submitted?: UncheckedObject;
  /** Absent on CREATE. */
  oldObject?: UncheckedObject;
}

/** What was found of the topology that an Environment names. */
export type TopologyFacts =
  /** `problems` are those of CUE, with paths inside `spec.topology.properties`. */
  | { state: 'checked'; problems: { path: string[]; message: string }[] }
  /** The evaluation did not come to an end. */
  | { state: 'unchecked'; problem: string }
  /** `impossible`: a revision of it that can never be. */
  | { state: 'unknown'; message: string; impossible: boolean };

/** A right that a request needs besides those that the API server has checked. */
export interface NeededRight {
  /** The field that asks for it. */
  path: string;
  verb: 'use' | 'create' | 'override' | 'get';
  group: string;
  /** The plural. */
  resource: string;
  namespace: string;
  name?: string;
}

/** All that a decision rests on: plain data, gathered by a shell. */
export interface Facts {
  request: RequestFacts;
  hash: Hash;
  systemNamespace: string;
  /** Users that may write DefinitionRevisions. */
  revisionWriters: readonly string[];
  /** For an Environment whose topology changed. */
  topology?: TopologyFacts;
  /** For a PolicyDefinition whose template changed: what CUE says of it. */
  templateProblems?: string[];
  /** For a WorkloadDeployment; absent where the ref cannot be read. */
  environment?: FoundReference;
  workloadProfile?: FoundReference;
  /** For a WorkloadDeployment whose refs change: what its namespace says about pins. */
  pinRefs?: PinRefs;
  /** Rights that the request needs and its user lacks. */
  missingRights?: NeededRight[];
  /** For a revisioned object whose new version is published already: the spec that it was published with. */
  publishedSpec?: JsonObject;
  /** For a revisioned object that is about to publish the first version of a major: who pins the revision of that number. */
  shadowedPins?: readonly Referrer[];
  /** For a new topology of an Environment: what it renders for any Workload. */
  shape?: TopologyShape;
  /** What the request does on the spokes to the deployment that it is about, or to those that follow the Environment. */
  changes?: readonly DeploymentChange[];
  /** For an object that is to be deleted: who uses it, as far as that holds the deletion. */
  referrers?: readonly Referrer[];
  /** What overrides have to say about the Environments and profiles that the request brings together, and had not before. */
  overrides?: readonly Violation[];
}

/** Who uses an object. */
export interface Referrer extends MaybeNamed {
  kind: string;
}

/** An object that messages may name only to who may see it. */
export interface MaybeNamed {
  namespace: string;
  name: string;
  visible: boolean;
}
