import { at, canonical, stringAt, withValue, type JsonMap } from './json.ts';
import { stampKey, type HubContent, type FoundRevision } from './hub-content.ts';
import type { Attempt } from './journal.ts';
import { checkPins } from './check-pins.ts';
import { contentOf } from './target.ts';

/** What came out. Nothing is lost and nothing is wrong where `problems` is empty. */
export interface CheckResult {
  accepted: number;
  refused: number;
  unknown: number;
  /** Of the unknown ones, how many are there, whole. */
  arrived: number;
  /** Accepted edits that have no revision of their own, with just their content. */
  lost: number;
  revisions: number;
  /** Fixed pins that were looked at. */
  pins: number;
  problems: string[];
}

/** Compares what the writers were told with what the hub holds. */
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
      if (author === undefined) problems.push(`${name} was made by nobody`);
      else if (!hasExpectedContent(author, revision, before))
        problems.push(`${name} is not what ${author.id} (${author.style}) asked`);
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

/** Accepted, of an Environment, and not under dry run. */
function isEdit({ outcome, dryRun, pin }: Attempt): boolean {
  return outcome === 'accepted' && dryRun !== true && pin === undefined;
}

const keyOf = (uid: string, number: number | string) => `${uid}/${number}`;

/** Finds the revision of an accepted edit and takes it, unless the edit changed nothing. */
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
  if (!JSON.stringify(revision.content).includes(marker)) return 'its marker is not in what was accepted';
  const other = claims.get(keyOf(uid, number));
  if (other !== undefined) return `shares revision ${number} with ${other.id}`;
  claims.set(keyOf(uid, number), edit);
  return undefined;
}

/** The client was not told what came of it: the revision is the one that has its marker first. */
function assignByMarker(edit: Attempt, { environments, revisions }: HubContent, claims: Map<string, Attempt>): string | undefined {
  const environment = environments.find((item) => stringAt(item, 'metadata', 'name') === edit.name);
  const uid = stringAt(environment, 'metadata', 'uid');
  const own = revisions.get(uid) ?? [];
  const revision = own.find((one, index) => introduces(edit, one, own[index - 1]));
  if (revision === undefined) return 'accepted, and no revision has its marker';
  claims.set(keyOf(uid, revision.number), edit);
  return undefined;
}

/** No refused try and no dry run left its marker anywhere. */
function findUnexpectedMarkers(tries: readonly Attempt[], { text }: HubContent): string[] {
  return tries
    .filter(({ outcome, dryRun }) => outcome === 'refused' || dryRun === true)
    .filter(({ marker }) => marker !== undefined && text.includes(marker))
    .map(({ id, style, name }) => `${id} (${style} of ${name}) was refused or a dry run, and left a trace`);
}

/** From 1 to what the status says, which is what the object is stamped with and holds. */
function checkNumbers(environment: JsonMap, own: readonly FoundRevision[]): string[] {
  const name = stringAt(environment, 'metadata', 'name');
  const newest = own.at(-1);
  const gaps = own.filter(({ number }, index) => number !== index + 1);
  return [
    ...gaps.map(({ number }) => `${name}: v${number} is out of order`),
    ...(newest?.number === at(environment, 'status', 'revision') ? [] : [`${name}: status.revision is not the newest`]),
    ...(canonical(newest?.content) === canonical(contentOf(environment)) ? [] : [`${name}: the newest is not what is live`]),
  ];
}

function introduces({ marker, dryRun }: Attempt, now: FoundRevision, before: FoundRevision | undefined): boolean {
  if (marker === undefined || dryRun === true) return false;
  return JSON.stringify(now.content).includes(marker) && !JSON.stringify(before?.content ?? '').includes(marker);
}

/** Whether a revision is the one before with exactly what its author changed, or the whole that it wrote. */
function hasExpectedContent({ changes, whole }: Attempt, now: FoundRevision, before: FoundRevision | undefined): boolean {
  if (whole !== undefined) return canonical(now.content) === canonical(whole);
  if (changes === undefined || before === undefined) return true;
  const wanted = changes.reduce((content, { path, value }) => withValue(content, path, value), before.content);
  return canonical(now.content) === canonical(wanted);
}
