import type { JsonObject, KubeObject } from '../../api/object.ts';

/** A revisioned object as it is found: the spec may be of any shape. */
export interface Definition extends KubeObject {
  spec?: JsonObject;
  status?: { revision?: number };
}
