import type { JsonObject, KubeObject } from '../../api/object.ts';

/** An object of a revisioned kind, as a cache or the API server returns it. The shape of the spec is not checked. */
export interface Definition extends KubeObject {
  spec?: JsonObject;
  status?: { revision?: number };
}
