import { definitionRevisions, environments, workloadDeployments } from '../../api/kinds.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import { definitionKeyOf } from '../../domain/refs/uses.ts';
import { acceptAll, type ReferrerIndex } from '../referrers.ts';
import { recordedTopology } from '../revision-records.ts';
import { topologyName } from '../stores/cached.ts';
import { groupBySpokeNamespace, recordedEnvironment, usedDefinitions } from './keys.ts';

/** Finds referrers in a list of objects from files or from an API server. The list must not change. */
export function listedReferrers(systemNamespace: string, objects: () => readonly UncheckedObject[]): ReferrerIndex {
  const ofKind = (kind: string) => objects().filter((object) => object.kind === kind);
  const deployments = () => ofKind(workloadDeployments.kind);
  let bySpokeNamespace: Map<string, UncheckedObject[]> | undefined;
  return {
    inSpokeNamespace(namespace) {
      bySpokeNamespace ??= groupBySpokeNamespace(deployments());
      return Promise.resolve(bySpokeNamespace.get(namespace) ?? []);
    },
    byReference({ kind, namespace, name }, matches = acceptAll) {
      const key = definitionKeyOf(kind, namespace, name);
      return Promise.resolve(
        deployments().filter((object) => usedDefinitions(object, systemNamespace).includes(key) && matches(object)),
      );
    },
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
