import type { Refusal } from './decision.ts';
import type { Facts, RequestFacts } from './facts.ts';

/** What a rule found: where, and one line that says what is wrong and what to do. */
export interface Finding {
  path: string;
  message: string;
  /** Where this finding is graver or milder than the rule by default. */
  severity?: 'deny' | 'warn';
}

/** One rule of admission, named for the bad state that it finds. */
export interface Rule {
  /** Stable: the metric label, the anchor in the docs, the word in `--rule`. */
  code: string;
  /** What it is about, in one line, for the docs. */
  summary: string;
  /** What to do about it, in Markdown, for the docs. */
  remedy: string;
  kinds: readonly string[];
  operations: readonly RequestFacts['operation'][];
  phases: readonly RequestFacts['phase'][];
  severity: 'deny' | 'warn';
  /** How a denial reads in HTTP. */
  reason: Refusal['reason'];
  /** Whether it rests on other objects than the request's: those are read live before it refuses or warns. */
  needsLiveRead: boolean;
  /** Whether it can be switched by `--rule` and acknowledged. */
  fixed?: boolean;
  /** Whether the controller applies it once more before it writes. */
  secondLine?: boolean;
  find(facts: Facts): Finding[];
}

/** Severities that a platform team has set. */
export type Severities = Readonly<Record<string, 'deny' | 'warn' | 'off'>>;

export const hubKinds = ['Environment', 'WorkloadProfile', 'PolicyDefinition', 'WorkloadDeployment'] as const;
export const revisionedKinds = ['Environment', 'WorkloadProfile', 'PolicyDefinition'] as const;

/** Whether something is graver than it was: what was so before is none of a request's doing. */
export function isMoreSevere(
  now: 'deny' | 'warn' | undefined,
  was: 'deny' | 'warn' | undefined,
): now is 'deny' | 'warn' {
  return now !== undefined && now !== was && !(was === 'deny' && now === 'warn');
}

/** More findings of one rule than these help nobody; the rest is counted. */
const most = 5;

/** The first findings, gravest first and the same once, and how many more there are. */
export function limitFindings(findings: readonly Finding[]): Finding[] {
  const groups = Map.groupBy(findings, ({ path, message, severity }) => JSON.stringify([path, message, severity]));
  const distinct = [...groups.values()].flatMap(([first, ...same]): Finding[] => {
    if (first === undefined) return [];
    return [same.length === 0 ? first : { ...first, message: `${first.message} (${same.length + 1} times)` }];
  });
  const sorted = distinct.toSorted((left, right) => rank(left) - rank(right));
  const [next] = sorted.slice(most);
  if (next === undefined) return sorted;
  const rest = { ...next, path: '', message: `and ${sorted.length - most} more like this` };
  return [...sorted.slice(0, most), rest];
}

function rank({ severity }: Finding): number {
  if (severity === undefined) return 1;
  return severity === 'deny' ? 0 : 2;
}
