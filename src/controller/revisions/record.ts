import type { DefinitionRevision, RevisionedKindName } from '../../api/definition-revision.ts';
import { definitionRevisions } from '../../api/kinds.ts';
import { apiVersionOf, isJsonObject } from '../../api/object.ts';
import { revisionLabels, topologyAnnotation } from '../../domain/annotations.ts';
import { contentOf, revisionName, type Stamp } from '../../domain/revisions/revision.ts';
import { ownerUid } from '../../catalog/revision-records.ts';
import { revisionedResources } from '../../catalog/stores/live.ts';
import type { Client } from '../../kube/client/client.ts';
import { isAlreadyExists, isNamespaceTerminating } from '../../kube/client/errors.ts';
import type { Definition } from '../../domain/revisions/definition.ts';

/** The DefinitionRevision that records what an object holds now. */
export function revisionOf(
  kind: RevisionedKindName,
  definition: Definition,
  { revision, hash }: Stamp,
): DefinitionRevision {
  const { name, namespace = '', uid = '' } = definition.metadata;
  const version = definition.spec?.['version'];
  const versioned = typeof version === 'string' ? { version } : {};
  const { metadata, spec } = contentOf(definition);
  return {
    apiVersion: apiVersionOf(definitionRevisions),
    kind: definitionRevisions.kind,
    metadata: {
      name: revisionName(kind, name, revision),
      namespace,
      labels: {
        [revisionLabels.kind]: kind,
        [revisionLabels.name]: name,
        [revisionLabels.revision]: String(revision),
        ...(typeof version === 'string' ? { [revisionLabels.version]: version } : {}),
      },
      ...topologyMark(definition),
      ownerReferences: [
        {
          apiVersion: apiVersionOf(revisionedResources[kind]),
          kind,
          name,
          uid,
          controller: true,
          blockOwnerDeletion: false,
        },
      ],
    },
    spec: { kind, name, revision, ...versioned, hash, object: { metadata, spec } },
  };
}

/** Which topology an Environment uses: of a revision, only the metadata is watched. */
function topologyMark({ spec }: Definition): { annotations?: Record<string, string> } {
  const topology = spec?.['topology'];
  const type = isJsonObject(topology) ? topology['type'] : undefined;
  return typeof type === 'string' ? { annotations: { [topologyAnnotation]: type } } : {};
}

/**
 * Records what an object holds now. A revision of that number that belongs to it already is left as it is; a leftover
 * of a namesake is deleted (by its uid, so never anything else) and the number taken.
 */
export async function record(
  client: Client,
  revision: DefinitionRevision,
): Promise<'made' | 'present' | 'clash' | 'not wanted'> {
  const { namespace, name } = revision.metadata;
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      await client.create(definitionRevisions, revision);
      return 'made';
    } catch (error) {
      // Its owner is about to go, and the record with it.
      if (isNamespaceTerminating(error)) return 'not wanted';
      if (!isAlreadyExists(error)) throw error;
    }
    const present = await client.get<DefinitionRevision>(definitionRevisions, { namespace, name });
    if (ownerUid(present.metadata) === ownerUid(revision.metadata)) {
      return present.spec.hash === revision.spec.hash ? 'present' : 'clash';
    }
    await client.delete(definitionRevisions, { namespace, name }, { uid: present.metadata.uid });
  }
  throw new Error(`a leftover DefinitionRevision ${namespace ?? ''}/${name} of a deleted namesake does not go away`);
}
