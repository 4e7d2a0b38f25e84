import { revisionedKindNames, type RevisionedKindName } from '../../api/definition-revision.ts';
import type { ObjectChange, UncheckedObject } from '../../api/unchecked-object.ts';
import type { Refusal } from './decision.ts';
import type { Facts, RequestFacts } from './facts.ts';

/** A problem that a rule found: the field, and one line that says what is wrong and what to do. */
export interface Finding {
  path: string;
  message: string;
  /** Replaces the message if the request is denied because of this finding. */
  denial?: string;
  /** Set if this finding is more or less severe than the default of the rule. */
  severity?: 'deny' | 'warn';
  /** The hub namespaces of the deployments that it is about. An acknowledgement must be allowed in each of them. */
  about?: readonly string[];
}

/** One rule of admission, named for the bad state that it finds. */
export interface Rule {
  /** A stable name. It is the metric label, the anchor in the docs, and the code in `--rule`. */
  code: string;
  /** One line for the docs that says what the rule finds. */
  summary: string;
  /** Markdown for the docs that says what to do about a finding. */
  remedy: string;
  kinds: readonly string[];
  operations: readonly RequestFacts['operation'][];
  /** Almost every rule runs in `validate`. A rule about what the CRD's schema would refuse runs in `mutate`, which comes before the schema. */
  phases: readonly RequestFacts['phase'][];
  severity: 'deny' | 'warn';
  /**
   * The `reason` of the status with which the API server answers a denial: `Invalid` for a value that cannot be right, `Forbidden`
   * for a change that does harm or is not allowed now, `TooManyRequests` if a retry helps.
   */
  reason: Refusal['reason'];
  /** Whether the rule depends on objects other than the one in the request. They are read live before it denies or warns. */
  needsLiveRead: boolean;
  /** Where the rule is enforced: on admission, and for some rules again by the controller before it writes. */
  enforcedAt: readonly ['admission'] | readonly ['admission', 'apply'];
  /** Whether `--rule` may change its severity, and an object may acknowledge it. */
  overridable: boolean;
  find(facts: Facts): Finding[];
}

/** Severities that a platform team has set. */
export type Severities = Readonly<Record<string, 'deny' | 'warn' | 'off'>>;

/** The kinds whose edits are recorded as revisions. */
export const revisionedKinds: readonly string[] = revisionedKindNames;

/** The kind of a request, if edits of it are recorded as revisions. */
export function revisionedKindOf({ kind }: Pick<RequestFacts, 'kind'>): RevisionedKindName | undefined {
  return revisionedKindNames.find((name) => name === kind);
}

/** The kinds that users apply to the hub. */
export const hubKinds: readonly string[] = [...revisionedKinds, 'WorkloadDeployment'];

/** True if a finding is new or more severe than before: problems that existed before the request are not reported. */
export function isMoreSevere(
  now: 'deny' | 'warn' | undefined,
  before: 'deny' | 'warn' | undefined,
): now is 'deny' | 'warn' {
  return now !== undefined && now !== before && !(before === 'deny' && now === 'warn');
}

/** What `find` reports about the object of a request, without what it reports about the object before. */
export function newFindings(
  { object, oldObject }: ObjectChange,
  find: (object: UncheckedObject) => Finding[],
): Finding[] {
  if (object === undefined) return [];
  const found = find(object);
  const before = oldObject === undefined || found.length === 0 ? [] : find(oldObject);
  return found.filter(({ path, message }) => !before.some((old) => old.path === path && old.message === message));
}

/** At most this many findings of one rule are listed; the rest is counted. */
const maxFindings = 5;

/** The first findings, most severe first and without repetition, and how many more there are. */
export function limitFindings(findings: readonly Finding[]): Finding[] {
  if (findings.length === 0) return [];
  const groups = Map.groupBy(findings, ({ path, message, severity }) => JSON.stringify([path, message, severity]));
  const distinct = [...groups.values()].flatMap(([first, ...same]): Finding[] => {
    if (first === undefined) return [];
    if (same.length === 0) return [first];
    return [{ ...first, ...aboutAll([first, ...same]), message: `${first.message} (${same.length + 1} times)` }];
  });
  const sorted = distinct.toSorted((left, right) => rank(left) - rank(right));
  const [next] = sorted.slice(maxFindings);
  if (next === undefined) return sorted;
  const message = `and ${sorted.length - maxFindings} more like this`;
  const rest = { ...next, ...aboutAll(sorted.slice(maxFindings)), path: '', message };
  return [...sorted.slice(0, maxFindings), rest];
}

/** The hub namespaces that several findings are about. */
function aboutAll(findings: readonly Finding[]): Pick<Finding, 'about'> {
  const about = new Set(findings.flatMap((finding) => finding.about ?? []));
  return about.size === 0 ? {} : { about: [...about].toSorted() };
}

function rank({ severity }: Finding): number {
  if (severity === undefined) return 1;
  return severity === 'deny' ? 0 : 2;
}
