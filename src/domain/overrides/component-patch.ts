import { isJsonObject, type JsonObject, type JsonValue } from '../../api/object.ts';
import type { Component } from '../../api/workload.ts';
import { escapeKey, removePointers } from '../json/json-pointer.ts';
import { isContained } from '../json/json-subset.ts';
import { copyJson, mergeInto } from '../json/merge.ts';
import type { ComponentPatch, TraitPatch } from './override-policy.ts';

type Trait = NonNullable<Component['traits']>[number];

/** Parts of a patch: by the path in it (`traits[0].remove[1]`, empty for the whole patch), a message about the component. */
export type PatchMessages = Map<string, string>;

/** What a patch did not do as its author may expect. */
export interface PatchFindings {
  /** The parts that found nothing to change or to remove. */
  misses: PatchMessages;
  /** The patches of traits that changed several traits of one type. */
  several: PatchMessages;
}

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
export function patchComponent(component: Component, patch: ComponentPatch): PatchFindings {
  const findings: PatchFindings = { misses: new Map(), several: new Map() };
  const hadTraits = component.traits !== undefined;
  if (isEmpty(patch) && patch.traits.length === 0) {
    findings.misses.set('', 'is not changed: the patch has neither properties nor traits nor keys to remove');
  }
  patchProperties(component, patch, '', findings.misses);
  for (const [index, trait] of patch.traits.entries()) patchTraits(component, trait, `traits[${index}]`, findings);
  if (!hadTraits && component.traits?.length === 0) delete component.traits;
  return findings;
}

/** Patches every trait that matches, or removes it with `disable`. Without a trait of the type, the patch adds one. */
function patchTraits(component: Component, patch: TraitPatch, path: string, { misses, several }: PatchFindings): void {
  const { traits = [] } = component;
  const { type, match } = patch;
  const matched = traits.filter((trait) => isMatched(trait, patch));
  const which = match === undefined ? `trait ${type}` : `trait ${type} with the properties of match`;
  if (match === undefined && matched.length > 1) {
    const what = patch.disable ? 'disables' : 'changes';
    several.set(
      path,
      `has ${matched.length} traits ${type}, and this ${what} all of them; to select some, add match with properties of them`,
    );
  }
  if (matched.length === 0 && (patch.disable || match !== undefined)) {
    misses.set(path, `has no ${which} to ${patch.disable ? 'disable' : 'change'}`);
  } else if (patch.disable) {
    component.traits = traits.filter((trait) => !matched.includes(trait));
  } else if (matched.length === 0) {
    const added: Trait = { type };
    component.traits = [...traits, added];
    patchProperties(added, patch, `${path}.`, misses);
  } else {
    if (isEmpty(patch))
      misses.set(path, `has a ${which}, which is not changed: the patch has neither properties nor keys to remove`);
    for (const trait of matched) patchProperties(trait, patch, `${path}.`, misses);
  }
}

function isMatched({ type, properties = {} }: Trait, { type: wanted, match = {} }: TraitPatch): boolean {
  return type === wanted && isContained(match, properties);
}

type PropertiesPatch = Pick<ComponentPatch, 'properties' | 'remove'>;

function isEmpty({ properties, remove }: PropertiesPatch): boolean {
  return properties === undefined && remove.length === 0;
}

/** Keys are removed before the merge, so that `remove` together with new properties replaces a map as a whole. */
function patchProperties(
  target: { properties?: JsonObject },
  patch: PropertiesPatch,
  prefix: string,
  misses: PatchMessages,
): void {
  const missing = patch.remove.length === 0 ? [] : removePointers(target.properties ?? {}, patch.remove);
  for (const index of missing) misses.set(`${prefix}remove[${index}]`, `has no ${patch.remove[index] ?? ''} to remove`);
  if (patch.properties === undefined) return;
  const [empty] = emptyMaps(patch.properties, target.properties);
  if (empty !== undefined) misses.set(`${prefix}properties`, emptyMapMessage(empty));
  target.properties ??= {};
  mergeInto(target.properties, patch.properties);
}

/** JSON Pointers of the maps in a patch that are empty, where the target has a map already: merging them changes nothing. */
function emptyMaps(patch: JsonObject, target: JsonValue | undefined, pointer = ''): string[] {
  if (!isJsonObject(target)) return [];
  const entries = Object.entries(patch);
  if (entries.length === 0) return [pointer];
  return entries.flatMap(([key, value]) =>
    isJsonObject(value) && Object.hasOwn(target, key)
      ? emptyMaps(value, target[key], `${pointer}/${escapeKey(key)}`)
      : [],
  );
}

function emptyMapMessage(pointer: string): string {
  const where = pointer === '' ? 'properties' : `map ${pointer}`;
  return `is not changed by the empty ${where}; kubectl apply drops keys that are null: to remove a key, write remove: ["${pointer}/KEY"]`;
}
