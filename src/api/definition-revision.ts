import { Type, type Static } from 'typebox';
import type { KubeObject } from './object.ts';
import { freeForm, integer, object, oneOf, stringMap, string, versionSchema } from './schema.ts';

/** The kinds whose history is kept. */
export const revisionedKindNames = ['Environment', 'WorkloadProfile', 'PolicyDefinition'] as const;
export type RevisionedKindName = (typeof revisionedKindNames)[number];

export const definitionRevisionSpec = object(
  {
    kind: oneOf(revisionedKindNames, 'The kind of the object whose content this is.'),
    name: string('The name of the object.', { maxLength: 63 }),
    revision: integer('The number of the revision, from 1.', 1),
    version: Type.Optional(versionSchema),
    hash: string('A hash of the content.', { maxLength: 64 }),
    object: object(
      {
        metadata: Type.Optional(
          object(
            {
              labels: Type.Optional(stringMap('Labels of the object.', 1024)),
              annotations: Type.Optional(stringMap('Annotations of the object, without bookkeeping.', 1024)),
            },
            'Labels and annotations of the object.',
          ),
        ),
        spec: freeForm('The spec of the object.'),
      },
      'The content.',
    ),
  },
  'One state that the object had. It never changes.',
);

export const definitionRevisionStatus = object(
  { users: Type.Optional(integer('How many WorkloadDeployments or Environments use this revision.')) },
  'Who uses it.',
);

/** One recorded state of an Environment, WorkloadProfile or PolicyDefinition. Only the controller makes these. */
export interface DefinitionRevision extends KubeObject {
  spec: Static<typeof definitionRevisionSpec>;
  status?: Static<typeof definitionRevisionStatus>;
}
