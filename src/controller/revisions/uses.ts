import type { RevisionedKindName } from '../../api/definition-revision.ts';
import { workloadDeployments, environments } from '../../api/kinds.ts';
import { isJsonObject, type JsonObject, type KubeObject } from '../../api/object.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import { topologyOf } from '../../domain/json/fields.ts';
import { topologyAnnotation } from '../../domain/annotations.ts';
import { usesByDeployment, usesByTopology, type Use } from '../../domain/refs/uses.ts';
import { byTopology } from '../../catalog/stores/cached.ts';
import { byReferencedName } from '../../catalog/deployment-cache.ts';
import type { Client } from '../../kube/client/client.ts';
import type { ControllerCaches } from '../caches.ts';
import type { Definition } from '../../domain/revisions/definition.ts';

/** Objects that use a definition, and the refs by which they do. */
export interface Users {
  /** Counted for `status.users`. */
  uses: Use[];
  /** Revisions that are applied, whatever refs say by now: kept, not counted. */
  applied: number[];
  /** Refs in recorded revisions of Environments, which may be pinned again: kept, not counted. */
  recorded: Use[];
}

/** Who uses a definition, as the caches know it. */
export function cachedUsers(
  kind: RevisionedKindName,
  definition: Definition,
  caches: ControllerCaches,
  systemNamespace: string,
): Users {
  const { name } = definition.metadata;
  if (kind === 'PolicyDefinition') {
    const revisions = caches.definitions.revisions.byIndex(byTopology, name);
    return {
      uses: usesAmong(kind, definition, caches.definitions.Environment.byIndex(byTopology, name), systemNamespace),
      applied: [],
      recorded: revisions.flatMap((item) => usesByTopology(item.metadata.annotations?.[topologyAnnotation], name)),
    };
  }
  const index = kind === 'Environment' ? byReferencedName.environmentRef : byReferencedName.workloadProfileRef;
  const deployments = caches.deployments.byIndex(index, name);
  return {
    uses: usesAmong(kind, definition, deployments, systemNamespace),
    applied: appliedAmong(kind, definition, deployments),
    recorded: [],
  };
}

/** Who uses a definition, asked of the API server: what a revision's deletion rests on. */
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
