import { isJsonObject } from '../../api/object.ts';
import { environmentRevisionAnnotation } from '../../domain/annotations.ts';
import type { Hash } from '../../domain/json/canonical-json.ts';
import { locate, type DefinitionStore } from '../../catalog/catalog.ts';
import { readDeploymentStatus } from '../../domain/spoke/read-deployment.ts';
import type { RequestFacts, Referrer } from '../../domain/admission/facts.ts';
import { usesByDeployment, usesByTopology } from '../../domain/refs/uses.ts';
import { readReferenceStamp, type ReferenceStamp } from '../../domain/refs/reference-stamp.ts';
import { parseRef } from '../../domain/refs/version-ref.ts';
import type { ReferrerIndex } from '../../catalog/referrers.ts';
import { referrersWithVisibility, type NameVisibility } from './name-visibility.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import { topologyOf } from '../../domain/json/fields.ts';

export interface UserSources {
  users: ReferrerIndex;
  sight: NameVisibility;
  systemNamespace: string;
  definitions: DefinitionStore;
  hash: Hash;
}

/** Who uses what is to be deleted, those aside that are being deleted themselves. */
export async function gatherUsers(
  { kind, namespace, name }: RequestFacts,
  isTerminating: () => Promise<boolean>,
  sources: UserSources,
): Promise<Referrer[]> {
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
  return referrersWithVisibility(sources.sight, named);
}

interface Target {
  kind: string;
  namespace: string;
  name: string;
}

async function usersOf({ kind, namespace, name }: Target, sources: UserSources): Promise<UncheckedObject[]> {
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
async function usersOfTopology(name: string, sources: UserSources): Promise<UncheckedObject[]> {
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
        const used = readDeploymentStatus(deployment).environment ?? pinnedTo(deployment);
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
  deployments: readonly UncheckedObject[],
  isMeant: (deployment: UncheckedObject) => Promise<boolean>,
): Promise<UncheckedObject[]> {
  const answers = await Promise.all(deployments.map(isMeant));
  return deployments.filter((_, index) => answers[index]);
}

/** The revision of an Environment that a ref means now, before anything of it is applied. */
async function meaningOf(
  { metadata, spec }: UncheckedObject,
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
function pinnedTo({ metadata, spec }: UncheckedObject): ReferenceStamp | undefined {
  const ref = spec?.['environmentRef'];
  const parsed = isJsonObject(ref) && typeof ref['name'] === 'string' ? parseRef(ref['name']) : undefined;
  const isFixed = parsed?.ok === true && ['number', 'version'].includes(parsed.ref.selector.kind);
  return isFixed ? readReferenceStamp(metadata.annotations?.[environmentRevisionAnnotation]) : undefined;
}
