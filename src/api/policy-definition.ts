import { Type } from 'typebox';
import { revisionStatusFields } from './revisioned.ts';
import { object, string, versionSchema } from './schema.ts';

/** The label that says what a PolicyDefinition defines; the only value known is `topology`. */
export const policyDefinitionTypeLabel = 'policydefinition.spectrocloud.com/type';

export const policyDefinitionSpec = object(
  {
    version: Type.Optional(versionSchema),
    schematic: object(
      {
        cue: object(
          {
            template: string(
              'A CUE template: `parameter` is the schema of the properties, `context` what is known of the deployment, `output` and `outputs` the objects to make on the hub.',
              { minLength: 1, maxLength: 262144 },
            ),
          },
          'A definition written in CUE.',
        ),
      },
      'How the definition is written.',
    ),
  },
  'A topology of your own.',
);

export const policyDefinitionStatus = object(revisionStatusFields, 'The recorded history.');
