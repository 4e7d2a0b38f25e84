import type { KubeObject } from '../../api/object.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import type { WorkloadDeployment } from '../../api/workload-deployment.ts';
import type { Informer } from '../../kube/cache/informer.ts';
import { definitionKeyOf } from '../../domain/refs/uses.ts';
import { referrerIndexes } from '../deployment-cache.ts';
import { acceptAll, type ReferrerIndex } from '../referrers.ts';
import { definitionIndexes, revisionIndexes, type DefinitionCaches } from '../stores/cached.ts';
import { recordedEnvironment } from './keys.ts';
import type { LiveReferrersOptions } from './live.ts';

/** Finds referrers in caches. */
export function cachedReferrers(
  deployments: Pick<Informer<WorkloadDeployment>, 'byIndex'>,
  definitions: Pick<DefinitionCaches, 'Environment' | 'revisions'>,
): ReferrerIndex {
  return {
    inSpokeNamespace: (namespace) =>
      Promise.resolve(deployments.byIndex(referrerIndexes.spokeNamespace, namespace).map(unchecked)),
    byReference: ({ kind, namespace, name }, matches = acceptAll) =>
      Promise.resolve(
        deployments
          .byIndex(referrerIndexes.definition, definitionKeyOf(kind, namespace, name))
          .map(unchecked)
          .filter(matches),
      ),
    byTopology: (name, matches = acceptAll) =>
      Promise.resolve(definitions.Environment.byIndex(definitionIndexes.topology, name).map(unchecked).filter(matches)),
    recordedByTopology: (name) =>
      Promise.resolve(definitions.revisions.byIndex(revisionIndexes.topology, name).flatMap(recordedEnvironment)),
  };
}

/** Reads a deployment or an Environment from caches. */
export function cachedObject(
  deployments: Pick<Informer<WorkloadDeployment>, 'get'>,
  definitions: Pick<DefinitionCaches, 'Environment'>,
): LiveReferrersOptions['cachedObject'] {
  return (kind, namespace, name) =>
    (kind === 'Environment' ? definitions.Environment : deployments).get(namespace, name);
}

/** An object of a cache. The API server may return an object that its type does not describe. */
function unchecked(object: KubeObject): UncheckedObject {
  return object;
}
