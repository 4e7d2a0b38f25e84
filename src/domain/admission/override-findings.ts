import type { Component } from '../../api/workload.ts';
import { applyOverrides, type PolicyToApply } from '../overrides/overrides.ts';
import { otherObject } from './wording.ts';
import type { Violation } from '../violation.ts';
import type { MaybeNamed } from './facts.ts';

/** What is overridden, and by what. */
export interface Overriding {
  policies: readonly PolicyToApply[];
  components: readonly Component[];
}

/** An Environment and a profile that a request brings together. */
export interface Pairing {
  environment: MaybeNamed;
  profile: MaybeNamed;
  now: Overriding;
  /** As they were together before; absent where they were not. */
  before?: Overriding;
}

const told: ReadonlySet<string> = new Set(['OverrideMatchesNothing', 'OverrideTypeDiffers', 'SelectorLeavesNothing']);

/**
 * What overrides have to say about pairs that a request brings together, and had not before: with the path in the
 * Environment where that is what is edited, else with the field that leads there.
 */
export function overrideFindings(kind: string, pairings: readonly Pairing[]): Violation[] {
  const found = new Map<string, Violation>();
  for (const { environment, profile, now, before } of pairings) {
    const known = new Set(before === undefined ? [] : saidOf(before).map(textOf));
    for (const violation of saidOf(now).filter((item) => !known.has(textOf(item)))) {
      const finding = placed(kind, violation, environment, profile);
      found.set(textOf(finding), finding);
    }
  }
  return [...found.values()];
}

function saidOf({ components, policies }: Overriding): Violation[] {
  return applyOverrides(components, policies).violations.filter(({ code }) => told.has(code));
}

function textOf({ code, path, message }: Violation): string {
  return `${code} ${path}: ${message}`;
}

function placed(kind: string, violation: Violation, environment: MaybeNamed, profile: MaybeNamed): Violation {
  const { path, message } = violation;
  // What is said tells of the policies of the one and of the components of the other.
  const isTold = environment.visible && profile.visible;
  if (kind === 'Environment') {
    const what = isTold ? message : 'does not fit';
    return { ...violation, message: `${what} (${otherObject('WorkloadProfile', profile)})` };
  }
  const place = kind === 'WorkloadProfile' ? 'spec.workload.components' : 'spec.environmentRef.name';
  const what = isTold ? `${path}: ${message}` : 'an override of it does not fit';
  return { ...violation, path: place, message: `${otherObject('Environment', environment)}: ${what}` };
}
