import type { Facts, RequestFacts } from '../../domain/admission/facts.ts';
import { neededRights } from '../../domain/admission/needed-rights.ts';
import type { GatherContext } from './context.ts';

/** The rights that the request needs and its user lacks. */
export async function gatherMissingRights(
  request: RequestFacts,
  context: GatherContext,
): Promise<Pick<Facts, 'missingRights'>> {
  const { catalog, user, sharedHubNamespaces, signal } = context;
  const needed = neededRights(request, { system: catalog.systemNamespace, hub: sharedHubNamespaces });
  const allowed = await Promise.all(needed.map((right) => context.isAllowed(user, right, signal)));
  const missingRights = needed.filter((_, index) => allowed[index] !== true);
  return missingRights.length === 0 ? {} : { missingRights };
}
