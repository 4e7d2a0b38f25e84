import type { RevisionedKindName } from '../api/definition-revision.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../api/object.ts';
import { workloadProfileRevisionAnnotation } from '../domain/annotations.ts';
import { sameJson, type Hash } from '../domain/canonical-json.ts';
import type { Component } from '../api/workload.ts';
import type { Violation } from '../domain/decision.ts';
import { locate, profileNamespaces, type Definitions, type Located } from '../domain/definitions.ts';
import type { RequestFacts, RequestObject } from '../domain/facts.ts';
import { overrideFindings, type Overriding, type Pairing } from '../domain/override-findings.ts';
import type { PolicyToApply } from '../domain/overrides.ts';
import { usesByDeployment } from '../domain/pin.ts';
import { readReferenceStamp } from '../domain/reference-stamp.ts';
import { sameRef } from '../domain/same-ref.ts';
import type { UserLookup } from '../definitions/deployments.ts';
import type { Sight } from './sight.ts';

export interface OverrideSources {
  definitions: Definitions;
  users: UserLookup;
  sight: Sight;
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
  object: RequestObject,
  oldObject: RequestObject | undefined,
  sources: OverrideSources,
): Promise<Pairing[]> {
  const refs = ['environmentRef', 'workloadProfileRef'];
  const same = (field: string) => sameRef(object.spec?.[field], oldObject?.spec?.[field]);
  if (oldObject !== undefined && refs.every(same)) return [];
  const [environment, profile] = await Promise.all([environmentOf(object, sources), profileOf(object, sources)]);
  if (environment === undefined || profile === undefined) return [];
  return [
    {
      environment: await sources.sight.seen('Environment', environment),
      profile: await sources.sight.seen('WorkloadProfile', profile),
      now: overriding(environment.spec, profile.spec),
    },
  ];
}

/** What an edited Environment is used with, or an edited profile. */
async function pairsOf(
  kind: 'Environment' | 'WorkloadProfile',
  object: RequestObject,
  oldObject: RequestObject,
  sources: OverrideSources,
): Promise<Pairing[]> {
  const { users, sight, systemNamespace } = sources;
  const { namespace = '', name } = object.metadata;
  const field = kind === 'Environment' ? 'environmentRef' : 'workloadProfileRef';
  const candidates = await users.byReference(field, name);
  const followers = candidates.filter((deployment) =>
    usesByDeployment(deployment, kind, { namespace, name }, systemNamespace).some(
      ({ selector }) => selector.kind !== 'version',
    ),
  );
  const others = new Map<string, Found>();
  for (const deployment of followers) {
    if (others.size >= mostPairs) break;
    const own =
      kind === 'Environment' ? await environmentOf(deployment, sources) : await profileOf(deployment, sources);
    // Whoever stays at an older revision is not concerned.
    if (own === undefined || !sameJson(own.spec, oldObject.spec)) continue;
    const other =
      kind === 'Environment' ? await profileOf(deployment, sources) : await environmentOf(deployment, sources);
    if (other !== undefined) others.set(`${other.namespace}/${other.name}@${other.revision}`, other);
  }
  const self = { namespace, name, visible: true };
  const now = object.spec ?? {};
  const before = oldObject.spec ?? {};
  return Promise.all(
    [...others.values()].map(async (other): Promise<Pairing> =>
      kind === 'Environment'
        ? {
            environment: self,
            profile: await sight.seen('WorkloadProfile', other),
            now: overriding(now, other.spec),
            before: overriding(before, other.spec),
          }
        : {
            environment: await sight.seen('Environment', other),
            profile: self,
            now: overriding(other.spec, now),
            before: overriding(other.spec, before),
          },
    ),
  );
}

function environmentOf(deployment: RequestObject, sources: OverrideSources): Promise<Found | undefined> {
  return found('Environment', deployment, 'environmentRef', (own) => [own], sources);
}

function profileOf(deployment: RequestObject, sources: OverrideSources): Promise<Found | undefined> {
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
  { metadata, spec }: RequestObject,
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
