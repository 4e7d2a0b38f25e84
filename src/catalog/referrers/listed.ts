import { definitionRevisions, environments, workloadDeployments } from '../../api/kinds.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import { acceptAll, type ReferrerIndex } from '../referrers.ts';
import { recordedTopology } from '../revision-records.ts';
import { topologyName } from '../stores/cached.ts';
import { groupBySpokeNamespace, recordedEnvironment, referencedName } from './keys.ts';

/** Finds referrers in a list of objects from files or from an API server. The list must not change. */
export function listedReferrers(objects: () => readonly UncheckedObject[]): ReferrerIndex {
  const ofKind = (kind: string) => objects().filter((object) => object.kind === kind);
  const deployments = () => ofKind(workloadDeployments.kind);
  let bySpokeNamespace: Map<string, UncheckedObject[]> | undefined;
  return {
    inSpokeNamespace(namespace) {
      bySpokeNamespace ??= groupBySpokeNamespace(deployments());
      return Promise.resolve(bySpokeNamespace.get(namespace) ?? []);
    },
    byReference: (field, name, matches = acceptAll) =>
      Promise.resolve(
        deployments().filter((object) => referencedName(object, field).includes(name) && matches(object)),
      ),
    byTopology: (name, matches = acceptAll) =>
      Promise.resolve(
        ofKind(environments.kind).filter((object) => topologyName(object).includes(name) && matches(object)),
      ),
    recordedByTopology: (name) =>
      Promise.resolve(
        ofKind(definitionRevisions.kind)
          .filter((object) => recordedTopology(object).includes(name))
          .flatMap(recordedEnvironment),
      ),
  };
}
