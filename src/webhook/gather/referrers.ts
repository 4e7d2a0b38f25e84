import { revisionedKindNames } from '../../api/definition-revision.ts';
import { deploymentsAt, referrersOf } from '../../catalog/referrers.ts';
import type { Facts, RequestFacts } from '../../domain/admission/facts.ts';
import type { GatherContext } from './context.ts';
import { referrersWithVisibility } from './name-visibility.ts';

export type ReferrerContext = Pick<GatherContext, 'catalog' | 'referrers' | 'visibility' | 'namespaceState' | 'signal'>;

/** The objects that use a definition that is deleted, except those that are being deleted themselves. */
export async function gatherReferrers(
  { operation, kind, namespace, name }: RequestFacts,
  context: ReferrerContext,
): Promise<Pick<Facts, 'referrers'>> {
  if (operation !== 'DELETE' || kind === 'WorkloadDeployment') return {};
  const found = await findReferrers({ kind, namespace, name }, context);
  const remaining = found.filter(({ object }) => object.metadata.deletionTimestamp === undefined);
  const inOtherNamespaces = remaining.filter(({ object }) => object.metadata.namespace !== namespace);
  const isTerminating = async () => (await context.namespaceState(namespace, context.signal))?.terminating === true;
  // In a namespace that is being deleted, no object blocks the deletion of another.
  const blocking =
    remaining.length > inOtherNamespaces.length && (await isTerminating()) ? inOtherNamespaces : remaining;
  const keys = blocking.map(({ kind: ofKind, object }) => ({
    kind: ofKind,
    namespace: object.metadata.namespace ?? '',
    name: object.metadata.name,
  }));
  return { referrers: await referrersWithVisibility(context.visibility, keys) };
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
