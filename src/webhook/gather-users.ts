import { isJsonObject } from '../api/object.ts';
import { environmentRevisionAnnotation } from '../domain/annotations.ts';
import { topologyOf } from '../domain/declared-lifecycle.ts';
import { deploymentState } from '../domain/deployment-footprint.ts';
import type { RequestFacts, RequestObject, User } from '../domain/facts.ts';
import { usesByDeployment, usesByTopology } from '../domain/pin.ts';
import { readReferenceStamp, type ReferenceStamp } from '../domain/reference-stamp.ts';
import { parseRef } from '../domain/version-ref.ts';
import type { UserLookup } from '../definitions/deployments.ts';
import { seenUsers, type Sight } from './sight.ts';

export interface UserSources {
  users: UserLookup;
  sight: Sight;
  systemNamespace: string;
}

/** Who uses what is to be deleted, those aside that are being deleted themselves. */
export async function gatherUsers(
  { kind, namespace, name }: RequestFacts,
  isTerminating: () => Promise<boolean>,
  { users, sight, systemNamespace }: UserSources,
): Promise<User[]> {
  const found = await usersOf({ kind, namespace, name }, users, systemNamespace);
  const lasting = found.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const others = lasting.filter(({ metadata }) => metadata.namespace !== namespace);
  // What goes with the whole namespace holds nothing in it.
  const holding = lasting.length > others.length && (await isTerminating()) ? others : lasting;
  const named = holding.map(({ kind: ofKind, metadata }) => ({
    kind: ofKind === '' ? 'WorkloadDeployment' : ofKind,
    namespace: metadata.namespace ?? '',
    name: metadata.name,
  }));
  return seenUsers(sight, named);
}

interface Target {
  kind: string;
  namespace: string;
  name: string;
}

async function usersOf(target: Target, users: UserLookup, systemNamespace: string): Promise<RequestObject[]> {
  const { kind, namespace, name } = target;
  switch (kind) {
    case 'Environment':
    case 'WorkloadProfile': {
      const field = kind === 'Environment' ? 'environmentRef' : 'workloadProfileRef';
      const found = await users.byReference(field, name);
      return found
        .filter((user) => usesByDeployment(user, kind, { namespace, name }, systemNamespace).length > 0)
        .map((user) => ({ ...user, kind: 'WorkloadDeployment' }));
    }
    case 'PolicyDefinition':
      // Elsewhere one means nothing.
      return namespace === systemNamespace ? usersOfTopology(name, users) : [];
    default:
      return [];
  }
}

/** Environments of a topology, and deployments that are still at a revision of one that was. */
async function usersOfTopology(name: string, users: UserLookup): Promise<RequestObject[]> {
  const environments = (await users.byTopology(name)).filter(
    (user) => usesByTopology(user, topologyOf(user)['type'], name).length > 0,
  );
  const revisions = await users.recordedByTopology(name);
  const byName = new Map<string, Set<string>>();
  for (const { namespace, name: environment, revision } of revisions) {
    const known = byName.get(environment) ?? new Set();
    byName.set(environment, known.add(`${namespace}/${environment}@${revision}`));
  }
  const deployments = await Promise.all(
    [...byName].map(async ([environment, keys]) =>
      (await users.byReference('environmentRef', environment)).filter((deployment) => {
        const used = deploymentState(deployment).environment ?? pinnedTo(deployment);
        return used !== undefined && keys.has(`${used.namespace}/${used.name}@${used.revision}`);
      }),
    ),
  );
  return [
    ...environments.map((user) => ({ ...user, kind: 'Environment' })),
    ...deployments.flat().map((user) => ({ ...user, kind: 'WorkloadDeployment' })),
  ];
}

/** What a fixed ref to an Environment was stamped with, which says it before anything is applied. */
function pinnedTo({ metadata, spec }: RequestObject): ReferenceStamp | undefined {
  const ref = spec?.['environmentRef'];
  const parsed = isJsonObject(ref) && typeof ref['name'] === 'string' ? parseRef(ref['name']) : undefined;
  const isFixed = parsed?.ok === true && ['number', 'version'].includes(parsed.ref.selector.kind);
  return isFixed ? readReferenceStamp(metadata.annotations?.[environmentRevisionAnnotation]) : undefined;
}
