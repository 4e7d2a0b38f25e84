import type { DefinitionRevision, RevisionedKindName } from '../../api/definition-revision.ts';
import { definitionRevisions } from '../../api/kinds.ts';
import { apiVersionOf } from '../../api/object.ts';
import { allowedHubNamespacesAnnotation, revisionLabels, topologyAnnotation } from '../annotations.ts';
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
      ...recordedAnnotations(definition),
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

/** Of an Environment: its topology and its hub namespaces. They are annotations, because only the metadata of revisions is watched. */
function recordedAnnotations(definition: Definition): { annotations?: Record<string, string> } {
  const { type } = topologyOf(definition);
  const hubNamespaces = definition.metadata.annotations?.[allowedHubNamespacesAnnotation];
  const annotations = {
    ...(typeof type === 'string' ? { [topologyAnnotation]: type } : {}),
    ...(hubNamespaces === undefined ? {} : { [allowedHubNamespacesAnnotation]: hubNamespaces }),
  };
  return Object.keys(annotations).length === 0 ? {} : { annotations };
}
