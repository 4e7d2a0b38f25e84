import type { UncheckedObject } from '../../api/unchecked-object.ts';
import type { Catalog, FoundDefinition } from '../../catalog/catalog.ts';
import type { Facts, MaybeNamed, RequestFacts } from '../../domain/admission/facts.ts';
import { sameJson } from '../../domain/json/canonical-json.ts';
import { referenceFields } from '../../domain/refs/reference-fields.ts';
import { sameRef } from '../../domain/refs/same-ref.ts';
import { usesByDeployment } from '../../domain/refs/uses.ts';
import type { GatherContext } from './context.ts';
import { evaluatePairs, type Pair } from './evaluate-pairs.ts';
import { editedHistory, resolvesToEdit } from './edited-history.ts';

export type PairingContext = Pick<GatherContext, 'catalog' | 'referrers' | 'visibility' | 'signal'>;

/** At most this many pairs are checked for one request; the controller checks the others when it renders. */
const maxPairs = 100;

/** The pairs of an Environment and a profile that the request combines; none if it changes neither of the two. */
export async function gatherPairings(
  { kind, object, oldObject }: RequestFacts,
  context: PairingContext,
): Promise<Pick<Facts, 'pairings'>> {
  if (object === undefined) return {};
  const pairs = await findPairs(kind, object, oldObject, context);
  const pairings = await evaluatePairs(pairs, context.signal);
  return pairings.length === 0 ? {} : { pairings };
}

async function findPairs(
  kind: string,
  object: UncheckedObject,
  oldObject: UncheckedObject | undefined,
  context: PairingContext,
): Promise<Pair[]> {
  if (kind === 'WorkloadDeployment') return pairOfDeployment(object, oldObject, context);
  const changes = (field: string) => !sameJson(object.spec?.[field], oldObject?.spec?.[field]);
  if (kind === 'Environment' && changes('policies')) return pairsOfEdit(kind, object, oldObject, context);
  if (kind === 'WorkloadProfile' && changes('workload')) return pairsOfEdit(kind, object, oldObject, context);
  return [];
}

/** The Environment and the profile that a deployment refers to, if the request changes one of the refs. */
async function pairOfDeployment(
  object: UncheckedObject,
  oldObject: UncheckedObject | undefined,
  { catalog, visibility }: PairingContext,
): Promise<Pair[]> {
  const isUnchanged = referenceFields.every(({ field }) => sameRef(object.spec?.[field], oldObject?.spec?.[field]));
  if (oldObject !== undefined && isUnchanged) return [];
  const [environment, profile] = await Promise.all([
    findReferenced('Environment', object, catalog),
    findReferenced('WorkloadProfile', object, catalog),
  ]);
  if (environment === undefined || profile === undefined) return [];
  return [
    {
      environment: await visibility.of('Environment', environment),
      profile: await visibility.of('WorkloadProfile', profile),
      now: { environment: environment.spec, profile: profile.spec },
    },
  ];
}

/** A created or edited Environment or profile, and the object that a deployment combines it with. */
interface EditedPair {
  /** What the ref resolved to before the request; absent if the ref could not be resolved before. */
  before: FoundDefinition | undefined;
  other: FoundDefinition;
}

type PairedKind = 'Environment' | 'WorkloadProfile';

async function pairsOfEdit(
  kind: PairedKind,
  object: UncheckedObject,
  oldObject: UncheckedObject | undefined,
  context: PairingContext,
): Promise<Pair[]> {
  const { namespace = '', name } = object.metadata;
  const self: MaybeNamed = { namespace, name, visible: true };
  const spec = object.spec ?? {};
  const pairs = await editedPairs(kind, object, oldObject, context);
  return Promise.all(
    pairs.map(async ({ before, other }): Promise<Pair> => {
      if (kind === 'Environment') {
        return {
          environment: self,
          profile: await context.visibility.of('WorkloadProfile', other),
          now: { environment: spec, profile: other.spec },
          ...(before === undefined ? {} : { before: { environment: before.spec, profile: other.spec } }),
        };
      }
      return {
        environment: await context.visibility.of('Environment', other),
        profile: self,
        now: { environment: other.spec, profile: spec },
        ...(before === undefined ? {} : { before: { environment: other.spec, profile: before.spec } }),
      };
    }),
  );
}

/** The distinct pairs of the deployments whose refs resolve to the new content. Deployments may be older than what they refer to. */
async function editedPairs(
  kind: PairedKind,
  object: UncheckedObject,
  oldObject: UncheckedObject | undefined,
  { catalog, referrers }: PairingContext,
): Promise<EditedPair[]> {
  const { namespace = '', name } = object.metadata;
  const history = await editedHistory(catalog, kind, { object, oldObject });
  if (history === undefined) return [];
  const candidates = await referrers.byReference({ kind, namespace, name });
  const affected = candidates.filter((deployment) =>
    usesByDeployment(deployment, kind, { namespace, name }, catalog.systemNamespace).some(({ selector }) =>
      resolvesToEdit(selector, history),
    ),
  );
  const otherKind = kind === 'Environment' ? 'WorkloadProfile' : 'Environment';
  const pairs = new Map<string, EditedPair>();
  for (const deployment of affected) {
    if (pairs.size >= maxPairs) break;
    const before = await findReferenced(kind, deployment, catalog);
    // A profile in the namespace of the deployment takes precedence over one of the same name in the system namespace.
    if (before !== undefined && before.namespace !== namespace && namespace === catalog.systemNamespace) continue;
    const other = await findReferenced(otherKind, deployment, catalog);
    if (other === undefined) continue;
    pairs.set(
      `${before?.namespace ?? ''}@${before?.revision ?? 0} ${other.namespace}/${other.name}@${other.revision}`,
      { before, other },
    );
  }
  return [...pairs.values()];
}

async function findReferenced(
  kind: PairedKind,
  deployment: UncheckedObject,
  catalog: Catalog,
): Promise<FoundDefinition | undefined> {
  const found = await (kind === 'Environment' ? catalog.environmentOf(deployment) : catalog.profileOf(deployment));
  return found?.state === 'found' ? found : undefined;
}
