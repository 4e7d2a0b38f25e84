import { workloadDeployments } from '../../api/kinds.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import { spokeNamespacesOf } from '../../catalog/referrers/keys.ts';
import { acknowledgedIn, acknowledgedNamespacesOf } from '../../domain/admission/acknowledgement.ts';
import type { Facts, RequestFacts } from '../../domain/admission/facts.ts';
import { deploymentsOfTopology } from './changes/of-topology-edit.ts';
import type { GatherContext } from './context.ts';

/** At most this many rights are asked for one request. An acknowledgement does not cover further hub namespaces. */
const maxReviews = 20;

/**
 * For a request whose object has an acknowledgement: other hub namespaces in which the requester may override too. Mutation
 * stamps them on the object, so that the controller knows which findings the acknowledgement covers.
 */
export async function gatherOverridableNamespaces(
  request: RequestFacts,
  context: GatherContext,
): Promise<Pick<Facts, 'overridableNamespaces'>> {
  if (acknowledgedIn(request).size === 0) return {};
  // A deletion follows from the acknowledgement of whoever set it. The controller reads the same stamp before it deletes.
  if (request.object === undefined) return { overridableNamespaces: acknowledgedNamespacesOf(request.oldObject) };
  const concerned = await concernedNamespaces(request, context);
  const asked = concerned.filter((namespace) => namespace !== request.namespace).slice(0, maxReviews);
  const { group, plural: resource } = workloadDeployments;
  const answers = await Promise.all(
    asked.map((namespace) =>
      context.isAllowed(context.user, { path: '', verb: 'override', group, resource, namespace }, context.signal),
    ),
  );
  const overridableNamespaces = asked.filter((_, index) => answers[index] === true);
  return overridableNamespaces.length === 0 ? {} : { overridableNamespaces };
}

/** The hub namespaces of the deployments that a request may affect on spokes; on validation, those in the stamp. */
async function concernedNamespaces(request: RequestFacts, context: GatherContext): Promise<string[]> {
  if (request.phase === 'validate') return acknowledgedNamespacesOf(request.object);
  const deployments = await affectedDeployments(request, context);
  const spokeNamespaces = new Set(deployments.flatMap(spokeNamespacesOf));
  const peers = await Promise.all([...spokeNamespaces].map((name) => context.referrers.inSpokeNamespace(name)));
  const namespaces = [...deployments, ...peers.flat()].map(({ metadata }) => metadata.namespace ?? '');
  return [...new Set(namespaces)].toSorted();
}

/** The deployment of a request before and after it, or the deployments that refer to its Environment or use its topology. */
async function affectedDeployments(
  { kind, namespace, name, object, oldObject }: RequestFacts,
  { referrers }: GatherContext,
): Promise<UncheckedObject[]> {
  if (kind === 'WorkloadDeployment') return [object, oldObject].filter((each) => each !== undefined);
  if (kind === 'PolicyDefinition') return deploymentsOfTopology(name, referrers);
  if (kind !== 'Environment') return [];
  return referrers.byReference({ kind, namespace, name });
}
