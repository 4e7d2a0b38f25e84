import { isJsonObject } from '../api/object.ts';
import type { RequestObject } from './facts.ts';
import { withLifecycleDefaults } from './lifecycle-defaults.ts';

/** The object with the spec keys that admission adds: the absent lifecycle of a topology-ocm. */
export function withDefaults(kind: string, object: RequestObject): RequestObject {
  const topology = kind === 'Environment' ? object.spec?.['topology'] : undefined;
  if (!isJsonObject(topology) || topology['type'] !== 'topology-ocm') return object;
  const properties = withLifecycleDefaults(topology['properties']);
  return { ...object, spec: { ...object.spec, topology: { ...topology, properties } } };
}
