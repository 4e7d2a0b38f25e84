import { revisionedKindNames, type RevisionedKindName } from '../../api/definition-revision.ts';
import type { JsonObject } from '../../api/object.ts';
import type { Hash } from '../../domain/json/canonical-json.ts';
import { historyOf, specAt, type DefinitionStore } from '../../catalog/catalog.ts';
import type { Facts, RequestFacts, Referrer } from '../../domain/admission/facts.ts';
import { isPinOf, usesByDeployment, usesByTopology } from '../../domain/refs/uses.ts';
import { publicationOf } from '../../domain/admission/publication.ts';
import { resolve } from '../../domain/refs/resolution.ts';
import type { ReferrerIndex } from '../../catalog/referrers.ts';
import { referrersWithVisibility, type NameVisibility } from './name-visibility.ts';
import { topologyOf } from '../../domain/json/fields.ts';
import type { Definition } from '../../domain/revisions/definition.ts';

export interface PublicationSources {
  definitions: DefinitionStore;
  users: ReferrerIndex;
  sight: NameVisibility;
  hash: Hash;
  systemNamespace: string;
}

/** Reads what the publication of a version rests on; nothing where none is published. */
export async function gatherPublication(
  request: RequestFacts,
  sources: PublicationSources,
): Promise<Pick<Facts, 'publishedSpec' | 'shadowedPins'>> {
  const { object, oldObject } = request;
  const kind = revisionedKindNames.find((name) => name === request.kind);
  const publication = kind === undefined ? undefined : publicationOf(kind, object, oldObject);
  if (kind === undefined || publication === undefined || oldObject === undefined) return {};
  if (publication.asks === 'spec') {
    const publishedSpec = await specOfVersion(kind, oldObject, publication.version, sources);
    return publishedSpec === undefined ? {} : { publishedSpec };
  }
  return { shadowedPins: await pinsOf(kind, request, publication.major, sources) };
}

async function specOfVersion(
  kind: RevisionedKindName,
  definition: Definition,
  version: string,
  { definitions, hash }: PublicationSources,
): Promise<JsonObject | undefined> {
  const history = await historyOf(definitions, kind, definition, hash);
  if (history === undefined) return undefined;
  const resolution = resolve({ kind: 'version', version }, history);
  if (resolution.state !== 'resolved') return undefined;
  return specAt(definitions, kind, definition, resolution.revision, hash);
}

/** Who pins a revision by its number. Of all who refer to the object only these are read live, however many there are. */
async function pinsOf(
  kind: RevisionedKindName,
  { namespace, name }: RequestFacts,
  number: number,
  { users, sight, systemNamespace }: PublicationSources,
): Promise<Referrer[]> {
  const isPin = isPinOf(number);
  const named = (ofKind: string, found: readonly Definition[]) =>
    referrersWithVisibility(
      sight,
      found.map(({ metadata }) => ({ kind: ofKind, namespace: metadata.namespace ?? '', name: metadata.name })),
    );
  if (kind === 'PolicyDefinition') {
    // Elsewhere one means nothing.
    if (namespace !== systemNamespace) return [];
    const pinning = await users.byTopology(name, (user) =>
      usesByTopology(user, topologyOf(user)['type'], name).some(isPin),
    );
    return named('Environment', pinning);
  }
  const field = kind === 'Environment' ? 'environmentRef' : 'workloadProfileRef';
  const pinning = await users.byReference(field, name, (user) =>
    usesByDeployment(user, kind, { namespace, name }, systemNamespace).some(isPin),
  );
  return named('WorkloadDeployment', pinning);
}
