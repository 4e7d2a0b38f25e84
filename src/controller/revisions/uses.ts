import type { RevisionedKindName } from '../../api/definition-revision.ts';
import { workloadDeployments, environments } from '../../api/kinds.ts';
import { isJsonObject, type JsonObject, type KubeObject } from '../../api/object.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import { topologyOf } from '../../domain/json/fields.ts';
import { topologyAnnotation } from '../../domain/annotations.ts';
import { usesByDeployment, usesByTopology, type Use } from '../../domain/refs/uses.ts';
import { definitionIndexes, revisionIndexes } from '../../catalog/stores/cached.ts';
import { referrerIndexes } from '../../catalog/referrers.ts';
import type { Client } from '../../kube/client/client.ts';
import type { ControllerCaches } from '../caches.ts';
import type { Definition } from '../../domain/revisions/definition.ts';

/** What uses a definition, and by which refs. */
export interface Users {
  /** Counted for `status.users`. */
  uses: Use[];
  /** Revisions that are applied, even if refs have changed since: retained, not counted. */
  applied: number[];
  /** Refs in recorded revisions of Environments, which may be pinned again: retained, not counted. */
  recorded: Use[];
}

/** The users of a definition, from caches. */
export function cachedUsers(
  kind: RevisionedKindName,
  definition: Definition,
  caches: ControllerCaches,
  systemNamespace: string,
): Users {
  const { name } = definition.metadata;
  if (kind === 'PolicyDefinition') {
    const revisions = caches.definitions.revisions.byIndex(revisionIndexes.topology, name);
    return {
      uses: usesAmong(
        kind,
        definition,
        caches.definitions.Environment.byIndex(definitionIndexes.topology, name),
        systemNamespace,
      ),
      applied: [],
      recorded: revisions.flatMap((item) => usesByTopology(item.metadata.annotations?.[topologyAnnotation], name)),
    };
  }
  const index = kind === 'Environment' ? referrerIndexes.environmentRef : referrerIndexes.workloadProfileRef;
  const deployments = caches.deployments.byIndex(index, name);
  return {
    uses: usesAmong(kind, definition, deployments, systemNamespace),
    applied: appliedAmong(kind, definition, deployments),
    recorded: [],
  };
}

/** The users of a definition, read from the API server: required before a revision is deleted. */
export async function liveUsers(
  client: Client,
  kind: RevisionedKindName,
  definition: Definition,
  systemNamespace: string,
): Promise<Users> {
  const resource = kind === 'PolicyDefinition' ? environments : workloadDeployments;
  const { items } = await client.list<UncheckedObject>(resource);
  return {
    uses: usesAmong(kind, definition, items, systemNamespace),
    applied: appliedAmong(kind, definition, items),
    recorded: [],
  };
}

function usesAmong(
  kind: RevisionedKindName,
  { metadata }: Definition,
  users: readonly UncheckedObject[],
  systemNamespace: string,
): Use[] {
  const { namespace = '', name } = metadata;
  return users.flatMap((user) =>
    kind === 'PolicyDefinition'
      ? usesByTopology(topologyOf(user)['type'], name)
      : usesByDeployment(user, kind, { namespace, name }, systemNamespace),
  );
}

function appliedAmong(kind: RevisionedKindName, { metadata }: Definition, users: readonly KubeObject[]): number[] {
  const field = kind === 'Environment' ? 'environment' : 'workloadProfile';
  return users.flatMap((user: KubeObject & { status?: object }) => {
    const status: JsonObject = isJsonObject(user.status) ? user.status : {};
    const used = status[field];
    if (!isJsonObject(used) || used['name'] !== metadata.name || used['namespace'] !== metadata.namespace) return [];
    return typeof used['revision'] === 'number' ? [used['revision']] : [];
  });
}
