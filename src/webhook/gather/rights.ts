import { definitionRevisions } from '../../api/kinds.ts';
import type { Facts, NeededRight, RequestFacts } from '../../domain/admission/facts.ts';
import { hubNamespacesOf, namespaceRight, neededRights, restoreRight } from '../../domain/admission/needed-rights.ts';
import { readRef } from '../../domain/refs/read-ref.ts';
import { resolve } from '../../domain/refs/resolution.ts';
import { sameRef } from '../../domain/refs/same-ref.ts';
import { readAllowedHubNamespaces } from '../../domain/revisions/allowed-hub-namespaces.ts';
import type { GatherContext } from './context.ts';

/** The rights that the request needs and its user lacks, and the hub namespaces that an Environment may use. */
export async function gatherMissingRights(
  request: RequestFacts,
  context: GatherContext,
): Promise<Pick<Facts, 'missingRights' | 'allowedHubNamespaces'>> {
  const { catalog, renderSettings } = context;
  const { sharedHubNamespaces } = renderSettings;
  const needed = neededRights(request, { system: catalog.systemNamespace, hub: sharedHubNamespaces });
  const missing = await missingOf(needed, context);
  const required = missing.filter(({ optional }) => optional !== true);
  // What an Environment contains is nothing to tell to a requester who may not use it.
  const missingRights =
    required.length > 0 ? required : await missingOf(await revisionRights(request, context), context);
  return {
    ...(missingRights.length === 0 ? {} : { missingRights }),
    ...allowedHubNamespaces(request, missing, sharedHubNamespaces),
  };
}

/** Whether the requester may create a revision, as from a backup. Offline, rights are not known. */
export async function gatherRestoreRight(
  request: RequestFacts,
  context: GatherContext,
): Promise<Pick<Facts, 'mayRestore'>> {
  const { user, isOffline, revisionWriters, signal } = context;
  const { kind, operation, username } = request;
  if (kind !== definitionRevisions.kind || operation !== 'CREATE') return {};
  if (isOffline || revisionWriters.includes(username)) return {};
  return (await context.isAllowed(user, restoreRight(request), signal)) ? { mayRestore: true } : {};
}

async function missingOf(needed: readonly NeededRight[], context: GatherContext): Promise<NeededRight[]> {
  const { user, signal } = context;
  const allowed = await Promise.all(needed.map((right) => context.isAllowed(user, right, signal)));
  return needed.filter((_, index) => allowed[index] !== true);
}

function allowedHubNamespaces(
  { kind, object }: RequestFacts,
  missing: readonly NeededRight[],
  shared: readonly string[],
): Pick<Facts, 'allowedHubNamespaces'> {
  if (kind !== 'Environment' || object === undefined) return {};
  const denied = new Set(missing.map(({ name }) => name));
  const named = hubNamespacesOf(object, shared).map(({ namespace }) => namespace);
  return { allowedHubNamespaces: named.filter((namespace) => !denied.has(namespace)) };
}

/**
 * The rights for the hub namespaces of an old revision of an Environment that a ref is changed to. Those that the Environment may
 * use now need none: whoever may refer to the Environment may use them.
 */
async function revisionRights(
  request: RequestFacts,
  { catalog, renderSettings }: GatherContext,
): Promise<NeededRight[]> {
  const { kind, object, oldObject, namespace } = request;
  if (kind !== 'WorkloadDeployment' || object === undefined) return [];
  if (sameRef(object.spec?.['environmentRef'], oldObject?.spec?.['environmentRef'])) return [];
  const read = readRef({ spec: object.spec, metadata: { namespace } }, 'environmentRef', catalog.systemNamespace);
  if (read === undefined || read.ref.selector.kind === 'newest') return [];
  const { ref } = read;
  const found = await catalog.find('Environment', read);
  const { definition, history } = found;
  if (definition === undefined || history === undefined) return [];
  const resolution = resolve(ref.selector, history);
  if (resolution.state !== 'resolved' || resolution.revision === history.newest.revision) return [];
  const spec = await catalog.specAt('Environment', definition, resolution.revision);
  const now = readAllowedHubNamespaces(definition.metadata);
  return hubNamespacesOf(spec === undefined ? undefined : { spec }, renderSettings.sharedHubNamespaces)
    .filter((named) => !now.includes(named.namespace))
    .map((named) => ({
      ...namespaceRight('hub', named.namespace, 'spec.environmentRef.name'),
      namedBy: `revision ${resolution.revision} of Environment ${found.namespace}/${ref.name}`,
    }));
}
