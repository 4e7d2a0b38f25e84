import { isJsonObject } from '../api/object.ts';
import { environmentRevisionAnnotation } from '../domain/annotations.ts';
import { topologyOf } from '../domain/declared-lifecycle.ts';
import type { Hash } from '../domain/canonical-json.ts';
import { locate, type Definitions } from '../domain/definitions.ts';
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
  definitions: Definitions;
  hash: Hash;
}

/** Who uses what is to be deleted, those aside that are being deleted themselves. */
export async function gatherUsers(
  { kind, namespace, name }: RequestFacts,
  isTerminating: () => Promise<boolean>,
  sources: UserSources,
): Promise<User[]> {
  const found = await usersOf({ kind, namespace, name }, sources);
  const lasting = found.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const others = lasting.filter(({ metadata }) => metadata.namespace !== namespace);
  // What goes with the whole namespace holds nothing in it.
  const holding = lasting.length > others.length && (await isTerminating()) ? others : lasting;
  const named = holding.map(({ kind: ofKind, metadata }) => ({
    kind: ofKind === '' ? 'WorkloadDeployment' : ofKind,
    namespace: metadata.namespace ?? '',
    name: metadata.name,
  }));
  return seenUsers(sources.sight, named);
}

interface Target {
  kind: string;
  namespace: string;
  name: string;
}

async function usersOf({ kind, namespace, name }: Target, sources: UserSources): Promise<RequestObject[]> {
  const { users, systemNamespace } = sources;
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
      return namespace === systemNamespace ? usersOfTopology(name, sources) : [];
    default:
      return [];
  }
}

/** Environments of a topology, and deployments that are still at a revision of one that was. */
async function usersOfTopology(name: string, sources: UserSources): Promise<RequestObject[]> {
  const { users } = sources;
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
      whoever(await users.byReference('environmentRef', environment), async (deployment) => {
        const isAmong = ({ namespace, name: of, revision }: ReferenceStamp) =>
          keys.has(`${namespace}/${of}@${revision}`);
        const used = deploymentState(deployment).environment ?? pinnedTo(deployment);
        if (used !== undefined && isAmong(used)) return true;
        const meant = await meaningOf(deployment, sources);
        return meant !== undefined && isAmong(meant);
      }),
    ),
  );
  return [
    ...environments.map((user) => ({ ...user, kind: 'Environment' })),
    ...deployments.flat().map((user) => ({ ...user, kind: 'WorkloadDeployment' })),
  ];
}

async function whoever(
  deployments: readonly RequestObject[],
  isMeant: (deployment: RequestObject) => Promise<boolean>,
): Promise<RequestObject[]> {
  const answers = await Promise.all(deployments.map(isMeant));
  return deployments.filter((_, index) => answers[index]);
}

/** The revision of an Environment that a ref means now, before anything of it is applied. */
async function meaningOf(
  { metadata, spec }: RequestObject,
  { definitions, hash }: UserSources,
): Promise<ReferenceStamp | undefined> {
  const ref = spec?.['environmentRef'];
  if (!isJsonObject(ref) || typeof ref['name'] !== 'string') return undefined;
  const { namespace: given } = ref;
  const namespace = typeof given === 'string' && given !== '' ? given : (metadata.namespace ?? '');
  const located = await locate(definitions, 'Environment', { name: ref['name'] }, [namespace], hash);
  return located.state === 'found' ? located : undefined;
}

/** What a fixed ref to an Environment was stamped with, which says it before anything is applied. */
function pinnedTo({ metadata, spec }: RequestObject): ReferenceStamp | undefined {
  const ref = spec?.['environmentRef'];
  const parsed = isJsonObject(ref) && typeof ref['name'] === 'string' ? parseRef(ref['name']) : undefined;
  const isFixed = parsed?.ok === true && ['number', 'version'].includes(parsed.ref.selector.kind);
  return isFixed ? readReferenceStamp(metadata.annotations?.[environmentRevisionAnnotation]) : undefined;
}
