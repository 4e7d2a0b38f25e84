import { Type } from 'typebox';
import { conditionsSchema, integer, stringMap } from './schema.ts';

/** The status fields of every revisioned kind. The controller writes them. */
export const revisionStatusFields = {
  revision: Type.Optional(integer('The newest recorded revision.', 1)),
  versions: Type.Optional(stringMap('The highest published version of each minor line, such as "1.3": "1.3.6".', 1024)),
  conditions: Type.Optional(conditionsSchema),
};
