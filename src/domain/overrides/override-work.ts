import { isJsonObject, type JsonObject, type JsonValue } from '../../api/object.ts';
import type { ComponentPatch, OverridePolicy } from './override-policy.ts';

/** At most this many pairs of a patch, or an entry of a selector, and a component are evaluated. */
export const maxPairs = 4096;

/** At most this many values of patches are merged into components. A patch for every component counts once for each. */
const maxMergedValues = 65_536;

/** The number of components that the schema of a Workload allows. */
export const maxComponents = 128;

/** The number of traits of a component that the schema of a Workload allows. */
export const maxTraits = 64;

/**
 * Why the policies are too much work for components with these names; `undefined` if they are not. It is checked before the
 * first patch is applied, because the evaluation is synchronous.
 */
export function excessiveWork(policies: readonly OverridePolicy[], names: readonly string[]): string | undefined {
  const patches = policies.flatMap(({ components }) => components);
  const entries = policies.reduce((sum, { selector = [] }) => sum + selector.length, patches.length);
  const components = mostComponents(patches, names);
  if (entries * components > maxPairs) {
    return `${entries} patches and selector entries times ${count(components, 'component')} are ${entries * components}; at most ${maxPairs} are evaluated: use fewer patches, or split the profile`;
  }
  const merged = patches.reduce((sum, patch) => sum + valuesOf(patch) * (isExact(patch) ? 1 : components), 0);
  if (merged <= maxMergedValues) return undefined;
  return `the patches have ${merged} values for ${count(components, 'component')}; at most ${maxMergedValues} are merged: use fewer values, or name the components`;
}

/** The number of components if every patch that may add one does so. */
function mostComponents(patches: readonly ComponentPatch[], names: readonly string[]): number {
  const all = new Set(names);
  for (const { name, type } of patches)
    if (name !== undefined && type !== undefined && !name.includes('*')) all.add(name);
  return Math.max(1, names.length, Math.min(all.size, maxComponents));
}

/** Whether a patch changes at most one component of each name. */
function isExact({ name }: ComponentPatch): boolean {
  return name !== undefined && !name.includes('*');
}

function valuesOf({ properties = {}, remove, traits }: ComponentPatch): number {
  return traits.reduce(
    (sum, trait) => sum + 1 + trait.remove.length + countValues(trait.properties ?? {}),
    remove.length + countValues(properties),
  );
}

function countValues(value: JsonValue): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + countValues(item), 1);
  if (!isJsonObject(value)) return 1;
  return Object.values(value).reduce<number>((sum, item) => sum + countValues(item), 1);
}

function count(number: number, what: string): string {
  return number === 1 ? `1 ${what}` : `${number} ${what}s`;
}

/** The number of pairs of a patch or an entry of a selector, and a component. The policies need not be valid. */
export function pairsOf(policies: readonly { properties?: JsonObject }[], components: number): number {
  const entries = policies.reduce((sum, { properties = {} }) => {
    const lists = isJsonObject(properties) ? [properties['components'], properties['selector']] : [];
    return lists.reduce<number>((all, list) => all + (Array.isArray(list) ? list.length : 0), sum);
  }, 0);
  return entries * components;
}
