import type { Facts, RequestFacts } from '../../domain/admission/facts.ts';
import { isBeingDeleted } from '../../domain/admission/being-deleted.ts';
import { acknowledgeableCodes } from '../../domain/admission/rule-codes.ts';
import type { AdmissionRequest } from '../review/review.ts';
import { gatherChanges } from './changes/gather-changes.ts';
import type { Gatherer, GatherContext, GatherOptions, ObjectSource } from './context.ts';
import { gatherHistory } from './history.ts';
import { gatherOverridableNamespaces } from './overridable-namespaces.ts';
import { rememberingHash } from '../../domain/revisions/content-hashes.ts';
import { createNameVisibility, nothingVisible } from './name-visibility.ts';
import { gatherPairings } from './pairings.ts';
import { gatherPublication } from './publication.ts';
import { gatherRecordedHash } from './recorded-hash.ts';
import { gatherReferences } from './references.ts';
import { readAhead } from './read-ahead.ts';
import { gatherReferrers } from './referrers.ts';
import { requestFacts } from './request-facts.ts';
import { gatherMissingRights, gatherRestoreRight } from './rights.ts';
import { gatherTopologyRenders } from './renders/of-topology.ts';
import { startedOnce } from './renders/time-bound.ts';
import { gatherSpokeNamespaces } from './spoke-namespaces.ts';
import { gatherTopology } from './topology.ts';

/**
 * The gatherers of all facts, in the order in which they run. Each of them only reads. For requests that it does not apply to,
 * it returns no facts, or facts that are empty.
 */
const gatherers: readonly Gatherer[] = [
  gatherMissingRights,
  unlessTerminating(gatherSpokeNamespaces),
  unlessTerminating(gatherOverridableNamespaces),
  onValidation(gatherRestoreRight),
  unlessTerminating(gatherTopology),
  unlessTerminating(gatherReferences),
  onValidation(gatherReferrers),
  onValidation(gatherPublication),
  onValidation(gatherHistory),
  unlessTerminating(gatherRecordedHash),
  // Renders that lifecycle rules need come first, because a request has little time.
  onValidation(gatherChanges),
  onValidation(gatherTopologyRenders),
  onValidation(gatherPairings),
];

/** Reads everything that a decision about a request depends on. Objects on the hub are read through `source`. */
export async function gather(
  request: AdmissionRequest,
  phase: RequestFacts['phase'],
  source: ObjectSource,
  options: GatherOptions,
  signal: AbortSignal,
): Promise<Facts> {
  const { revisionWriters, protectedNamespaces, renderSettings } = options;
  const { systemNamespace } = source.catalog;
  const hash = rememberingHash(options.hash, (object) => source.catalog.knownHash(object));
  const read = requestFacts(request, phase);
  const context = contextOf(request, phase, source, options, signal);
  const facts: Facts = {
    enforcement: 'admission',
    request: read,
    hash,
    systemNamespace,
    revisionWriters,
    sharedHubNamespaces: renderSettings.sharedHubNamespaces,
    acknowledgeableCodes,
    protectedNamespaces,
  };
  readAhead(read, context);
  for (const gatherFor of gatherers) Object.assign(facts, await gatherFor(read, context, facts));
  return facts;
}

function contextOf(
  { userInfo: user, namespace = '', operation }: AdmissionRequest,
  phase: RequestFacts['phase'],
  { catalog, referrers, isLive, isOffline = false }: ObjectSource,
  options: GatherOptions,
  signal: AbortSignal,
): GatherContext {
  const visibility =
    phase === 'validate' && isLive
      ? createNameVisibility((right) => options.isAllowed(user, right, signal))
      : nothingVisible;
  // Several gatherers look up the same spoke namespaces.
  const inSpokeNamespace = memoizedByName((name) => referrers.inSpokeNamespace(name));
  return {
    ...options,
    user,
    namespace,
    catalog,
    referrers: { ...referrers, inSpokeNamespace },
    isOffline,
    visibility,
    signal,
    renderTimeout: startedOnce(options.renderLimits),
    hub: {
      ...options.hub,
      localClusters: (limit) => options.hub.localClusters(limit, { isLive, findsMissed: operation === 'DELETE' }),
    },
  };
}

/** Reads what belongs to each name at most once. */
function memoizedByName<T>(read: (name: string) => Promise<T>): (name: string) => Promise<T> {
  const found = new Map<string, Promise<T>>();
  return (name) => {
    const known = found.get(name) ?? read(name);
    found.set(name, known);
    return known;
  };
}

const nothing: Promise<Partial<Facts>> = Promise.resolve({});

/** Skips a gatherer for an object that is being deleted, because no rule needs its facts then. */
function unlessTerminating(gatherFor: Gatherer): Gatherer {
  return (request, context, found) => (isBeingDeleted(request) ? nothing : gatherFor(request, context, found));
}

/** Skips a gatherer during mutation: what a request does to other objects is known only for the final content of its object. */
function onValidation(gatherFor: Gatherer): Gatherer {
  return unlessTerminating((request, context, found) =>
    request.phase === 'validate' ? gatherFor(request, context, found) : nothing,
  );
}
