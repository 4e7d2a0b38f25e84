import { isJsonObject } from '../../api/object.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';
import { sameJson } from '../json/canonical-json.ts';
import { sameRef } from '../refs/same-ref.ts';

/** The names of a deployment that a render may contain. */
export interface WorkloadNames {
  deployment: { namespace: string; name: string };
  namespace: string;
  workload: string;
}

/** The names that a deployment asks for on the spokes; `undefined` if its spec does not name a Workload. */
export function workloadNames({ metadata, spec }: UncheckedObject): WorkloadNames | undefined {
  const workload = spec?.['workload'];
  if (!isJsonObject(workload) || typeof workload['name'] !== 'string') return undefined;
  const { name, namespace } = workload;
  const own = metadata.namespace ?? '';
  return {
    deployment: { namespace: own, name: metadata.name },
    namespace: typeof namespace === 'string' && namespace !== '' ? namespace : own,
    workload: name,
  };
}

/** The names that are applied: the Workload of the status, which may differ from the one that the spec asks for. */
export function appliedNames(
  requested: WorkloadNames,
  applied: { namespace: string; name: string } | undefined,
): WorkloadNames {
  return applied === undefined ? requested : { ...requested, namespace: applied.namespace, workload: applied.name };
}

/** Whether a request keeps the Environment and the names of a deployment, so that rules must not blame it for changes on the spokes. */
export function keepsDestination(object: UncheckedObject, oldObject: UncheckedObject | undefined): boolean {
  if (oldObject === undefined) return false;
  const sameEnvironment = sameRef(object.spec?.['environmentRef'], oldObject.spec?.['environmentRef']);
  return sameEnvironment && sameJson(workloadNames(object), workloadNames(oldObject));
}
