import { isJsonObject, type JsonObject, type JsonValue } from '../../api/object.ts';
import type { Component } from '../../api/workload.ts';
import type { ComponentPatch, OverridePolicy } from './override-policy.ts';

/** At most this many pairs of a patch, or an entry of a selector, and a component are evaluated. */
export const maxPairs = 4096;

/**
 * At most this many steps: a value that is merged into a component, or a key of a pointer that is removed from it. A patch for
 * every component counts once for each. So an evaluation does not block the event loop for longer than some milliseconds.
 */
const maxSteps = 16_384;

/** Removing from a list moves the rest of the list. That takes about as long as one step for this many items. */
const itemsPerStep = 16;

/** The number of components that the schema of a Workload allows. */
export const maxComponents = 128;

/** The number of traits of a component that the schema of a Workload allows. */
export const maxTraits = 64;

/**
 * Why the policies are too much work for these components; `undefined` if they are not. It is checked before the first patch is
 * applied, because the evaluation is synchronous.
 */
export function excessiveWork(
  policies: readonly OverridePolicy[],
  components: readonly Component[],
): string | undefined {
  const patches = policies.flatMap((policy) => policy.components);
  const entries = policies.reduce((sum, { selector = [] }) => sum + selector.length, patches.length);
  const most = mostComponents(
    patches,
    components.map(({ name }) => name),
  );
  if (entries * most > maxPairs) {
    return `${entries} patches and selector entries times ${count(most, 'component')} are ${entries * most}; at most ${maxPairs} are evaluated: use fewer patches, or split the profile`;
  }
  const factors = factorsOf(patches, components);
  const steps = patches.reduce((sum, patch) => sum + stepsOf(patch, factors) * (isExact(patch) ? 1 : most), 0);
  if (steps <= maxSteps) return undefined;
  return `the patches need ${steps} steps for ${count(most, 'component')}, one for each value and each key of a pointer; at most ${maxSteps} are done: use fewer values, or name the components`;
}

/** What the steps of a patch depend on besides the patch. */
interface WorkFactors {
  /** The number of traits of one type that a component has at most. A patch of a trait changes all of them. */
  sameTraits: number;
  /** The number of items of the longest list. */
  longestList: number;
}

function factorsOf(patches: readonly ComponentPatch[], components: readonly Component[]): WorkFactors {
  const counts = components.flatMap(({ traits = [] }) =>
    [...Map.groupBy(traits, ({ type }) => type).values()].map(({ length }) => length),
  );
  const changed = [...patches, ...components].flatMap(({ properties, traits = [] }) => [
    properties,
    ...traits.map((trait) => trait.properties),
  ]);
  const sameTraits = Math.max(1, ...counts);
  return { sameTraits, longestList: changed.reduce((most, value) => Math.max(most, longestList(value ?? {})), 0) };
}

function longestList(value: JsonValue): number {
  const items = Array.isArray(value) ? value : isJsonObject(value) ? Object.values(value) : [];
  return items.reduce<number>(
    (most, item) => (item === null || typeof item !== 'object' ? most : Math.max(most, longestList(item))),
    Array.isArray(value) ? value.length : 0,
  );
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

function stepsOf({ properties, remove, traits }: ComponentPatch, factors: WorkFactors): number {
  const ofTraits = traits.reduce(
    (sum, trait) => sum + 1 + (trait.match === undefined ? 0 : countValues(trait.match)) + changesOf(trait, factors),
    0,
  );
  return changesOf({ properties, remove }, factors) + ofTraits * factors.sameTraits;
}

function changesOf(
  { properties = {}, remove }: Pick<ComponentPatch, 'properties' | 'remove'>,
  { longestList: items }: WorkFactors,
): number {
  const keys = remove.reduce((sum, pointer) => sum + pointer.split('/').length - 1, 0);
  return keys + (keys === 0 ? 0 : Math.floor(items / itemsPerStep)) + countValues(properties);
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
