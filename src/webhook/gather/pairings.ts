import type { RevisionedKindName } from '../../api/definition-revision.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../api/object.ts';
import { workloadProfileRevisionAnnotation } from '../../domain/annotations.ts';
import { sameJson, type Hash } from '../../domain/json/canonical-json.ts';
import type { Component } from '../../api/workload.ts';
import { locate, profileNamespaces, type DefinitionStore, type Located } from '../../catalog/catalog.ts';
import type { RequestFacts } from '../../domain/admission/facts.ts';
import { overrideFindings, type Overriding, type Pairing } from '../../domain/admission/override-findings.ts';
import type { PolicyToApply } from '../../domain/overrides/overrides.ts';
import { usesByDeployment } from '../../domain/refs/uses.ts';
import { readReferenceStamp } from '../../domain/refs/reference-stamp.ts';
import { sameRef } from '../../domain/refs/same-ref.ts';
import type { ReferrerIndex } from '../../catalog/referrers.ts';
import { comesToUse, editedHistory } from './edited-history.ts';
import type { NameVisibility } from './name-visibility.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import type { Violation } from '../../domain/violation.ts';

export interface OverrideSources {
  definitions: DefinitionStore;
  users: ReferrerIndex;
  sight: NameVisibility;
  hash: Hash;
  systemNamespace: string;
}

/** Pairs of an Environment and a profile that one edit is looked at with; those beyond are looked at by the controller alone. */
const mostPairs = 100;

type Found = Extract<Located, { state: 'found' }>;

/** What overrides have to say about what the request brings together: nothing where it changes neither side. */
export async function gatherOverrides(request: RequestFacts, sources: OverrideSources): Promise<Violation[]> {
  const { kind, object, oldObject } = request;
  if (object === undefined) return [];
  if (kind === 'WorkloadDeployment') return overrideFindings(kind, await pairOf(object, oldObject, sources));
  if (oldObject === undefined) return [];
  if (kind === 'Environment' && !sameJson(object.spec?.['policies'], oldObject.spec?.['policies'])) {
    return overrideFindings(kind, await pairsOf(kind, object, oldObject, sources));
  }
  if (kind === 'WorkloadProfile' && !sameJson(object.spec?.['workload'], oldObject.spec?.['workload'])) {
    return overrideFindings(kind, await pairsOf(kind, object, oldObject, sources));
  }
  return [];
}

/** The Environment and the profile that a deployment asks for, if it asks for another of one of them than before. */
async function pairOf(
  object: UncheckedObject,
  oldObject: UncheckedObject | undefined,
  sources: OverrideSources,
): Promise<Pairing[]> {
  const refs = ['environmentRef', 'workloadProfileRef'];
  const same = (field: string) => sameRef(object.spec?.[field], oldObject?.spec?.[field]);
  if (oldObject !== undefined && refs.every(same)) return [];
  const [environment, profile] = await Promise.all([environmentOf(object, sources), profileOf(object, sources)]);
  if (environment === undefined || profile === undefined) return [];
  return [
    {
      environment: await sources.sight.of('Environment', environment),
      profile: await sources.sight.of('WorkloadProfile', profile),
      now: overriding(environment.spec, profile.spec),
    },
  ];
}

/** What an edited Environment is used with, or an edited profile. */
async function pairsOf(
  kind: 'Environment' | 'WorkloadProfile',
  object: UncheckedObject,
  oldObject: UncheckedObject,
  sources: OverrideSources,
): Promise<Pairing[]> {
  const { definitions, users, sight, systemNamespace, hash } = sources;
  const { namespace = '', name } = object.metadata;
  const history = await editedHistory(definitions, kind, { object, oldObject }, hash);
  if (history === undefined) return [];
  const candidates = await users.byReference(kind === 'Environment' ? 'environmentRef' : 'workloadProfileRef', name);
  // Whoever stays at another revision is not concerned.
  const followers = candidates.filter((deployment) =>
    usesByDeployment(deployment, kind, { namespace, name }, systemNamespace).some(({ selector }) =>
      comesToUse(selector, history),
    ),
  );
  const pairs = new Map<string, { own: Found | undefined; other: Found }>();
  for (const deployment of followers) {
    if (pairs.size >= mostPairs) break;
    const own =
      kind === 'Environment' ? await environmentOf(deployment, sources) : await profileOf(deployment, sources);
    // A profile in the deployment's own namespace stands before one of the same name in the system namespace.
    if (own !== undefined && own.namespace !== namespace) continue;
    const other =
      kind === 'Environment' ? await profileOf(deployment, sources) : await environmentOf(deployment, sources);
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
            profile: await sight.of('WorkloadProfile', other),
            now: overriding(now, other.spec),
            ...(own === undefined ? {} : { before: overriding(own.spec, other.spec) }),
          }
        : {
            environment: await sight.of('Environment', other),
            profile: self,
            now: overriding(other.spec, now),
            ...(own === undefined ? {} : { before: overriding(other.spec, own.spec) }),
          },
    ),
  );
}

function environmentOf(deployment: UncheckedObject, sources: OverrideSources): Promise<Found | undefined> {
  return found('Environment', deployment, 'environmentRef', (own) => [own], sources);
}

function profileOf(deployment: UncheckedObject, sources: OverrideSources): Promise<Found | undefined> {
  const stamp = readReferenceStamp(deployment.metadata.annotations?.[workloadProfileRevisionAnnotation]);
  return found(
    'WorkloadProfile',
    deployment,
    'workloadProfileRef',
    (own) => profileNamespaces(own, sources.systemNamespace, stamp?.namespace),
    sources,
  );
}

async function found(
  kind: RevisionedKindName,
  { metadata, spec }: UncheckedObject,
  field: string,
  namespaces: (own: string) => string[],
  { definitions, hash }: OverrideSources,
): Promise<Found | undefined> {
  const ref: JsonValue | undefined = spec?.[field];
  if (!isJsonObject(ref) || typeof ref['name'] !== 'string') return undefined;
  const own = typeof ref['namespace'] === 'string' && ref['namespace'] !== '' ? ref['namespace'] : metadata.namespace;
  const located = await locate(definitions, kind, { name: ref['name'] }, namespaces(own ?? ''), hash);
  return located.state === 'found' ? located : undefined;
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
