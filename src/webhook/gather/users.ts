import { environmentRevisionAnnotation } from '../../domain/annotations.ts';
import { readDeploymentStatus } from '../../domain/spoke/read-deployment.ts';
import type { RequestFacts, Referrer } from '../../domain/admission/facts.ts';
import { usesByDeployment, usesByTopology } from '../../domain/refs/uses.ts';
import { readReferenceStamp, type ReferenceStamp } from '../../domain/refs/reference-stamp.ts';
import { writtenRef } from '../../domain/refs/read-ref.ts';
import type { GatherContext } from './context.ts';
import { parseRef } from '../../domain/refs/version-ref.ts';
import { referrersWithVisibility } from './name-visibility.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import { topologyOf } from '../../domain/json/fields.ts';

type UserContext = Pick<GatherContext, 'catalog' | 'referrers' | 'visibility'>;

/** Who uses what is to be deleted, those aside that are being deleted themselves. */
export async function gatherUsers(
  { kind, namespace, name }: RequestFacts,
  isTerminating: () => Promise<boolean>,
  context: UserContext,
): Promise<Referrer[]> {
  const found = await usersOf({ kind, namespace, name }, context);
  const lasting = found.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const others = lasting.filter(({ metadata }) => metadata.namespace !== namespace);
  // What goes with the whole namespace holds nothing in it.
  const holding = lasting.length > others.length && (await isTerminating()) ? others : lasting;
  const named = holding.map(({ kind: ofKind, metadata }) => ({
    kind: ofKind === '' ? 'WorkloadDeployment' : ofKind,
    namespace: metadata.namespace ?? '',
    name: metadata.name,
  }));
  return referrersWithVisibility(context.visibility, named);
}

interface Target {
  kind: string;
  namespace: string;
  name: string;
}

async function usersOf({ kind, namespace, name }: Target, context: UserContext): Promise<UncheckedObject[]> {
  const {
    catalog: { systemNamespace },
    referrers,
  } = context;
  switch (kind) {
    case 'Environment':
    case 'WorkloadProfile': {
      const field = kind === 'Environment' ? 'environmentRef' : 'workloadProfileRef';
      const found = await referrers.byReference(field, name);
      return found
        .filter((user) => usesByDeployment(user, kind, { namespace, name }, systemNamespace).length > 0)
        .map((user) => ({ ...user, kind: 'WorkloadDeployment' }));
    }
    case 'PolicyDefinition':
      // Elsewhere one means nothing.
      return namespace === systemNamespace ? usersOfTopology(name, context) : [];
    default:
      return [];
  }
}

/** Environments of a topology, and deployments that are still at a revision of one that was. */
async function usersOfTopology(name: string, context: UserContext): Promise<UncheckedObject[]> {
  const { referrers } = context;
  const environments = (await referrers.byTopology(name)).filter(
    (user) => usesByTopology(topologyOf(user)['type'], name).length > 0,
  );
  const revisions = await referrers.recordedByTopology(name);
  const byName = new Map<string, Set<string>>();
  for (const { namespace, name: environment, revision } of revisions) {
    const known = byName.get(environment) ?? new Set();
    byName.set(environment, known.add(`${namespace}/${environment}@${revision}`));
  }
  const deployments = await Promise.all(
    [...byName].map(async ([environment, keys]) =>
      whoever(await referrers.byReference('environmentRef', environment), async (deployment) => {
        const isAmong = ({ namespace, name: of, revision }: ReferenceStamp) =>
          keys.has(`${namespace}/${of}@${revision}`);
        const used = readDeploymentStatus(deployment).environment ?? pinnedTo(deployment);
        if (used !== undefined && isAmong(used)) return true;
        const meant = await meaningOf(deployment, context);
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
async function meaningOf(deployment: UncheckedObject, { catalog }: UserContext): Promise<ReferenceStamp | undefined> {
  const found = await catalog.environmentOf(deployment);
  return found?.state === 'found' ? found : undefined;
}

/** What a fixed ref to an Environment was stamped with, which says it before anything is applied. */
function pinnedTo({ metadata, spec }: UncheckedObject): ReferenceStamp | undefined {
  const written = writtenRef(spec, 'environmentRef');
  const parsed = written === undefined ? undefined : parseRef(written.text);
  const isFixed = parsed?.ok === true && ['number', 'version'].includes(parsed.ref.selector.kind);
  return isFixed ? readReferenceStamp(metadata.annotations?.[environmentRevisionAnnotation]) : undefined;
}
