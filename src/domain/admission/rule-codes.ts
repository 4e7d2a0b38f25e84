import { rules } from './rules/all.ts';

/** Codes of the rules that an object may acknowledge, sorted. */
export const acknowledgeableCodes: ReadonlySet<string> = new Set(
  rules
    .filter(({ overridable }) => overridable)
    .map(({ code }) => code)
    .toSorted(),
);
