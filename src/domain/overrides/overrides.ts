import type { JsonObject } from '../../api/object.ts';
import type { Component } from '../../api/workload.ts';
import { copyComponent, patchComponent, type PatchFindings, type PatchMessages } from './component-patch.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import { readOverridePolicy, type ComponentPatch, type OverridePolicy } from './override-policy.ts';
import { excessiveWork, maxComponents, maxTraits } from './override-work.ts';
import { wildcardMatcher } from '../text/wildcard.ts';
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
    | { severity: 'deny'; code: 'InvalidSpec' | 'OverrideTypeDiffers' | 'SelectorLeavesNothing' | 'TooManyOverrides' }
    | { severity: 'warn'; code: 'OverrideMatchesNothing' | 'OverrideMatchesSeveral' }
  );

/** Components after overrides. They must not be used if one of the violations denies. */
export interface OverrideResult {
  components: Component[];
  violations: OverrideViolation[];
}

/**
 * Applies the policies in order: first the patches of a policy in order, then its selector. The arguments are not changed.
 * A malformed policy is reported with code `InvalidSpec` and is not applied. If the policies are too much work for the
 * components, none is applied. Paths begin with `spec.policies`.
 */
export function applyOverrides(components: readonly Component[], policies: readonly PolicyToApply[]): OverrideResult {
  const read = policies.flatMap(({ type, properties = {} }, index) => {
    if (type !== undefined && type !== 'override') return [];
    const path = `spec.policies[${index}].properties`;
    return [{ path, ...readOverridePolicy(properties, path) }];
  });
  const valid = read.filter(({ violations }) => violations.length === 0).map(({ policy }) => policy);
  const problem = excessiveWork(valid, components);
  if (problem !== undefined) return { components: [...components], violations: [tooMany('spec.policies', problem)] };
  const evaluation = new Evaluation(components);
  for (const { path, policy, violations } of read) {
    if (violations.length === 0) evaluation.applyPolicy(policy, path);
    else for (const violation of violations) evaluation.violations.push(violation);
  }
  return { components: evaluation.components, violations: evaluation.violations };
}

/** A suggestion compares a name with every component. After this many characters of names, no more are made. */
const maxSuggestionCharacters = 20_000;

class Evaluation {
  components: Component[];
  readonly violations: OverrideViolation[] = [];
  /** The components that may be changed, because they are copies. A component is copied once, not for each patch. */
  readonly #copies = new Set<Component>();
  /** Characters of names that suggestions were looked for in. */
  #compared = 0;

  constructor(components: readonly Component[]) {
    this.components = [...components];
  }

  applyPolicy({ components, selector }: OverridePolicy, path: string): void {
    if (components.length === 0 && selector === undefined) {
      this.violations.push(matchesNothing(path, 'has neither components nor a selector, so changes nothing'));
    }
    for (const [index, patch] of components.entries()) this.#applyPatch(patch, `${path}.components[${index}]`);
    if (selector !== undefined) this.#select(selector, `${path}.selector`);
  }

