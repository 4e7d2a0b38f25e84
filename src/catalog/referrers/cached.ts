import type { KubeObject } from '../../api/object.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import type { WorkloadDeployment } from '../../api/workload-deployment.ts';
import type { Informer } from '../../kube/cache/informer.ts';
import { referrerIndexes } from '../deployment-cache.ts';
import { acceptAll, type ReferrerIndex } from '../referrers.ts';
import { definitionIndexes, revisionIndexes, type DefinitionCaches } from '../stores/cached.ts';
import { recordedEnvironment } from './keys.ts';

/** Finds referrers in caches. */
export function cachedReferrers(
  deployments: Pick<Informer<WorkloadDeployment>, 'byIndex'>,
  definitions: Pick<DefinitionCaches, 'Environment' | 'revisions'>,
): ReferrerIndex {
  return {
    inSpokeNamespace: (namespace) =>
      Promise.resolve(deployments.byIndex(referrerIndexes.spokeNamespace, namespace).map(unchecked)),
    byReference: (field, name, matches = acceptAll) =>
      Promise.resolve(deployments.byIndex(referrerIndexes[field], name).map(unchecked).filter(matches)),
    byTopology: (name, matches = acceptAll) =>
      Promise.resolve(definitions.Environment.byIndex(definitionIndexes.topology, name).map(unchecked).filter(matches)),
    recordedByTopology: (name) =>
      Promise.resolve(definitions.revisions.byIndex(revisionIndexes.topology, name).flatMap(recordedEnvironment)),
  };
}

/** An object of a cache. The API server may return an object that its type does not describe. */
function unchecked(object: KubeObject): UncheckedObject {
  return object;
}
