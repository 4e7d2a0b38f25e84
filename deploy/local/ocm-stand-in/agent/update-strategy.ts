/** OCM stand-in (local runs only): how a manifest is to be written, by `manifestConfigs`. */

import type { ManifestConfig, ResourceIdentifier, UpdateStrategy } from '../work-kinds.ts';

/** The first strategy whose identifier fits; here, unlike in orphaning rules, `*` in namespace and name is a wildcard. */
export function strategyFor(resource: ResourceIdentifier, configs: readonly ManifestConfig[]): UpdateStrategy {
  const found = configs.find(
    ({ resourceIdentifier: wanted, updateStrategy }) =>
      updateStrategy !== undefined &&
      (wanted.group ?? '') === (resource.group ?? '') &&
      wanted.resource === resource.resource &&
      fits(wanted.namespace ?? '', resource.namespace ?? '') &&
      fits(wanted.name, resource.name),
  );
  return found?.updateStrategy ?? { type: 'Update' };
}

function fits(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[^A-Za-z0-9]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}
