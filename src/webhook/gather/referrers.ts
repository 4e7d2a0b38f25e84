import type { UncheckedObject } from '../../api/unchecked-object.ts';
import type { Facts, RequestFacts } from '../../domain/admission/facts.ts';
import { environmentRevisionAnnotation } from '../../domain/annotations.ts';
import { topologyOf } from '../../domain/json/fields.ts';
import { writtenRef } from '../../domain/refs/read-ref.ts';
import { fieldOfKind } from '../../domain/refs/reference-fields.ts';
import { readReferenceStamp, type ReferenceStamp } from '../../domain/refs/reference-stamp.ts';
import { usesByDeployment, usesByTopology } from '../../domain/refs/uses.ts';
import { parseRef } from '../../domain/refs/version-ref.ts';
import { readDeploymentStatus } from '../../domain/spoke/from-status.ts';
import type { GatherContext } from './context.ts';
import { referrersWithVisibility } from './name-visibility.ts';

export type ReferrerContext = Pick<GatherContext, 'catalog' | 'referrers' | 'visibility' | 'namespaceState' | 'signal'>;

/** Who uses a definition that is deleted, except objects that are being deleted themselves. */
export async function gatherReferrers(
  { operation, kind, namespace, name }: RequestFacts,
  context: ReferrerContext,
): Promise<Pick<Facts, 'referrers'>> {
  if (operation !== 'DELETE' || kind === 'WorkloadDeployment') return {};
  const found = await referrersOf({ kind, namespace, name }, context);
  const staying = found.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const foreign = staying.filter(({ metadata }) => metadata.namespace !== namespace);
  const isTerminating = async () => (await context.namespaceState(namespace, context.signal))?.terminating === true;
  // In a namespace that is being deleted, no object blocks the deletion of another.
  const blocking = staying.length > foreign.length && (await isTerminating()) ? foreign : staying;
  const keys = blocking.map(({ kind: ofKind, metadata }) => ({
    kind: ofKind === '' ? 'WorkloadDeployment' : ofKind,
    namespace: metadata.namespace ?? '',
    name: metadata.name,
  }));
  return { referrers: await referrersWithVisibility(context.visibility, keys) };
}

interface Target {
  kind: string;
  namespace: string;
  name: string;
}

async function referrersOf({ kind, namespace, name }: Target, context: ReferrerContext): Promise<UncheckedObject[]> {
  const { systemNamespace } = context.catalog;
  switch (kind) {
    case 'Environment':
    case 'WorkloadProfile': {
      const found = await context.referrers.byReference(fieldOfKind(kind), name);
      return found
        .filter((user) => usesByDeployment(user, kind, { namespace, name }, systemNamespace).length > 0)
        .map((user) => ({ ...user, kind: 'WorkloadDeployment' }));
    }
    case 'PolicyDefinition':
      // PolicyDefinitions in other namespaces are not used.
      return namespace === systemNamespace ? referrersOfTopology(name, context) : [];
    default:
      return [];
  }
}

/** Environments of a topology, and deployments that still use a revision of an Environment that had it. */
async function referrersOfTopology(name: string, context: ReferrerContext): Promise<UncheckedObject[]> {
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
      filterAsync(await referrers.byReference('environmentRef', environment), (deployment) =>
        usesRevision(deployment, keys, context),
      ),
    ),
  );
  return [
    ...environments.map((user) => ({ ...user, kind: 'Environment' })),
    ...deployments.flat().map((user) => ({ ...user, kind: 'WorkloadDeployment' })),
  ];
}

/** Whether a deployment uses one of some revisions, or asks for one of them. `keys`: `namespace/name@revision`. */
async function usesRevision(
  deployment: UncheckedObject,
  keys: ReadonlySet<string>,
  { catalog }: ReferrerContext,
): Promise<boolean> {
  const isAmong = ({ namespace, name, revision }: ReferenceStamp) => keys.has(`${namespace}/${name}@${revision}`);
  const used = readDeploymentStatus(deployment).environment ?? pinnedRevision(deployment);
  if (used !== undefined && isAmong(used)) return true;
  const desired = await catalog.environmentOf(deployment);
  return desired?.state === 'found' && isAmong(desired);
}

/** The revision in the stamp of a pinned ref to an Environment, which is known before anything is applied. */
function pinnedRevision({ metadata, spec }: UncheckedObject): ReferenceStamp | undefined {
  const written = writtenRef(spec, 'environmentRef');
  const parsed = written === undefined ? undefined : parseRef(written.text);
  const isPinned = parsed?.ok === true && ['number', 'version'].includes(parsed.ref.selector.kind);
  return isPinned ? readReferenceStamp(metadata.annotations?.[environmentRevisionAnnotation]) : undefined;
}

async function filterAsync<T>(items: readonly T[], matches: (item: T) => Promise<boolean>): Promise<T[]> {
  const answers = await Promise.all(items.map(matches));
  return items.filter((_, index) => answers[index]);
}
