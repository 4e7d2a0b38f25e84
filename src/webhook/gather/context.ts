import type { HubNamespaceUse } from '../../api/hub-namespace.ts';
import type { LocalClusters } from '../../api/ocm.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import type { NamespaceHistory } from '../../catalog/history-sizes.ts';
import type { ReferrerIndex } from '../../catalog/referrers.ts';
import type { Facts, NeededRight, RequestFacts } from '../../domain/admission/facts.ts';
import type { RenderSettings } from '../../domain/render/workload-render.ts';
import type { Hash } from '../../domain/json/canonical-json.ts';
import type { TopologyEngine } from '../../topology/topology-result.ts';
import type { UserInfo } from '../review/review.ts';
import type { NameVisibility } from './name-visibility.ts';
import type { RememberedSamples } from './renders/remembered-samples.ts';

/** The fields of a namespace that decisions depend on. */
export interface NamespaceFacts {
  labels: Record<string, string>;
  annotations?: Record<string, string>;
  /** Whether the namespace is being deleted. */
  terminating: boolean;
}

/** How current the ManagedClusters have to be. The default is the most current. */
export interface LocalClustersOptions {
  /** Whether a decision that depends on a cluster becomes final, so that the cluster must be read live. */
  isLive: boolean;
  /** Whether also those are found that a cache lacks: for deletions, which cannot be undone. */
  findsMissed: boolean;
}

/** Reads what tells whether the hub itself is a cluster, and what it needs. What does not come from a cache is read live. */
export interface HubReader {
  /**
   * The ManagedClusters that are the hub; `undefined` if that is not known, because the files contain no ManagedCluster. A creation
   * or an update may be admitted although a cache lacks one: the controller looks for it again before it writes.
   */
  localClusters(signal: AbortSignal, options?: LocalClustersOptions): Promise<LocalClusters | undefined>;
  /** What the hub needs a namespace for; `undefined` if it does not need it. */
  namespaceUse(namespace: string, signal: AbortSignal): Promise<HubNamespaceUse | undefined>;
  /** A Placement that a topology does not render; `undefined` if it does not exist. */
  placement(namespace: string, name: string, signal: AbortSignal): Promise<UncheckedObject | undefined>;
  /** Called if a deployment may create a namespace that the hub needs, but it is not known whether the hub is a cluster. */
  reportUnknownClusters?: (namespace: string) => void;
}

/** How much is rendered for one request, besides what lifecycle rules need. */
export interface RenderLimits {
  /** Renders that begin. */
  count: number;
  /** Milliseconds from the first render until no result is waited for any more. */
  ms: number;
}

/** Everything that gathering uses besides the request and the objects on the hub. */
export interface GatherOptions {
  /** The settings of renders, as in the controller. */
  renderSettings: RenderSettings;
  /** How much of what only a render finds is looked for; without limits, all of it is. */
  renderLimits?: RenderLimits;
  /** What earlier requests with the same settings have rendered; absent if nothing is remembered. */
  samples?: RememberedSamples;
  /** Checks at the API server whether a user has a right; results are not cached. */
  isAllowed(user: UserInfo, right: NeededRight, signal: AbortSignal): Promise<boolean>;
  /** A namespace, read live; `undefined` if it does not exist. */
  namespaceState(namespace: string, signal: AbortSignal): Promise<NamespaceFacts | undefined>;
  hub: HubReader;
  /** The recorded content in a hub namespace, as it was last watched. */
  historyOf(namespace: string): NamespaceHistory;
  topologies: Pick<TopologyEngine, 'check' | 'render'>;
  hash: Hash;
  /** A deployment that has had no ManifestWork since before this time reserves nothing against other hub namespaces. */
  reservingSince: () => string;
  /** Users that may write DefinitionRevisions. */
  revisionWriters: readonly string[];
  /** Spoke namespaces in which no deployment may have a Workload: names and patterns with `*`. */
  protectedNamespaces: readonly string[];
}

/** Where the objects on the hub are read: from caches, which may be stale, or live. */
export interface ObjectSource {
  catalog: Catalog;
  referrers: ReferrerIndex;
  /** Whether the objects are read live. Only then is it checked whether messages may name other objects to the requester. */
  isLive: boolean;
  /** Whether the objects come from files, where statuses may be missing. */
  isOffline?: boolean;
}

/** What every gatherer gets besides the request. */
export interface GatherContext extends GatherOptions, Pick<ObjectSource, 'catalog' | 'referrers'> {
  /** The user who sent the request. */
  user: UserInfo;
  /** The namespace of the object in the request. Its share of the CUE engine evaluates what the request needs. */
  namespace: string;
  isOffline: boolean;
  visibility: NameVisibility;
  /** Aborts at the deadline of the request. */
  signal: AbortSignal;
  /**
   * Aborts when the time of `renderLimits` is over; `undefined` without limits. The time begins with the first call and is one for all
   * gatherers, which follow one another.
   */
  renderTimeout: () => AbortSignal | undefined;
}

/** Reads one part of the facts about a request. `found` are the facts of the gatherers before it. */
export type Gatherer = (
  request: RequestFacts,
  context: GatherContext,
  found: Partial<Facts>,
) => Promise<Partial<Facts>>;
