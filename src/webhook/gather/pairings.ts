import type { UncheckedObject } from '../../api/unchecked-object.ts';
import type { Catalog, FoundDefinition } from '../../catalog/catalog.ts';
import type { Facts, MaybeNamed, RequestFacts } from '../../domain/admission/facts.ts';
import { sameJson } from '../../domain/json/canonical-json.ts';
import { referenceFields } from '../../domain/refs/reference-fields.ts';
import { sameRef } from '../../domain/refs/same-ref.ts';
import { usesByDeployment } from '../../domain/refs/uses.ts';
import { topologyRevisionAnnotation } from '../../domain/annotations.ts';
import { sameTopology } from '../../domain/spoke/admission-defaults.ts';
import type { GatherContext } from './context.ts';
import { evaluatePairs, type Pair } from './evaluate-pairs.ts';
import type { BoundedRendererContext } from './renders/bounded-renderer.ts';
import { PairRenderer } from './renders/of-pairs.ts';
import { editedHistory, resolvesToEdit } from './edited-history.ts';

export type PairingContext = Pick<GatherContext, 'catalog' | 'referrers' | 'visibility' | 'samples'> &
  BoundedRendererContext;

/** At most this many pairs are checked for one request; the controller checks the others when it renders. */
const maxPairs = 100;

/**
 * The pairs of an Environment and a profile that the request combines, with the problems of their overrides and of their renders; none
 * if it changes neither of the two. For an Environment that no deployment uses, the problem of its render for a sample.
 */
export async function gatherPairings(
  { kind, object, oldObject }: RequestFacts,
  context: PairingContext,
  { topology, unrendered = [] }: Pick<Facts, 'topology' | 'unrendered'> = {},
): Promise<Pick<Facts, 'pairings' | 'sampleRender'>> {
  if (object === undefined) return {};
  const pairs = await findPairs(kind, object, oldObject, context);
  const evaluated = await evaluatePairs(pairs, context.signal);
  // A topology that was just stopped would be stopped again, after the time that the request has left. That is reported already.
  const isSlow = topology?.state === 'unchecked' || unrendered.some(({ isStopped }) => isStopped);
  if (isSlow) return evaluated.length === 0 ? {} : { pairings: evaluated };
  if (evaluated.length > 0) return { pairings: await new PairRenderer(context).renderAll(kind, pairs, evaluated) };
  const isUnchanged = kind !== 'Environment' || (oldObject !== undefined && sameTopology(object, oldObject));
  const sampleRender = isUnchanged ? undefined : await new PairRenderer(context).sampleOf(object, oldObject);
  return sampleRender === undefined ? {} : { sampleRender };
}

async function findPairs(
  kind: string,
  object: UncheckedObject,
  oldObject: UncheckedObject | undefined,
  context: PairingContext,
): Promise<Pair[]> {
  if (kind === 'WorkloadDeployment') return pairOfDeployment(object, oldObject, context);
  const changes = (field: string) => !sameJson(object.spec?.[field], oldObject?.spec?.[field]);
  const isRenderedAnew = oldObject === undefined || !sameTopology(object, oldObject);
  if (kind === 'Environment' && (changes('policies') || isRenderedAnew))
    return pairsOfEdit(kind, object, oldObject, context);
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
      now: { environment: environment.spec, topologyStamp: environment.topologyStamp, profile: profile.spec },
      deployment: object,
    },
  ];
}

/** A created or edited Environment or profile, and the object that a deployment combines it with. */
interface EditedPair {
  /** What the ref resolved to before the request; absent if the ref could not be resolved before. */
  before: FoundDefinition | undefined;
  other: FoundDefinition;
  deployment: UncheckedObject;
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
    pairs.map(async ({ before, other, deployment }): Promise<Pair> => {
      if (kind === 'Environment') {
        const profile = other.spec;
        return {
          deployment,
          environment: self,
          profile: await context.visibility.of('WorkloadProfile', other),
          now: { environment: spec, topologyStamp: object.metadata.annotations?.[topologyRevisionAnnotation], profile },
          ...(before === undefined
            ? {}
            : { before: { environment: before.spec, topologyStamp: before.topologyStamp, profile } }),
        };
      }
      const unedited = { environment: other.spec, topologyStamp: other.topologyStamp };
      return {
        deployment,
        environment: await context.visibility.of('Environment', other),
        profile: self,
        now: { ...unedited, profile: spec },
        ...(before === undefined ? {} : { before: { ...unedited, profile: before.spec } }),
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
      { before, other, deployment },
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
