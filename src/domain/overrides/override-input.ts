import { isJsonObject, type JsonObject, type JsonValue } from '../../api/object.ts';
import type { Component } from '../../api/workload.ts';
import type { PolicyToApply } from './overrides.ts';

/** The input of overrides: the policies of an Environment, and the components of a profile that they are applied to. */
export interface OverrideInput {
  policies: readonly PolicyToApply[];
  components: readonly Component[];
}

/** The policies in the spec of an Environment and the components in the spec of a profile. Malformed ones are left out. */
export function overrideInputOf(environment: JsonObject, profile: JsonObject): OverrideInput {
  const policies = environment['policies'];
  const workload = profile['workload'];
  const components = isJsonObject(workload) ? workload['components'] : undefined;
  return {
    policies: Array.isArray(policies) ? policies.filter(isPolicy) : [],
    components: Array.isArray(components) ? components.filter(isComponent) : [],
  };
}

function isPolicy(value: JsonValue): value is JsonValue & PolicyToApply {
  return isJsonObject(value) && typeof value['name'] === 'string';
}

function isComponent(value: JsonValue): value is JsonValue & Component {
  return isJsonObject(value) && typeof value['name'] === 'string' && typeof value['type'] === 'string';
}
