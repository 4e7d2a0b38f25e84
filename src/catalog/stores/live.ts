import type { DefinitionRevision, RevisionedKindName } from '../../api/definition-revision.ts';
import { definitionRevisions, environments, policyDefinitions, workloadProfiles } from '../../api/kinds.ts';
import { isJsonObject, type JsonObject, type Resource } from '../../api/object.ts';
import { revisionLabels } from '../../domain/annotations.ts';
import type { DefinitionStore } from '../store.ts';
import { revisionName } from '../../domain/revisions/revision.ts';
import type { Client } from '../../kube/client/client.ts';
import { isNotFound } from '../../kube/client/errors.ts';
import { knownRevision, ownerUid } from '../revision-records.ts';
import type { Definition } from '../../domain/revisions/definition.ts';

/** The resource of each revisioned kind. */
export const revisionedResources: Readonly<Record<RevisionedKindName, Resource>> = {
  Environment: environments,
  WorkloadProfile: workloadProfiles,
  PolicyDefinition: policyDefinitions,
};

/** A store that reads from the API server at each call. The signal aborts its requests. */
export function liveStore(client: Client, signal?: AbortSignal): DefinitionStore {
  return {
    async get(kind, namespace, name) {
      try {
        return await client.get<Definition>(revisionedResources[kind], { namespace, name }, { signal });
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },
    async names(kind, namespace) {
      const { items } = await client.list(revisionedResources[kind], { namespace, metadataOnly: true, signal });
      return items.map((item) => item.metadata.name).toSorted();
    },
    async revisions(kind, { metadata: { namespace, name, uid } }) {
      const labelSelector = `${revisionLabels.kind}=${kind},${revisionLabels.name}=${name}`;
      const options = { namespace, labelSelector, metadataOnly: true, signal };
      const { items } = await client.list(definitionRevisions, options);
      return items
        .filter((item) => ownerUid(item.metadata) === uid)
        .map(knownRevision)
        .filter((known) => known !== undefined);
    },
    recorded: (kind, definition, revision) => recordedSpec(client, kind, definition, revision, signal),
  };
}

/** Reads the spec of a recorded revision from the API server; `undefined` if it does not exist, or belongs to another object. */
export async function recordedSpec(
  client: Client,
  kind: RevisionedKindName,
  { metadata }: Definition,
  revision: number,
  signal?: AbortSignal,
): Promise<JsonObject | undefined> {
  const { namespace } = metadata;
  try {
    const name = revisionName(kind, metadata.name, revision);
    const found = await client.get<DefinitionRevision>(definitionRevisions, { namespace, name }, { signal });
    const { spec } = found.spec.object;
    return ownerUid(found.metadata) === metadata.uid && isJsonObject(spec) ? spec : undefined;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
