/** OCM stand-in (local runs only): finds the update strategy of a manifest in `manifestConfigs`. */

import type { ManifestConfig, ResourceIdentifier, UpdateStrategy } from '../work-kinds.ts';

/** The first strategy whose identifier matches. Unlike in orphaning rules, `*` is a wildcard in namespace and name. */
export function findStrategy(resource: ResourceIdentifier, configs: readonly ManifestConfig[]): UpdateStrategy {
  const found = configs.find(
    ({ resourceIdentifier: wanted, updateStrategy }) =>
      updateStrategy !== undefined &&
      (wanted.group ?? '') === (resource.group ?? '') &&
      wanted.resource === resource.resource &&
      matchesPattern(wanted.namespace ?? '', resource.namespace ?? '') &&
      matchesPattern(wanted.name, resource.name),
  );
  return found?.updateStrategy ?? { type: 'Update' };
}

function matchesPattern(pattern: string, value: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[^A-Za-z0-9]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`).test(value);
}
