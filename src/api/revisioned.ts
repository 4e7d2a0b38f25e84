import { Type, type Static } from 'typebox';
import type { KubeObject } from './object.ts';
import { conditionsSchema, integer, object, stringMap } from './schema.ts';

/** Status fields of every kind whose history is kept. All are written by the controller. */
export const revisionStatusFields = {
  revision: Type.Optional(integer('The newest revision that is recorded.', 1)),
  versions: Type.Optional(stringMap('The highest published version of each minor line, such as "1.3": "1.3.6".', 1024)),
  conditions: Type.Optional(conditionsSchema),
};

const revisionStatus = object(revisionStatusFields, '');

/** Any object whose edits are recorded as DefinitionRevisions. */
export interface RevisionedObject extends KubeObject {
  spec: { version?: string };
  status?: Static<typeof revisionStatus>;
}
