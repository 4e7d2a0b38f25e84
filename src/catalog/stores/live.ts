import type { DefinitionRevision, RevisionedKindName } from '../../api/definition-revision.ts';
import { definitionRevisions, environments, policyDefinitions, workloadProfiles } from '../../api/kinds.ts';
import { isJsonObject, type JsonObject, type Resource } from '../../api/object.ts';
import type { DefinitionStore } from '../store.ts';
import { revisionName } from '../../domain/revisions/revision.ts';
import type { Client } from '../../kube/client/client.ts';
import { getIfPresent } from '../../kube/client/get-if-present.ts';
import { knownRevision, isRevisionOf, revisionSelector } from '../revision-records.ts';
import type { Definition } from '../../domain/revisions/definition.ts';

/** The resource of each revisioned kind. */
export const revisionedResources: Readonly<Record<RevisionedKindName, Resource>> = {
  Environment: environments,
  WorkloadProfile: workloadProfiles,
  PolicyDefinition: policyDefinitions,
};

/** A store that reads from the API server at each call. The signal aborts its requests. */
export function liveStore(client: Pick<Client, 'get' | 'list'>, signal?: AbortSignal): DefinitionStore {
  return {
    get: (kind, namespace, name) =>
      getIfPresent<Definition>(client, revisionedResources[kind], { namespace, name }, { signal }),
    async names(kind, namespace) {
      const { items } = await client.list(revisionedResources[kind], { namespace, metadataOnly: true, signal });
      return items.map((item) => item.metadata.name).toSorted();
    },
    async revisions(kind, { metadata: { namespace, name, uid } }) {
      const options = { namespace, labelSelector: revisionSelector(kind, name), metadataOnly: true, signal };
      const { items } = await client.list(definitionRevisions, options);
      return items
        .filter((item) => isRevisionOf(item.metadata, uid))
        .map(knownRevision)
        .filter((known) => known !== undefined);
    },
    async revision(kind, definition, revision) {
      const found = await recordedRevision(client, kind, definition, revision, signal);
      return found === undefined ? undefined : knownRevision(found);
    },
    recorded: (kind, definition, revision) => recordedSpec(client, kind, definition, revision, signal),
    recordedHash: async (kind, definition, revision) =>
      (await recordedRevision(client, kind, definition, revision, signal))?.spec.hash,
  };
}

/** Reads the spec of a recorded revision from the API server; `undefined` if it does not exist, or belongs to another object. */
async function recordedSpec(
  client: Pick<Client, 'get'>,
  kind: RevisionedKindName,
  definition: Definition,
  revision: number,
  signal?: AbortSignal,
): Promise<JsonObject | undefined> {
  const spec = (await recordedRevision(client, kind, definition, revision, signal))?.spec.object.spec;
  return isJsonObject(spec) ? spec : undefined;
}

/** Reads the DefinitionRevision of a revision; `undefined` if it does not exist, or belongs to another object. */
export async function recordedRevision(
  client: Pick<Client, 'get'>,
  kind: RevisionedKindName,
  { metadata: { namespace, name, uid } }: Definition,
  revision: number,
  signal?: AbortSignal,
): Promise<DefinitionRevision | undefined> {
  const key = { namespace, name: revisionName(kind, name, revision) };
  const found = await getIfPresent<DefinitionRevision>(client, definitionRevisions, key, { signal });
  return found !== undefined && isRevisionOf(found.metadata, uid) ? found : undefined;
}
