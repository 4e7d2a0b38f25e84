import { Type, type Static } from 'typebox';
import type { KubeObject } from './object.ts';
import { freeForm, integer, object, oneOf, stringMap, string, versionSchema } from './schema.ts';

/** The kinds whose revisions are recorded. */
export const revisionedKindNames = ['Environment', 'WorkloadProfile', 'PolicyDefinition'] as const;
export type RevisionedKindName = (typeof revisionedKindNames)[number];

export const definitionRevisionSpec = object(
  {
    kind: oneOf(revisionedKindNames, 'The kind of the object that the content belongs to.'),
    name: string('The name of the object.', { maxLength: 63 }),
    revision: integer('The number of the revision, starting with 1.', 1),
    version: Type.Optional(versionSchema),
    // Longer than today's 67 characters, for the formats of later versions.
    hash: string('The hash of the content, with the format of the hash: `h1:` and SHA-256 in hexadecimal.', {
      maxLength: 256,
    }),
    object: object(
      {
        metadata: Type.Optional(
          object(
            {
              labels: Type.Optional(stringMap('Labels of the object.', 1024)),
              annotations: Type.Optional(
                stringMap('Annotations of the object, except those in which tools record their own state.', 1024),
              ),
            },
            'Labels and annotations of the object.',
          ),
        ),
        spec: freeForm('The spec of the object.'),
      },
      'The content of the object at this revision.',
    ),
  },
  'One recorded state of an object. It is immutable.',
);

export const definitionRevisionStatus = object(
  {
    users: Type.Optional(
      integer(
        'The number of WorkloadDeployments, or of Environments in the case of a PolicyDefinition, that use this revision.',
      ),
    ),
  },
  'The observed use of the revision.',
);

/** One recorded state of an Environment, WorkloadProfile or PolicyDefinition. Only the controller creates it. */
export interface DefinitionRevision extends KubeObject {
  spec: Static<typeof definitionRevisionSpec>;
  status?: Static<typeof definitionRevisionStatus>;
}
