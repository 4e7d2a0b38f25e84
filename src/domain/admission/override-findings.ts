import { applyOverrides } from '../overrides/overrides.ts';
import { formatViolation, type Violation } from '../violation.ts';
import type { MaybeNamed, Overriding, Pairing } from './facts.ts';
import { otherObject } from './wording.ts';

const reportedCodes: ReadonlySet<string> = new Set([
  'OverrideMatchesNothing',
  'OverrideTypeDiffers',
  'SelectorLeavesNothing',
]);

/**
 * The problems that overrides have in pairs that a request combines, and did not have before. The path is the policy if
 * the Environment is edited, else the field that leads to the other object.
 */
export function overrideFindings(kind: string, pairings: readonly Pairing[]): Violation[] {
  const found = new Map<string, Violation>();
  for (const { environment, profile, now, before } of pairings) {
    const previous = new Set(before === undefined ? [] : problemsOf(before).map(formatViolation));
    for (const violation of problemsOf(now).filter((item) => !previous.has(formatViolation(item)))) {
      const finding = describe(kind, violation, environment, profile);
      found.set(formatViolation(finding), finding);
    }
  }
  return [...found.values()];
}

function problemsOf({ components, policies }: Overriding): Violation[] {
  return applyOverrides(components, policies).violations.filter(({ code }) => reportedCodes.has(code));
}

function describe(kind: string, violation: Violation, environment: MaybeNamed, profile: MaybeNamed): Violation {
  const { path, message } = violation;
  // The message quotes the policies of the Environment and the components of the profile.
  const mayQuote = environment.visible && profile.visible;
  if (kind === 'Environment') {
    const what = mayQuote ? message : 'does not fit';
    return { ...violation, message: `${what} (${otherObject('WorkloadProfile', profile)})` };
  }
  const field = kind === 'WorkloadProfile' ? 'spec.workload.components' : 'spec.environmentRef.name';
  const what = mayQuote ? `${path}: ${message}` : 'one of its overrides does not fit';
  return { ...violation, path: field, message: `${otherObject('Environment', environment)}: ${what}` };
}
