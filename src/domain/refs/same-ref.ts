import { sameJson } from '../json/canonical-json.ts';

/** Whether two refs of a deployment are the same: text and namespace. */
export function sameRef(left: unknown, right: unknown): boolean {
  return sameJson(left, right);
}
