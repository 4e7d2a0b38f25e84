import { revisionedKindNames, type RevisionedKindName } from '../../api/definition-revision.ts';
import type { JsonObject } from '../../api/object.ts';
import type { GatherContext } from './context.ts';
import type { Facts, RequestFacts, Referrer } from '../../domain/admission/facts.ts';
import { isPinOf, useOf, usesByDeployment, usesByTopology } from '../../domain/refs/uses.ts';
import { publicationOf } from '../../domain/admission/publication.ts';
import { resolve } from '../../domain/refs/resolution.ts';
import { referrerOf, referrersWithVisibility } from './name-visibility.ts';
import type { Definition } from '../../domain/revisions/definition.ts';

export type PublicationContext = Pick<GatherContext, 'catalog' | 'referrers' | 'visibility'>;

/** What the publication of a version depends on; nothing if the request publishes no version. */
export async function gatherPublication(
  request: RequestFacts,
  context: PublicationContext,
): Promise<Pick<Facts, 'publishedSpec' | 'shadowedPins'>> {
  const { object, oldObject } = request;
  const kind = revisionedKindNames.find((name) => name === request.kind);
  const publication = kind === undefined ? undefined : publicationOf(kind, object, oldObject);
  if (kind === undefined || publication === undefined || oldObject === undefined) return {};
  if (publication.needs === 'spec') {
    const publishedSpec = await specOfVersion(kind, oldObject, publication.version, context);
    return publishedSpec === undefined ? {} : { publishedSpec };
  }
  return { shadowedPins: await referrersThatPin(kind, request, publication.major, context) };
}

async function specOfVersion(
  kind: RevisionedKindName,
  definition: Definition,
  version: string,
  { catalog }: PublicationContext,
): Promise<JsonObject | undefined> {
  const history = await catalog.history(kind, definition);
  if (history === undefined) return undefined;
  const resolution = resolve({ kind: 'version', version }, history);
  if (resolution.state !== 'resolved') return undefined;
  return catalog.specAt(kind, definition, resolution.revision);
}

/** The objects that pin a revision by its number. Of all referrers of the definition, only these are read live. */
async function referrersThatPin(
  kind: RevisionedKindName,
  { namespace, name }: RequestFacts,
  number: number,
  { catalog: { systemNamespace }, referrers, visibility }: PublicationContext,
): Promise<Referrer[]> {
  const isPin = isPinOf(number);
  const withVisibility = (ofKind: string, definitions: readonly Definition[]) =>
    referrersWithVisibility(
      visibility,
      definitions.map((definition) => referrerOf(ofKind, definition)),
    );
  if (kind === 'PolicyDefinition') {
    // A PolicyDefinition in another namespace has no referrers.
    if (namespace !== systemNamespace) return [];
    const found = await referrers.byTopology(name, (user) =>
      usesByTopology(user, name, systemNamespace).map(useOf).some(isPin),
    );
    return withVisibility('Environment', found);
  }
  const found = await referrers.byReference({ kind, namespace, name }, (user) =>
    usesByDeployment(user, kind, { namespace, name }, systemNamespace).some(isPin),
  );
  return withVisibility('WorkloadDeployment', found);
}
