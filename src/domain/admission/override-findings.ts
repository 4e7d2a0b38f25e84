import { applyOverrides } from '../overrides/overrides.ts';
import { formatViolation, type Violation } from '../violation.ts';
import type { MaybeNamed, Pairing } from './facts.ts';
import type { OverrideInput } from '../overrides/override-input.ts';
import { otherObject } from './wording.ts';

const reportedCodes: ReadonlySet<string> = new Set([
  'OverrideMatchesNothing',
  'OverrideMatchesSeveral',
  'OverrideTypeDiffers',
  'SelectorLeavesNothing',
  'TooManyOverrides',
]);

/**
 * The problems of overrides in the pairs that a request combines, without those that existed before. The path is that of
 * the policy if the Environment is edited, of the components if the profile is edited, else of the environmentRef.
 */
export function overrideFindings(kind: string, pairings: readonly Pairing[]): Violation[] {
  const found = new Map<string, Violation>();
  for (const { environment, profile, now, before } of pairings) {
    const previous = new Set((before ?? []).map(formatViolation));
    for (const violation of now) {
      if (previous.has(formatViolation(violation))) continue;
      const finding = describe(kind, violation, environment, profile);
      found.set(formatViolation(finding), finding);
    }
  }
  return [...found.values()];
}

/** The problems that rules report about a pair: malformed policies are reported where the Environment is edited. */
export function overrideProblems({ components, policies }: OverrideInput): Violation[] {
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
