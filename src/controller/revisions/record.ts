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

/** The DefinitionRevision that records the current content of an object. */
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
      ...topologyAnnotationOf(definition),
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

/** The topology that an Environment uses, as an annotation because only the metadata of revisions is watched. */
function topologyAnnotationOf({ spec }: Definition): { annotations?: Record<string, string> } {
  const topology = spec?.['topology'];
  const type = isJsonObject(topology) ? topology['type'] : undefined;
  return typeof type === 'string' ? { annotations: { [topologyAnnotation]: type } } : {};
}

/**
 * Records the current content of an object. If the object already has a revision of this number, that one stays; a revision that
 * belongs to an earlier object of the same name is deleted (by its uid) and replaced.
 */
export async function record(
  client: Client,
  revision: DefinitionRevision,
): Promise<'created' | 'present' | 'conflict' | 'namespaceTerminating'> {
  const { namespace, name } = revision.metadata;
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      await client.create(definitionRevisions, revision);
      return 'created';
    } catch (error) {
      // The owner will be deleted with its namespace, and its revisions too.
      if (isNamespaceTerminating(error)) return 'namespaceTerminating';
      if (!isAlreadyExists(error)) throw error;
    }
    const present = await client.get<DefinitionRevision>(definitionRevisions, { namespace, name });
    if (ownerUid(present.metadata) === ownerUid(revision.metadata)) {
      return present.spec.hash === revision.spec.hash ? 'present' : 'conflict';
    }
    await client.delete(definitionRevisions, { namespace, name }, { uid: present.metadata.uid });
  }
  throw new Error(`DefinitionRevision ${namespace ?? ''}/${name} of an earlier object of this name is not removed`);
}
