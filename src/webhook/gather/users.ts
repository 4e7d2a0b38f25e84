import { revisionedKindNames } from '../../api/definition-revision.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import { deploymentsAt, referrersOf } from '../../catalog/referrers.ts';
import type { RequestFacts, Referrer } from '../../domain/admission/facts.ts';
import type { GatherContext } from './context.ts';
import { referrersWithVisibility } from './name-visibility.ts';

type UserContext = Pick<GatherContext, 'catalog' | 'referrers' | 'visibility'>;

/** Who uses what is to be deleted, those aside that are being deleted themselves. */
export async function gatherUsers(
  { kind, namespace, name }: RequestFacts,
  isTerminating: () => Promise<boolean>,
  context: UserContext,
): Promise<Referrer[]> {
  const found = await findReferrers({ kind, namespace, name }, context);
  const lasting = found.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const others = lasting.filter(({ metadata }) => metadata.namespace !== namespace);
  // What goes with the whole namespace holds nothing in it.
  const holding = lasting.length > others.length && (await isTerminating()) ? others : lasting;
  const named = holding.map(({ kind: ofKind, metadata }) => ({
    kind: ofKind,
    namespace: metadata.namespace ?? '',
    name: metadata.name,
  }));
  return referrersWithVisibility(context.visibility, named);
}

/** All that refers to a definition, and the deployments at revisions of Environments whose topology it is. */
async function findReferrers(
  { kind, namespace, name }: Pick<RequestFacts, 'kind' | 'namespace' | 'name'>,
  { catalog, referrers: index }: UserContext,
): Promise<UncheckedObject[]> {
  const revisioned = revisionedKindNames.find((known) => known === kind);
  if (revisioned === undefined) return [];
  const { systemNamespace } = catalog;
  const { current, recorded } = await referrersOf({ kind: revisioned, namespace, name }, { index, systemNamespace });
  const deployments = await deploymentsAt(recorded, { index, catalog });
  return [
    ...current.map(({ kind: ofKind, object }) => ({ ...object, kind: ofKind })),
    ...deployments.map(({ deployment }) => ({ ...deployment, kind: 'WorkloadDeployment' })),
  ];
}
