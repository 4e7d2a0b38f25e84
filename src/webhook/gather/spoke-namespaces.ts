import { namespacePattern } from '../../api/schema.ts';
import { namespaceRight } from '../../domain/admission/needed-rights.ts';
import type { Facts, RequestFacts, SharedSpokeNamespace } from '../../domain/admission/facts.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import {
  forbiddenSharing,
  isListed,
  listedSpokeNamespaces,
  stampedSpokeNamespaces,
  type SpokeNamespaceUser,
} from '../../domain/spoke/spoke-namespaces.ts';
import { isProtectedNamespace } from '../../domain/spoke/protected-namespaces.ts';
import { keepsDestination, workloadNames } from '../../domain/spoke/workload-names.ts';
import { createChangeSources } from './changes/sources.ts';
import type { GatherContext } from './context.ts';

/** At most this many rights are asked for one request. Further namespaces count as not allowed. */
const maxReviews = 20;

/** The spoke namespaces that a deployment enters, and whether it may use them and share them. */
export async function gatherSpokeNamespaces(
  request: RequestFacts,
  context: GatherContext,
): Promise<Pick<Facts, 'spokeNamespaces'>> {
  const { kind, object, oldObject, namespace: hubNamespace, phase } = request;
  if (kind !== 'WorkloadDeployment' || object === undefined || keepsDestination(object, oldObject)) return {};
  const wanted = await wantedNamespaces(object, context);
  const before = oldObject === undefined ? undefined : workloadNames(oldObject)?.namespace;
  const entered = wanted.filter((name) => name !== before);
  const kept = stampedSpokeNamespaces(oldObject?.metadata).filter((name) => wanted.includes(name));
  // No right permits a protected namespace.
  const others = entered.filter(
    (name) => name !== hubNamespace && !kept.includes(name) && !isProtectedNamespace(name, context.protectedNamespaces),
  );
  const { allowed, missing } = await authorize(others, hubNamespace, context);
  const usable = entered.filter((name) => !missing.includes(name));
  const shared = phase === 'validate' ? await sharedNamespaces(usable, request, context) : [];
  return { spokeNamespaces: { entered, missing, stamped: [...kept, ...allowed], shared } };
}

/** The namespaces of the work of a deployment. Only a custom topology may add some to that of the Workload. */
async function wantedNamespaces(object: UncheckedObject, context: GatherContext): Promise<string[]> {
  const names = workloadNames(object);
  if (names === undefined) return [];
  const { environments, renders } = createChangeSources(context);
  const rendered = await renders.customNamespacesFor(await environments.desired(object), names, object.metadata);
  return [...new Set([names.namespace, ...rendered])];
}

/** Which namespaces the requester has the right to use, of those that the Namespace on the hub does not list, and which not. */
async function authorize(
  names: readonly string[],
  hubNamespace: string,
  context: GatherContext,
): Promise<{ allowed: string[]; missing: string[] }> {
  if (names.length === 0) return { allowed: [], missing: [] };
  const { isOffline, user, signal } = context;
  const state = await context.namespaceState(hubNamespace, signal);
  const listed = listedSpokeNamespaces(state?.annotations);
  const unlisted = names.filter((name) => !isListed(listed, name));
  // Nobody has rights in files, so the Namespace decides if the files contain it.
  if (isOffline && state !== undefined) return { allowed: [], missing: unlisted };
  const asked = unlisted.filter((name) => new RegExp(namespacePattern).test(name)).slice(0, maxReviews);
  const answers = await Promise.all(
    asked.map((name) => context.isAllowed(user, namespaceRight('spoke', name, 'spec.workload.namespace'), signal)),
  );
  const allowed = asked.filter((_, index) => answers[index] === true);
  return { allowed, missing: unlisted.filter((name) => !allowed.includes(name)) };
}

/** The spoke namespaces that a deployment of another hub namespace uses, if not both hub namespaces list them. */
async function sharedNamespaces(
  names: readonly string[],
  { namespace: hubNamespace }: RequestFacts,
  context: GatherContext,
): Promise<SharedSpokeNamespace[]> {
  const found: SharedSpokeNamespace[] = [];
  for (const spokeNamespace of names) {
    const users = await otherUsers(spokeNamespace, hubNamespace, context);
    if (users.length === 0) continue;
    const listed = await listedBy(hubNamespace, context);
    // In files, the Namespace may be missing; then it is not known what it lists.
    if (listed === undefined) continue;
    for (const { deployment, unlisted } of forbiddenSharing(spokeNamespace, { hubNamespace, listed }, users)) {
      const named = await context.visibility.of('WorkloadDeployment', deployment);
      found.push({ spokeNamespace, deployment: named, unlisted });
    }
  }
  return found;
}

/** The deployments of other hub namespaces in a spoke namespace. */
async function otherUsers(
  spokeNamespace: string,
  hubNamespace: string,
  context: GatherContext,
): Promise<SpokeNamespaceUser[]> {
  const deployments = await context.referrers.inSpokeNamespace(spokeNamespace);
  const others = deployments.filter(
    ({ metadata }) => metadata.namespace !== hubNamespace && metadata.deletionTimestamp === undefined,
  );
  const users = await Promise.all(
    others.map(async ({ metadata }): Promise<SpokeNamespaceUser[]> => {
      const { namespace = '', name } = metadata;
      const listed = await listedBy(namespace, context);
      return listed === undefined
        ? []
        : [{ hubNamespace: namespace, name, listed, stamped: stampedSpokeNamespaces(metadata) }];
    }),
  );
  return users.flat();
}

/** What a Namespace on the hub lists; `undefined` if that is not known, because the files do not contain it. */
async function listedBy(hubNamespace: string, context: GatherContext): Promise<string[] | undefined> {
  const state = await context.namespaceState(hubNamespace, context.signal);
  return context.isOffline && state === undefined ? undefined : listedSpokeNamespaces(state?.annotations);
}
