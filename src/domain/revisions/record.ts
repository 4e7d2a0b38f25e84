import type { DefinitionRevision, RevisionedKindName } from '../../api/definition-revision.ts';
import { definitionRevisions } from '../../api/kinds.ts';
import { apiVersionOf } from '../../api/object.ts';
import { revisionLabels, topologyAnnotation } from '../annotations.ts';
import { topologyOf } from '../json/fields.ts';
import type { Definition } from './definition.ts';
import { contentOf, revisionName, type Stamp } from './revision.ts';

/** The DefinitionRevision that records the content of an object. */
export function revisionOf(
  kind: RevisionedKindName,
  definition: Definition,
  { revision, hash }: Stamp,
): DefinitionRevision {
  const { name, namespace = '', uid = '' } = definition.metadata;
  const version = definition.spec?.['version'];
  const versioned = typeof version === 'string' ? { version } : {};
  const { metadata, spec } = contentOf(definition);
  // All kinds of the group have the same apiVersion.
  const apiVersion = apiVersionOf(definitionRevisions);
  return {
    apiVersion,
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
      ...topologyAnnotations(definition),
      ownerReferences: [
        {
          apiVersion,
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

/** The topology of an Environment, as an annotation: only the metadata of revisions is watched. */
function topologyAnnotations(definition: Definition): { annotations?: Record<string, string> } {
  const { type } = topologyOf(definition);
  return typeof type === 'string' ? { annotations: { [topologyAnnotation]: type } } : {};
}
