import type { DefinitionRevision, RevisionedKindName } from '../../api/definition-revision.ts';
import { definitionRevisions } from '../../api/kinds.ts';
import { apiVersionOf, type OwnerReference } from '../../api/object.ts';
import {
  allowedHubNamespacesAnnotation,
  contentBytesAnnotation,
  revisionHashAnnotation,
  revisionLabels,
  specSinceAnnotation,
  topologyAnnotation,
  topologyRevisionAnnotation,
} from '../annotations.ts';
import { topologyOf } from '../json/fields.ts';
import { readTopologyRef } from '../refs/read-ref.ts';
import { jsonBytes } from './content-size.ts';
import type { Definition } from './definition.ts';
import { contentOf, revisionName, type Stamp } from './revision.ts';
import { formatSpecSince, type SpecSince } from './spec-since.ts';

/** The DefinitionRevision that records the content of an object. */
export function revisionOf(
  kind: RevisionedKindName,
  definition: Definition,
  { revision, hash, specSince }: Stamp & { specSince?: SpecSince },
): DefinitionRevision {
  const { name, namespace = '' } = definition.metadata;
  const version = definition.spec?.['version'];
  const spec = recordedSpec(kind, definition, { revision, hash });
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
        ...topologyLabel(definition),
      },
      annotations: {
        ...recordedAnnotations(definition, hash),
        [contentBytesAnnotation]: String(jsonBytes(spec.object)),
        ...(specSince === undefined ? {} : { [specSinceAnnotation]: formatSpecSince(specSince) }),
      },
      ownerReferences: [ownerOf(kind, definition)],
    },
    spec,
  };
}

/** The spec of the DefinitionRevision that records the content of an object. */
export function recordedSpec(
  kind: RevisionedKindName,
  definition: Definition,
  { revision, hash }: Stamp,
): DefinitionRevision['spec'] {
  const { name } = definition.metadata;
  const version = definition.spec?.['version'];
  const versioned = typeof version === 'string' ? { version } : {};
  const { metadata, spec } = contentOf(definition);
  return { kind, name, revision, ...versioned, hash, object: { metadata, spec } };
}

/** The owner reference of the DefinitionRevisions of an object. */
export function ownerOf(kind: RevisionedKindName, { metadata: { name, uid = '' } }: Definition): OwnerReference {
  const apiVersion = apiVersionOf(definitionRevisions);
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: false };
}

/** What resolving a ref needs of a revision. They are annotations, because only the metadata of revisions is watched. */
function recordedAnnotations(definition: Definition, hash: string): Record<string, string> {
  const { type } = topologyOf(definition);
  const hubNamespaces = definition.metadata.annotations?.[allowedHubNamespacesAnnotation];
  const topologyStamp = definition.metadata.annotations?.[topologyRevisionAnnotation];
  return {
    [revisionHashAnnotation]: hash,
    ...(typeof type === 'string' ? { [topologyAnnotation]: type } : {}),
    ...(hubNamespaces === undefined ? {} : { [allowedHubNamespacesAnnotation]: hubNamespaces }),
    ...(topologyStamp === undefined ? {} : { [topologyRevisionAnnotation]: topologyStamp }),
  };
}

/** The name of the PolicyDefinition, as a label; none if it is not the name of an object, because the label must be valid. */
function topologyLabel({ spec }: Definition): Record<string, string> {
  const name = readTopologyRef(spec, '')?.ref.name;
  return name === undefined ? {} : { [revisionLabels.topology]: name };
}
