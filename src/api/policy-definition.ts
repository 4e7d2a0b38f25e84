import { Type } from 'typebox';
import { revisionStatusFields } from './revisioned.ts';
import { object, string, versionSchema } from './schema.ts';

/** The label for the kind of definition that a PolicyDefinition contains. The only supported value is `topology`. */
export const policyDefinitionTypeLabel = 'policydefinition.spectrocloud.com/type';

export const policyDefinitionSpec = object(
  {
    version: Type.Optional(versionSchema),
    schematic: object(
      {
        cue: object(
          {
            template: string(
              'A CUE template. `parameter` is the schema of the properties, `context` describes the WorkloadDeployment, `output` and `outputs` are the objects to create on the hub.',
              { minLength: 1, maxLength: 262144 },
            ),
          },
          'A definition in CUE.',
        ),
      },
      'The definition, in a field that is named after its language.',
    ),
  },
  'A custom topology.',
);

export const policyDefinitionStatus = object(revisionStatusFields, 'The recorded revisions.');
