import { isJsonObject } from '../../api/object.ts';
import type { UncheckedObject } from '../../api/unchecked-object.ts';

/** The names of a deployment that a render may hold. */
export interface WorkloadNames {
  deployment: { namespace: string; name: string };
  namespace: string;
  workload: string;
}

/** The names that a deployment asks for on the spokes; `undefined` where its spec does not say. */
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
