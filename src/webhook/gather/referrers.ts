import { revisionedKindNames } from '../../api/definition-revision.ts';
import { usersOf } from '../../catalog/referrers.ts';
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
  const revisioned = revisionedKindNames.find((known) => known === kind);
  if (operation !== 'DELETE' || revisioned === undefined) return {};
  const { referrers: index, catalog } = context;
  const found = await usersOf({ kind: revisioned, namespace, name }, { index, catalog });
  const remaining = found.filter(({ object }) => object.metadata.deletionTimestamp === undefined);
  const referrers = remaining.map(({ kind: ofKind, object }) => referrerOf(ofKind, object));
  const blocking = await withoutTerminating(referrers, namespace, context);
  return { referrers: await referrersWithVisibility(context.visibility, blocking) };
}
