import { revisionedKindNames } from '../../api/definition-revision.ts';
import { deploymentsAt, referrersOf } from '../../catalog/referrers.ts';
import type { Facts, RequestFacts } from '../../domain/admission/facts.ts';
import type { GatherContext } from './context.ts';
import { referrerOf, referrersWithVisibility } from './name-visibility.ts';
import { withoutTerminating } from './terminating-namespace.ts';

export type ReferrerContext = Pick<GatherContext, 'catalog' | 'referrers' | 'visibility' | 'namespaceState' | 'signal'>;

/** The objects that use a definition that is deleted, except those that are being deleted themselves. */
export async function gatherReferrers(
  { operation, kind, namespace, name }: RequestFacts,
  context: ReferrerContext,
): Promise<Pick<Facts, 'referrers'>> {
  if (operation !== 'DELETE' || kind === 'WorkloadDeployment') return {};
  const found = await findReferrers({ kind, namespace, name }, context);
  const remaining = found.filter(({ object }) => object.metadata.deletionTimestamp === undefined);
  const referrers = remaining.map(({ kind: ofKind, object }) => referrerOf(ofKind, object));
  const blocking = await withoutTerminating(referrers, namespace, context);
  return { referrers: await referrersWithVisibility(context.visibility, blocking) };
}

/** The objects that refer to a definition, and the deployments at recorded revisions of Environments with this topology. */
async function findReferrers(
  { kind, namespace, name }: Pick<RequestFacts, 'kind' | 'namespace' | 'name'>,
  { catalog, referrers: index }: ReferrerContext,
) {
  const revisioned = revisionedKindNames.find((known) => known === kind);
  if (revisioned === undefined) return [];
  const { systemNamespace } = catalog;
  const { current, recorded } = await referrersOf({ kind: revisioned, namespace, name }, { index, systemNamespace });
  const deployments = await deploymentsAt(recorded, { index, catalog });
  return [...current, ...deployments.map(({ deployment }) => ({ kind: 'WorkloadDeployment', object: deployment }))];
}
