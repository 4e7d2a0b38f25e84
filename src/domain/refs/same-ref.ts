import { isJsonObject } from '../../api/object.ts';
import { sameJson } from '../json/canonical-json.ts';

/** Whether two refs of a deployment are the same: text and namespace. An empty namespace is the same as none. */
export function sameRef(left: unknown, right: unknown): boolean {
  return left === right || sameJson(withoutEmptyNamespace(left), withoutEmptyNamespace(right));
}

function withoutEmptyNamespace(ref: unknown): unknown {
  if (!isJsonObject(ref) || ref['namespace'] !== '') return ref;
  const { namespace: _, ...rest } = ref;
  return rest;
}
