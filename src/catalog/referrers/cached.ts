import type { KubeObject } from '../../api/object.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import type { WorkloadDeployment } from '../../api/workload-deployment.ts';
import type { Informer } from '../../kube/cache/informer.ts';
import { byReferencedName, bySpokeNamespace } from '../deployment-cache.ts';
import { acceptAll, type ReferrerIndex } from '../referrers.ts';
import { byTopology, type DefinitionCaches } from '../stores/cached.ts';
import { recordedEnvironment } from './keys.ts';

/** Looks up in caches. */
export function cachedReferrers(
  deployments: Pick<Informer<WorkloadDeployment>, 'byIndex'>,
  definitions: Pick<DefinitionCaches, 'Environment' | 'revisions'>,
): ReferrerIndex {
  return {
    inSpokeNamespace: (namespace) => Promise.resolve(deployments.byIndex(bySpokeNamespace, namespace).map(unchecked)),
    byReference: (field, name, matches = acceptAll) =>
      Promise.resolve(deployments.byIndex(byReferencedName[field], name).map(unchecked).filter(matches)),
    byTopology: (name, matches = acceptAll) =>
      Promise.resolve(definitions.Environment.byIndex(byTopology, name).map(unchecked).filter(matches)),
    recordedByTopology: (name) =>
      Promise.resolve(definitions.revisions.byIndex(byTopology, name).flatMap(recordedEnvironment)),
  };
}

/** An object of a cache, of which only the type is known that the cache claims. */
function unchecked(object: KubeObject): UncheckedObject {
  return object;
}
