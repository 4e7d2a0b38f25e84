import { rules } from './rules/all.ts';

/** Codes of the rules that the controller checks again before it writes: reasons of `Applied` while a rule blocks the write. */
export const applyEnforcedCodes: ReadonlySet<string> = new Set(
  rules.filter(({ enforcedAt }) => enforcedAt.some((point) => point === 'apply')).map(({ code }) => code),
);

/** Codes of the rules that an object may acknowledge, sorted. */
export const acknowledgeableCodes: ReadonlySet<string> = new Set(
  rules
    .filter(({ overridable }) => overridable)
    .map(({ code }) => code)
    .toSorted(),
);
