import { isJsonObject, type JsonObject, type JsonValue } from '../../api/object.ts';
import { sameJson } from '../../domain/json/canonical-json.ts';
import type { Component } from '../../api/workload.ts';
import type { FoundDefinition } from '../../catalog/catalog.ts';
import type { GatherContext } from './context.ts';
import type { RequestFacts } from '../../domain/admission/facts.ts';
import { overrideFindings, type Overriding, type Pairing } from '../../domain/admission/override-findings.ts';
import type { PolicyToApply } from '../../domain/overrides/overrides.ts';
import { usesByDeployment } from '../../domain/refs/uses.ts';
import { sameRef } from '../../domain/refs/same-ref.ts';
import { comesToUse, editedHistory } from './edited-history.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import type { Violation } from '../../domain/violation.ts';

type PairingContext = Pick<GatherContext, 'catalog' | 'referrers' | 'visibility'>;

/** Pairs of an Environment and a profile that one edit is looked at with; those beyond are looked at by the controller alone. */
const mostPairs = 100;

/** What overrides have to say about what the request brings together: nothing where it changes neither side. */
export async function gatherOverrides(request: RequestFacts, context: PairingContext): Promise<Violation[]> {
  const { kind, object, oldObject } = request;
  if (object === undefined) return [];
  if (kind === 'WorkloadDeployment') return overrideFindings(kind, await pairOf(object, oldObject, context));
  if (oldObject === undefined) return [];
  if (kind === 'Environment' && !sameJson(object.spec?.['policies'], oldObject.spec?.['policies'])) {
    return overrideFindings(kind, await pairsOf(kind, object, oldObject, context));
  }
  if (kind === 'WorkloadProfile' && !sameJson(object.spec?.['workload'], oldObject.spec?.['workload'])) {
    return overrideFindings(kind, await pairsOf(kind, object, oldObject, context));
  }
  return [];
}

/** The Environment and the profile that a deployment asks for, if it asks for another of one of them than before. */
async function pairOf(
  object: UncheckedObject,
  oldObject: UncheckedObject | undefined,
  context: PairingContext,
): Promise<Pairing[]> {
  const refs = ['environmentRef', 'workloadProfileRef'];
  const same = (field: string) => sameRef(object.spec?.[field], oldObject?.spec?.[field]);
  if (oldObject !== undefined && refs.every(same)) return [];
  const [environment, profile] = await Promise.all([environmentOf(object, context), profileOf(object, context)]);
  if (environment === undefined || profile === undefined) return [];
  return [
    {
      environment: await context.visibility.of('Environment', environment),
      profile: await context.visibility.of('WorkloadProfile', profile),
      now: overriding(environment.spec, profile.spec),
    },
  ];
}

/** What an edited Environment is used with, or an edited profile. */
async function pairsOf(
  kind: 'Environment' | 'WorkloadProfile',
  object: UncheckedObject,
  oldObject: UncheckedObject,
  context: PairingContext,
): Promise<Pairing[]> {
  const { catalog, referrers, visibility } = context;
  const { namespace = '', name } = object.metadata;
  const history = await editedHistory(catalog, kind, { object, oldObject });
  if (history === undefined) return [];
  const candidates = await referrers.byReference(
    kind === 'Environment' ? 'environmentRef' : 'workloadProfileRef',
    name,
  );
  // Whoever stays at another revision is not concerned.
  const followers = candidates.filter((deployment) =>
    usesByDeployment(deployment, kind, { namespace, name }, catalog.systemNamespace).some(({ selector }) =>
      comesToUse(selector, history),
    ),
  );
  const pairs = new Map<string, { own: FoundDefinition | undefined; other: FoundDefinition }>();
  for (const deployment of followers) {
    if (pairs.size >= mostPairs) break;
    const own =
      kind === 'Environment' ? await environmentOf(deployment, context) : await profileOf(deployment, context);
    // A profile in the deployment's own namespace stands before one of the same name in the system namespace.
    if (own !== undefined && own.namespace !== namespace) continue;
    const other =
      kind === 'Environment' ? await profileOf(deployment, context) : await environmentOf(deployment, context);
    if (other === undefined) continue;
    pairs.set(`${own?.revision ?? 0} ${other.namespace}/${other.name}@${other.revision}`, { own, other });
  }
  const self = { namespace, name, visible: true };
  const now = object.spec ?? {};
  return Promise.all(
    [...pairs.values()].map(async ({ own, other }): Promise<Pairing> =>
      kind === 'Environment'
        ? {
            environment: self,
            profile: await visibility.of('WorkloadProfile', other),
            now: overriding(now, other.spec),
            ...(own === undefined ? {} : { before: overriding(own.spec, other.spec) }),
          }
        : {
            environment: await visibility.of('Environment', other),
            profile: self,
            now: overriding(other.spec, now),
            ...(own === undefined ? {} : { before: overriding(other.spec, own.spec) }),
          },
    ),
  );
}

async function environmentOf(
  deployment: UncheckedObject,
  { catalog }: PairingContext,
): Promise<FoundDefinition | undefined> {
  const found = await catalog.environmentOf(deployment);
  return found?.state === 'found' ? found : undefined;
}

async function profileOf(
  deployment: UncheckedObject,
  { catalog }: PairingContext,
): Promise<FoundDefinition | undefined> {
  const found = await catalog.profileOf(deployment);
  return found?.state === 'found' ? found : undefined;
}

function overriding(environment: JsonObject, profile: JsonObject): Overriding {
  const policies = environment['policies'];
  const workload = profile['workload'];
  const components = isJsonObject(workload) ? workload['components'] : undefined;
  return {
    policies: Array.isArray(policies) ? policies.filter(isPolicy) : [],
    components: Array.isArray(components) ? components.filter(isComponent) : [],
  };
}

function isPolicy(value: JsonValue): value is JsonValue & PolicyToApply {
  return isJsonObject(value) && typeof value['name'] === 'string';
}

function isComponent(value: JsonValue): value is JsonValue & Component {
  return isJsonObject(value) && typeof value['name'] === 'string' && typeof value['type'] === 'string';
}