  #applyPatch(patch: ComponentPatch, path: string): void {
    const { name, type } = patch;
    const isNamed = name === undefined ? () => true : wildcardMatcher(name);
    const named = this.components.filter((component) => isNamed(component.name));
    const matched = named.filter((component) => type === undefined || type === component.type);
    if (name !== undefined && matched.length < named.length) {
      this.violations.push(typeDiffers(named, patch, path));
    } else if (matched.length === 0) {
      this.#addOrWarn(patch, path);
    } else {
      const copies = this.#copy(new Set(matched));
      this.#patch(copies, patch, path);
    }
  }

  /** The components as copies, which replace them. */
  #copy(matched: ReadonlySet<Component>): Component[] {
    const copies: Component[] = [];
    this.components = this.components.map((component) => {
      if (!matched.has(component)) return component;
      const copy = this.#copies.has(component) ? component : copyComponent(component);
      this.#copies.add(copy);
      copies.push(copy);
      return copy;
    });
    return copies;
  }

  #patch(matched: readonly Component[], patch: ComponentPatch, path: string): void {
    const found = matched.map((component) => patchComponent(component, patch));
    const misses = commonMisses(found.map((findings) => findings.misses));
    for (const warning of missWarnings(misses, path, matched)) this.violations.push(warning);
    for (const warning of severalWarnings(found, path, matched)) this.violations.push(warning);
    const crowded = matched.find(({ traits = [] }) => traits.length > maxTraits);
    if (crowded !== undefined && patch.traits.length > 0) {
      const message = `gives ${quote(crowded.name)} more than ${maxTraits} traits, which a Workload cannot have`;
      this.violations.push(tooMany(`${path}.traits`, message));
      crowded.traits = crowded.traits?.slice(0, maxTraits) ?? [];
    }
  }

  /** A patch with the name and type of a component that does not exist adds it; otherwise it only warns. */
  #addOrWarn(patch: ComponentPatch, path: string): void {
    const { name, type } = patch;
    if (name === undefined) {
      const message = type === undefined ? 'there is no component' : `no component is of type ${quote(type)}`;
      this.violations.push(matchesNothing(path, message));
      return;
    }
    const message = `no component is named ${quote(name)}`;
    if (name.includes('*') || type === undefined) {
      this.violations.push(matchesNothing(`${path}.name`, message + this.#suggestion(name)));
      return;
    }
    if (this.components.length >= maxComponents) {
      const more = `adds component ${this.components.length + 1}; a Workload has at most ${maxComponents}`;
      this.violations.push(tooMany(`${path}.name`, more));
      return;
    }
    this.violations.push(matchesNothing(`${path}.name`, `${message}, so one is added${this.#suggestion(name)}`));
    const added: Component = { name, type };
    this.#copies.add(added);
    this.components = [...this.components, added];
    // A component without properties and traits is not a patch that changes nothing.
    if (patch.properties !== undefined || patch.remove.length > 0 || patch.traits.length > 0) {
      this.#patch([added], patch, path);
    }
  }

  #select(selector: readonly string[], path: string): void {
    const names = this.components.map(({ name }) => name);
    const selected = new Set<number>();
    const warnings: OverrideViolation[] = [];
    for (const [index, pattern] of selector.entries()) {
      const isSelected = wildcardMatcher(pattern);
      let isMatched = false;
      for (const [position, name] of names.entries()) {
        if (!isSelected(name)) continue;
        isMatched = true;
        selected.add(position);
      }
      if (isMatched) continue;
      const message = `no component is named ${quote(pattern)}${this.#suggestion(pattern)}`;
      warnings.push(matchesNothing(`${path}[${index}]`, message));
    }
    if (selected.size > 0) {
      this.components = this.components.filter((_, position) => selected.has(position));
    } else {
      // Later policies are checked with the components before this selector. The result is not used, because this denies.
      const message = `selects no component; existing components: ${listNames(names)}`;
      this.violations.push({ code: 'SelectorLeavesNothing', severity: 'deny', path, message });
    }
    for (const warning of warnings) this.violations.push(warning);
  }

  #suggestion(name: string): string {
    if (this.#compared >= maxSuggestionCharacters) return '';
    this.#compared += this.components.reduce((sum, component) => sum + component.name.length, 0);
    return didYouMean(
      name,
      this.components.map((component) => component.name),
    );
  }
}

/**
 * The misses that all matched components have in common: a patch for several components may find its key in only some of
 * them.
 */
function commonMisses([first = new Map(), ...others]: PatchMessages[]): PatchMessages {
  return new Map([...first].filter(([path]) => others.every((other) => other.has(path))));
}

function missWarnings(misses: PatchMessages, path: string, matched: readonly Component[]): OverrideViolation[] {
  const subject = matched.length === 1 ? quote(matched[0]?.name ?? '') : 'every matched component';
  return [...misses].map(([below, message]) => matchesNothing(pathIn(path, below), `${subject} ${message}`));
}

/** A warning for each patch of traits that changes several in a component; it names the first of these components. */
function severalWarnings(found: PatchFindings[], path: string, matched: readonly Component[]): OverrideViolation[] {
  const warnings = new Map<string, OverrideViolation>();
  for (const [index, { several }] of found.entries()) {
    for (const [below, what] of several) {
      if (warnings.has(below)) continue;
      const message = `${quote(matched[index]?.name ?? '')} ${what}`;
      warnings.set(below, { code: 'OverrideMatchesSeveral', severity: 'warn', path: pathIn(path, below), message });
    }
  }
  return [...warnings.values()];
}

function pathIn(path: string, below: string): string {
  return below === '' ? path : `${path}.${below}`;
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

function tooMany(path: string, message: string): OverrideViolation {
  return { code: 'TooManyOverrides', severity: 'deny', path, message };
}

function listNames(names: string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown || 'none';
}

function quote(name: string): string {
  return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
}
