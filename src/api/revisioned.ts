import { Type } from 'typebox';
import { conditionsSchema, integer, stringMap } from './schema.ts';

/** Status fields of every kind whose history is kept. All are written by the controller. */
export const revisionStatusFields = {
  revision: Type.Optional(integer('The newest revision that is recorded.', 1)),
  versions: Type.Optional(stringMap('The highest published version of each minor line, such as "1.3": "1.3.6".', 1024)),
  conditions: Type.Optional(conditionsSchema),
};
