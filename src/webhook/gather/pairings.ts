import type { UncheckedObject } from '../../api/unchecked-object.ts';
import type { Catalog, FoundDefinition } from '../../catalog/catalog.ts';
import type { Facts, Pairing, RequestFacts } from '../../domain/admission/facts.ts';
import { overrideInputOf } from '../../domain/admission/override-input.ts';
import { sameJson } from '../../domain/json/canonical-json.ts';
import { referenceFields } from '../../domain/refs/reference-fields.ts';
import { sameRef } from '../../domain/refs/same-ref.ts';
import { usesByDeployment } from '../../domain/refs/uses.ts';
import type { GatherContext } from './context.ts';
import { editedHistory, resolvesToEdit } from './edited-history.ts';

export type PairingContext = Pick<GatherContext, 'catalog' | 'referrers' | 'visibility'>;

/** At most this many pairs are checked for one edit; the controller checks the others when it renders. */
const maxPairs = 100;

/** The pairs of an Environment and a profile that the request combines; none if it changes neither of the two. */
export async function gatherPairings(
  { kind, object, oldObject }: RequestFacts,
  context: PairingContext,
): Promise<Pick<Facts, 'pairings'>> {
  if (object === undefined) return {};
  const pairings = await findPairings(kind, object, oldObject, context);
  return pairings.length === 0 ? {} : { pairings };
}

async function findPairings(
  kind: string,
  object: UncheckedObject,
  oldObject: UncheckedObject | undefined,
  context: PairingContext,
): Promise<Pairing[]> {
  if (kind === 'WorkloadDeployment') return pairingOfDeployment(object, oldObject, context);
  if (oldObject === undefined) return [];
  const changes = (field: string) => !sameJson(object.spec?.[field], oldObject.spec?.[field]);
  if (kind === 'Environment' && changes('policies')) return pairingsOfEdit(kind, object, oldObject, context);
  if (kind === 'WorkloadProfile' && changes('workload')) return pairingsOfEdit(kind, object, oldObject, context);
  return [];
}

/** The Environment and the profile that a deployment refers to, if the request changes one of the refs. */
async function pairingOfDeployment(
  object: UncheckedObject,
  oldObject: UncheckedObject | undefined,
  { catalog, visibility }: PairingContext,
): Promise<Pairing[]> {
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
      now: overrideInputOf(environment.spec, profile.spec),
    },
  ];
}

/** An edited Environment or profile, and the object that a deployment combines it with. */
interface EditedPair {
  /** The edited object before the edit; absent if the ref could not be resolved before. */
  before: FoundDefinition | undefined;
  other: FoundDefinition;
}

type PairedKind = 'Environment' | 'WorkloadProfile';

async function pairingsOfEdit(
  kind: PairedKind,
  object: UncheckedObject,
  oldObject: UncheckedObject,
  context: PairingContext,
): Promise<Pairing[]> {
  const { namespace = '', name } = object.metadata;
  const self = { namespace, name, visible: true };
  const spec = object.spec ?? {};
  const pairs = await editedPairs(kind, object, oldObject, context);
  return Promise.all(
    pairs.map(async ({ before, other }): Promise<Pairing> => {
      if (kind === 'Environment') {
        return {
          environment: self,
          profile: await context.visibility.of('WorkloadProfile', other),
          now: overrideInputOf(spec, other.spec),
          ...(before === undefined ? {} : { before: overrideInputOf(before.spec, other.spec) }),
        };
      }
      return {
        environment: await context.visibility.of('Environment', other),
        profile: self,
        now: overrideInputOf(other.spec, spec),
        ...(before === undefined ? {} : { before: overrideInputOf(other.spec, before.spec) }),
      };
    }),
  );
}

/** The distinct pairs of the deployments whose refs resolve to the edited content. */
async function editedPairs(
  kind: PairedKind,
  object: UncheckedObject,
  oldObject: UncheckedObject,
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
    if (before !== undefined && before.namespace !== namespace) continue;
    const other = await findReferenced(otherKind, deployment, catalog);
    if (other === undefined) continue;
    pairs.set(`${before?.revision ?? 0} ${other.namespace}/${other.name}@${other.revision}`, { before, other });
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
