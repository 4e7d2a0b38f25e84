import { revisionedKindNames, type RevisionedKindName } from '../api/definition-revision.ts';
import { keyOf, type ObjectMeta } from '../api/object.ts';
import { recordedKey } from '../catalog/revision-records.ts';
import type { Definition } from '../domain/revisions/definition.ts';
import { keysOfChange, type KeyRoute } from '../kube/cache/change-keys.ts';
import type { Informer } from '../kube/cache/informer.ts';
import {
  blockedByDeployment,
  blockedByReplicaSet,
  definitionsOfDeployment,
  deploymentOfRendered,
  deploymentOfWork,
  deploymentsOfHub,
  deploymentsOfRevision,
  deploymentsOfSet,
  deploymentsWithPlacement,
  environmentOfRendered,
  environmentsWithTopology,
  labelsOfHub,
  referringDeployments,
  refsOfDeployment,
  topologyOfEnvironment,
  specOfSet,
  spokeNamespacesListedBy,
  terminatingTopologiesOf,
  topologyOfRevision,
  waitingForListing,
  type EventContext,
} from './event-keys.ts';
import { definitionKey } from './revisions/own-revisions.ts';

/** The work queue that a key goes to: `Kind/namespace/name` of a definition, or `namespace/name` of a deployment. */
export type QueueName = 'definitions' | 'deployments';

/** A row of the table: the keys that an event of a cache adds to a queue. */
interface Route<T> extends Omit<KeyRoute<T>, 'keys'> {
  queue: QueueName;
  keys: (object: T, context: EventContext) => readonly string[];
}

/** Definitions of other kinds that an event of a definition affects. */
const relatedDefinitions: Readonly<Record<RevisionedKindName, readonly Route<Definition>[]>> = {
  Environment: [{ queue: 'definitions', keys: topologyOfEnvironment }],
  WorkloadProfile: [],
  PolicyDefinition: [{ queue: 'definitions', keys: environmentsWithTopology }],
};

function definitionRoutes(kind: RevisionedKindName): Route<Definition>[] {
  return [
    { queue: 'definitions', keys: (definition) => [definitionKey(kind, definition)] },
    { queue: 'deployments', keys: (definition, context) => referringDeployments(kind, definition, context) },
    ...relatedDefinitions[kind],
  ];
}

type Subscription = (context: EventContext, enqueue: Enqueue) => void;
type Enqueue = (queue: QueueName, key: string) => void;

/** Which keys the events of each cache enqueue. */
const table: readonly Subscription[] = [
  ...revisionedKindNames.map((kind) => from(({ definitions }) => definitions[kind], definitionRoutes(kind))),
  from(
    ({ definitions }) => definitions.revisions,
    [
      // The topology of a deleted revision has one user fewer.
      { queue: 'definitions', on: ['deleted'], keys: topologyOfRevision },
      { queue: 'definitions', keys: recordedKey },
      { queue: 'deployments', keys: deploymentsOfRevision },
    ],
  ),
  from(
    ({ deployments }) => deployments,
    [
      { queue: 'deployments', keys: (deployment) => [keyOf(deployment)] },
      // A new deployment cannot unblock another one.
      { queue: 'deployments', on: ['modified', 'deleted'], keys: blockedByDeployment },
      // The number of users changes for each definition that it refers to or referred to.
      { queue: 'definitions', ifChanged: refsOfDeployment, keys: definitionsOfDeployment },
      { queue: 'definitions', ifChanged: refsOfDeployment, keys: terminatingTopologiesOf },
    ],
  ),
  from(
    ({ placements }) => placements,
    [
      // If the owner of an object changes, the previous owner must create it again.
      { queue: 'deployments', keys: deploymentOfRendered },
      { queue: 'definitions', keys: environmentOfRendered },
      { queue: 'deployments', keys: deploymentsWithPlacement },
    ],
  ),
  from(
    ({ replicaSets }) => replicaSets,
    [
      { queue: 'deployments', keys: blockedByReplicaSet },
      { queue: 'deployments', keys: deploymentOfRendered },
    ],
  ),
  from(({ manifestWorks }) => manifestWorks, [{ queue: 'deployments', keys: deploymentOfWork }]),
  from(
    ({ namespaces }) => namespaces,
    [{ queue: 'deployments', ifChanged: spokeNamespacesListedBy, keys: waitingForListing }],
  ),
  from(
    ({ managedClusters }) => managedClusters,
    [{ queue: 'deployments', ifChanged: labelsOfHub, keys: deploymentsOfHub }],
  ),
  from(
    ({ managedClusterSets }) => managedClusterSets,
    [{ queue: 'deployments', ifChanged: specOfSet, keys: deploymentsOfSet }],
  ),
];

function from<T extends { metadata: ObjectMeta }>(
  cacheOf: (caches: EventContext['caches']) => Pick<Informer<T>, 'subscribe'>,
  routes: readonly Route<T>[],
): Subscription {
  return (context, enqueue) => {
    cacheOf(context.caches).subscribe((change) => {
      for (const { queue, keys, ...rest } of routes) {
        const route = { ...rest, keys: (object: T) => keys(object, context) };
        for (const key of keysOfChange(change, route)) enqueue(queue, key);
      }
    });
  };
}

/** Subscribes to all caches: every change enqueues the keys that it affects. */
export function routeEvents(context: EventContext, enqueue: Enqueue): void {
  for (const subscribe of table) subscribe(context, enqueue);
  for (const cache of context.caches.otherKinds) {
    cache.subscribe((change) => {
      for (const key of keysOfChange(change, { keys: deploymentOfRendered })) enqueue('deployments', key);
    });
  }
}
