import type { JsonObject } from '../../api/object.ts';
import type { Component } from '../../api/workload.ts';
import { removePointers } from '../json/json-pointer.ts';
import { mergeJson } from '../json/merge.ts';
import type { ComponentPatch, TraitPatch } from './override-policy.ts';

type Trait = NonNullable<Component['traits']>[number];

/**
 * The parts of a patch that found nothing to remove: by the path in the patch (`traits[0].remove[1]`), a message that names
 * what is absent.
 */
export type Misses = Map<string, string>;

/** Applies a patch to a component. The caller has already matched its name and type. */
export function patchComponent(component: Component, patch: ComponentPatch): { component: Component; misses: Misses } {
  const misses: Misses = new Map();
  const properties = patchProperties(component.properties, patch, '', misses);
  const traits = patch.traits.reduce(
    (found, trait, index) => patchTraits(found, trait, `traits[${index}]`, misses),
    component.traits ?? [],
  );
  const patched = {
    ...component,
    ...(properties === undefined ? {} : { properties }),
    ...(traits.length === 0 && component.traits === undefined ? {} : { traits }),
  };
  return { component: patched, misses };
}

/** Patches every trait of the type, or removes it with `disable`. Without such a trait, the patch adds one. */
function patchTraits(traits: Trait[], patch: TraitPatch, path: string, misses: Misses): Trait[] {
  const present = traits.some(({ type }) => type === patch.type);
  if (patch.disable) {
    if (!present) misses.set(path, `has no trait ${patch.type} to disable`);
    return traits.filter(({ type }) => type !== patch.type);
  }
  const patchOne = (trait: Trait): Trait => {
    const properties = patchProperties(trait.properties, patch, `${path}.`, misses);
    return properties === undefined ? trait : { ...trait, properties };
  };
  if (!present) return [...traits, patchOne({ type: patch.type })];
  return traits.map((trait) => (trait.type === patch.type ? patchOne(trait) : trait));
}

/** Keys are removed before the merge, so that `remove` together with new properties replaces a map as a whole. */
function patchProperties(
  properties: JsonObject | undefined,
  patch: { properties: JsonObject | undefined; remove: string[] },
  prefix: string,
  misses: Misses,
): JsonObject | undefined {
  const { object, missing } = removePointers(properties ?? {}, patch.remove);
  for (const index of missing) misses.set(`${prefix}remove[${index}]`, `has no ${patch.remove[index] ?? ''} to remove`);
  if (patch.properties !== undefined) return mergeJson(object, patch.properties);
  return properties === undefined ? undefined : object;
}
