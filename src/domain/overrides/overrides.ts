import type { JsonObject } from '../../api/object.ts';
import type { Component } from '../../api/workload.ts';
import { patchComponent, type Misses } from './component-patch.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import { readOverridePolicy, type ComponentPatch } from './override-policy.ts';
import { matchesWildcard } from '../text/wildcard.ts';
import type { Violation } from '../violation.ts';

/** A policy of an Environment. Policies of other types than `override` are ignored here. */
export interface PolicyToApply {
  name: string;
  type?: string;
  properties?: JsonObject;
}

/** A problem with overrides. The codes are codes of rules. */
export type OverrideViolation = Violation &
  (
    | { severity: 'deny'; code: 'InvalidSpec' | 'OverrideTypeDiffers' | 'SelectorLeavesNothing' }
    | { severity: 'warn'; code: 'OverrideMatchesNothing' }
  );

/** Components after overrides. They must not be used if one of the violations denies. */
export interface OverrideResult {
  components: Component[];
  violations: OverrideViolation[];
}

/**
 * Applies the policies in order: first the patches of a policy in order, then its selector. The arguments are not changed.
 * A malformed policy is reported with code `InvalidSpec` and is not applied. Paths begin with `spec.policies`.
 */
export function applyOverrides(components: readonly Component[], policies: readonly PolicyToApply[]): OverrideResult {
  const start: OverrideResult = { components: [...components], violations: [] };
  return policies.reduce((before, policy, index) => {
    if (policy.type !== undefined && policy.type !== 'override') return before;
    return chain(before, applyPolicy(before.components, policy, `spec.policies[${index}].properties`));
  }, start);
}

function applyPolicy(components: Component[], { properties }: PolicyToApply, path: string): OverrideResult {
  const { policy, violations } = readOverridePolicy(properties ?? {}, path);
  if (violations.length > 0) return { components, violations };
  if (policy.components.length === 0 && policy.selector === undefined) {
    return {
      components,
      violations: [matchesNothing(path, 'has neither components nor a selector, so changes nothing')],
    };
  }
  const patched = policy.components.reduce<OverrideResult>(
    (before, patch, index) => chain(before, applyPatch(before.components, patch, `${path}.components[${index}]`)),
    { components, violations: [] },
  );
  if (policy.selector === undefined) return patched;
  return chain(patched, select(patched.components, policy.selector, `${path}.selector`));
}

function applyPatch(components: Component[], patch: ComponentPatch, path: string): OverrideResult {
  const { name, type } = patch;
  const named = components.filter((component) => name === undefined || matchesWildcard(name, component.name));
  const matched = named.filter((component) => type === undefined || type === component.type);
  if (name !== undefined && matched.length < named.length) {
    return { components, violations: [typeDiffers(named, patch, path)] };
  }
  if (matched.length === 0) return addOrWarn(components, patch, path);

  const results = new Map(matched.map((component) => [component, patchComponent(component, patch)]));
  const misses = commonMisses([...results.values()].map((result) => result.misses));
  return {
    components: components.map((component) => results.get(component)?.component ?? component),
    violations: missWarnings(misses, path, matched),
  };
}

/** A patch with the name and type of a component that does not exist adds it; otherwise it only warns. */
function addOrWarn(components: Component[], patch: ComponentPatch, path: string): OverrideResult {
  const { name, type } = patch;
  if (name === undefined) {
    const message = type === undefined ? 'there is no component' : `no component is of type ${quote(type)}`;
    return { components, violations: [matchesNothing(path, message)] };
  }
  const names = components.map((component) => component.name);
  const message = `no component is named ${quote(name)}`;
  if (name.includes('*') || type === undefined) {
    return { components, violations: [matchesNothing(`${path}.name`, message + didYouMean(name, names))] };
  }
  const added = patchComponent({ name, type }, patch);
  const warning = matchesNothing(`${path}.name`, `${message}, so one is added${didYouMean(name, names)}`);
  return {
    components: [...components, added.component],
    violations: [warning, ...missWarnings(added.misses, path, [added.component])],
  };
}

function select(components: Component[], selector: string[], path: string): OverrideResult {
  const selected = components.filter(({ name }) => selector.some((pattern) => matchesWildcard(pattern, name)));
  const names = components.map(({ name }) => name);
  const warnings = selector.flatMap((pattern, index) => {
    if (names.some((name) => matchesWildcard(pattern, name))) return [];
    return [
      matchesNothing(`${path}[${index}]`, `no component is named ${quote(pattern)}${didYouMean(pattern, names)}`),
    ];
  });
  if (selected.length > 0) return { components: selected, violations: warnings };
  // Later policies are checked with the components before this selector. The result is not used, because this denies.
  const message = `selects no component; existing components: ${listNames(names)}`;
  return { components, violations: [{ code: 'SelectorLeavesNothing', severity: 'deny', path, message }, ...warnings] };
}

/**
 * The misses that all matched components have in common: a patch for several components may find its key in only some of
 * them.
 */
function commonMisses([first = new Map(), ...others]: Misses[]): Misses {
  return new Map([...first].filter(([path]) => others.every((other) => other.has(path))));
}

function missWarnings(misses: Misses, path: string, matched: Component[]): OverrideViolation[] {
  const subject = matched.length === 1 ? quote(matched[0]?.name ?? '') : 'every matched component';
  return [...misses].map(([below, message]) => matchesNothing(`${path}.${below}`, `${subject} ${message}`));
}

function typeDiffers(named: Component[], { type }: ComponentPatch, path: string): OverrideViolation {
  const others = named.filter((component) => component.type !== type);
  const found = listNames(others.map((component) => `${component.name} (${component.type})`));
  const message = `is ${quote(type ?? '')}, but the type of a component cannot be overridden: ${found}; leave the type out`;
  return { code: 'OverrideTypeDiffers', severity: 'deny', path: `${path}.type`, message };
}

function matchesNothing(path: string, message: string): OverrideViolation {
  return { code: 'OverrideMatchesNothing', severity: 'warn', path, message };
}

function chain(before: OverrideResult, after: OverrideResult): OverrideResult {
  return { components: after.components, violations: [...before.violations, ...after.violations] };
}

function listNames(names: string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown || 'none';
}

function quote(name: string): string {
  return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
}
