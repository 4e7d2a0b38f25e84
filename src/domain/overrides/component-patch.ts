import type { JsonObject } from '../../api/object.ts';
import type { Component } from '../../api/workload.ts';
import { removePointers } from '../json/json-pointer.ts';
import { copyJson, mergeInto } from '../json/merge.ts';
import type { ComponentPatch, TraitPatch } from './override-policy.ts';

type Trait = NonNullable<Component['traits']>[number];

/**
 * The parts of a patch that found nothing to remove: by the path in the patch (`traits[0].remove[1]`), a message that names
 * what is absent.
 */
export type Misses = Map<string, string>;

/** A component that shares no value with the original, so that it can be patched. */
export function copyComponent(component: Component): Component {
  const { properties, traits } = component;
  return {
    ...component,
    ...(properties === undefined ? {} : { properties: copyJson(properties) }),
    ...(traits === undefined ? {} : { traits: traits.map(copyTrait) }),
  };
}

function copyTrait(trait: Trait): Trait {
  const { properties } = trait;
  return properties === undefined ? { ...trait } : { ...trait, properties: copyJson(properties) };
}

/** Applies a patch to a component, which is changed. The caller has already matched its name and type. */
export function patchComponent(component: Component, patch: ComponentPatch): Misses {
  const misses: Misses = new Map();
  const hadTraits = component.traits !== undefined;
  patchProperties(component, patch, '', misses);
  for (const [index, trait] of patch.traits.entries()) patchTraits(component, trait, `traits[${index}]`, misses);
  if (!hadTraits && component.traits?.length === 0) delete component.traits;
  return misses;
}

/** Patches every trait of the type, or removes it with `disable`. Without such a trait, the patch adds one. */
function patchTraits(component: Component, patch: TraitPatch, path: string, misses: Misses): void {
  const { traits = [] } = component;
  const present = traits.filter(({ type }) => type === patch.type);
  if (patch.disable) {
    if (present.length === 0) misses.set(path, `has no trait ${patch.type} to disable`);
    else component.traits = traits.filter(({ type }) => type !== patch.type);
    return;
  }
  if (present.length === 0) {
    const added: Trait = { type: patch.type };
    component.traits = [...traits, added];
    present.push(added);
  }
  for (const trait of present) patchProperties(trait, patch, `${path}.`, misses);
}

/** Keys are removed before the merge, so that `remove` together with new properties replaces a map as a whole. */
function patchProperties(
  target: { properties?: JsonObject },
  patch: { properties: JsonObject | undefined; remove: string[] },
  prefix: string,
  misses: Misses,
): void {
  const missing = patch.remove.length === 0 ? [] : removePointers(target.properties ?? {}, patch.remove);
  for (const index of missing) misses.set(`${prefix}remove[${index}]`, `has no ${patch.remove[index] ?? ''} to remove`);
  if (patch.properties === undefined) return;
  target.properties ??= {};
  mergeInto(target.properties, patch.properties);
}
