import { at, canonical, stringAt, withValue, type JsonMap } from './json.ts';
import { stampKey, type HubContent, type FoundRevision } from './hub-content.ts';
import type { Attempt } from './journal.ts';
import { checkPins } from './check-pins.ts';
import { contentOf } from './target.ts';

/** The result. If `problems` is empty, no edit is lost and everything is correct. */
export interface CheckResult {
  accepted: number;
  refused: number;
  unknown: number;
  /** The number of edits with an unknown result that are recorded completely. */
  arrived: number;
  /** The number of accepted edits that do not have a revision with exactly their content. */
  lost: number;
  revisions: number;
  /** The number of pinned refs that were checked. */
  pins: number;
  problems: string[];
}

/** Compares the responses that the writers got with the content of the hub. */
export function check(tries: readonly Attempt[], found: HubContent): CheckResult {
  const problems: string[] = [];
  const claims = new Map<string, Attempt>();
  let lost = 0;
  for (const edit of tries.filter(isEdit)) {
    const problem = assignRevision(edit, found, claims);
    if (problem === undefined) continue;
    lost += 1;
    problems.push(`${edit.id} (${edit.style} of ${edit.name}): ${problem}`);
  }
  problems.push(...findUnexpectedMarkers(tries, found));
  const unknown = tries.filter(({ outcome }) => outcome === undefined || outcome === 'unknown');
  let revisions = 0;
  let arrived = 0;
  for (const environment of found.environments) {
    const own = found.revisions.get(stringAt(environment, 'metadata', 'uid')) ?? [];
    revisions += own.length;
    problems.push(...checkNumbers(environment, own));
    for (const [index, revision] of own.entries()) {
      const before = own[index - 1];
      const key = keyOf(stringAt(environment, 'metadata', 'uid'), revision.number);
      const author = claims.get(key) ?? unknown.find((edit) => introduces(edit, revision, before));
      if (author !== undefined && !claims.has(key)) arrived += 1;
      const name = `${stringAt(environment, 'metadata', 'name')} v${revision.number}`;
      if (author === undefined) problems.push(`${name} belongs to no edit`);
      else if (!hasExpectedContent(author, revision, before))
        problems.push(`${name} is not what ${author.id} (${author.style}) requested`);
    }
  }
  const pins = checkPins(tries, found);
  const count = (outcome: string) => tries.filter((one) => one.outcome === outcome).length;
  return {
    accepted: count('accepted'),
    refused: count('refused'),
    unknown: unknown.length,
    arrived,
    lost,
    revisions,
    pins: pins.checked,
    problems: [...problems, ...pins.problems],
  };
}

/** Whether this is an accepted edit of an Environment, and not a dry run. */
function isEdit({ outcome, dryRun, pin }: Attempt): boolean {
  return outcome === 'accepted' && dryRun !== true && pin === undefined;
}

const keyOf = (uid: string, number: number | string) => `${uid}/${number}`;

/** Finds the revision of an accepted edit and assigns it, unless the edit changed nothing. Returns a problem. */
function assignRevision(edit: Attempt, found: HubContent, claims: Map<string, Attempt>): string | undefined {
  const { object, marker } = edit;
  if (object === undefined) return assignByMarker(edit, found, claims);
  const uid = stringAt(object, 'metadata', 'uid');
  const number = stringAt(object, 'metadata', 'annotations', stampKey);
  const revision = found.revisions.get(uid)?.find((one) => String(one.number) === number);
  if (revision === undefined) return `accepted as revision ${number}, which is not recorded`;
  if (canonical(revision.content) !== canonical(contentOf(object))) return `revision ${number} has another content`;
  if (revision.hash !== stringAt(object, 'metadata', 'annotations', `${stampKey}-hash`)) return 'the hash differs';
  if (marker === undefined) return undefined;
  if (!JSON.stringify(revision.content).includes(marker)) return 'the accepted content does not contain its marker';
  const other = claims.get(keyOf(uid, number));
  if (other !== undefined) return `shares revision ${number} with ${other.id}`;
  claims.set(keyOf(uid, number), edit);
  return undefined;
}

/** The client did not get the object: the revision is the first one with the marker. */
function assignByMarker(
  edit: Attempt,
  { environments, revisions }: HubContent,
  claims: Map<string, Attempt>,
): string | undefined {
  const environment = environments.find((item) => stringAt(item, 'metadata', 'name') === edit.name);
  const uid = stringAt(environment, 'metadata', 'uid');
  const own = revisions.get(uid) ?? [];
  const revision = own.find((one, index) => introduces(edit, one, own[index - 1]));
  if (revision === undefined) return 'accepted, and no revision has its marker';
  claims.set(keyOf(uid, revision.number), edit);
  return undefined;
}

/** Problems with refused edits and dry runs whose marker is on the hub. */
function findUnexpectedMarkers(tries: readonly Attempt[], { text }: HubContent): string[] {
  return tries
    .filter(({ outcome, dryRun }) => outcome === 'refused' || dryRun === true)
    .filter(({ marker }) => marker !== undefined && text.includes(marker))
    .map(({ id, style, name }) => `${id} (${style} of ${name}) was refused or a dry run, but left its marker`);
}

/** Checks that the numbers go from 1 to the revision in the status, and that the newest revision has the present content. */
function checkNumbers(environment: JsonMap, own: readonly FoundRevision[]): string[] {
  const name = stringAt(environment, 'metadata', 'name');
  const newest = own.at(-1);
  const gaps = own.filter(({ number }, index) => number !== index + 1);
  return [
    ...gaps.map(({ number }) => `${name}: v${number} is out of order`),
    ...(newest?.number === at(environment, 'status', 'revision') ? [] : [`${name}: status.revision is not the newest`]),
    ...(canonical(newest?.content) === canonical(contentOf(environment))
      ? []
      : [`${name}: the newest revision differs from the object`]),
  ];
}

function introduces({ marker, dryRun }: Attempt, now: FoundRevision, before: FoundRevision | undefined): boolean {
  if (marker === undefined || dryRun === true) return false;
  return JSON.stringify(now.content).includes(marker) && !JSON.stringify(before?.content ?? '').includes(marker);
}

/** Whether a revision has the previous content with exactly the changes of its author, or the whole content of its author. */
function hasExpectedContent(
  { changes, whole }: Attempt,
  now: FoundRevision,
  before: FoundRevision | undefined,
): boolean {
  if (whole !== undefined) return canonical(now.content) === canonical(whole);
  if (changes === undefined || before === undefined) return true;
  const wanted = changes.reduce((content, { path, value }) => withValue(content, path, value), before.content);
  return canonical(now.content) === canonical(wanted);
}
