import { at, sorted, textAt, withValue, type JsonMap } from './json.ts';
import { stampKey, type Found, type FoundRevision } from './found.ts';
import type { Try } from './journal.ts';
import { checkPins } from './check-pins.ts';
import { contentOf } from './target.ts';

/** What came out. Nothing is lost and nothing is wrong where `problems` is empty. */
export interface Verdict {
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
export function check(tries: readonly Try[], found: Found): Verdict {
  const problems: string[] = [];
  const claims = new Map<string, Try>();
  let lost = 0;
  for (const edit of tries.filter(isEdit)) {
    const problem = claim(edit, found, claims);
    if (problem === undefined) continue;
    lost += 1;
    problems.push(`${edit.id} (${edit.style} of ${edit.name}): ${problem}`);
  }
  problems.push(...untouched(tries, found));
  const unknown = tries.filter(({ outcome }) => outcome === undefined || outcome === 'unknown');
  let revisions = 0;
  let arrived = 0;
  for (const environment of found.environments) {
    const own = found.revisions.get(textAt(environment, 'metadata', 'uid')) ?? [];
    revisions += own.length;
    problems.push(...numbering(environment, own));
    for (const [index, revision] of own.entries()) {
      const before = own[index - 1];
      const key = keyOf(textAt(environment, 'metadata', 'uid'), revision.number);
      const author = claims.get(key) ?? unknown.find((edit) => introduces(edit, revision, before));
      if (author !== undefined && !claims.has(key)) arrived += 1;
      const name = `${textAt(environment, 'metadata', 'name')} v${revision.number}`;
      if (author === undefined) problems.push(`${name} was made by nobody`);
      else if (!isWhole(author, revision, before))
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
function isEdit({ outcome, dryRun, pin }: Try): boolean {
  return outcome === 'accepted' && dryRun !== true && pin === undefined;
}

const keyOf = (uid: string, number: number | string) => `${uid}/${number}`;

/** Finds the revision of an accepted edit and takes it, unless the edit changed nothing. */
function claim(edit: Try, found: Found, claims: Map<string, Try>): string | undefined {
  const { object, marker } = edit;
  if (object === undefined) return claimByMarker(edit, found, claims);
  const uid = textAt(object, 'metadata', 'uid');
  const number = textAt(object, 'metadata', 'annotations', stampKey);
  const revision = found.revisions.get(uid)?.find((one) => String(one.number) === number);
  if (revision === undefined) return `accepted as revision ${number}, which is not recorded`;
  if (sorted(revision.content) !== sorted(contentOf(object))) return `revision ${number} has another content`;
  if (revision.hash !== textAt(object, 'metadata', 'annotations', `${stampKey}-hash`)) return 'the hash differs';
  if (marker === undefined) return undefined;
  if (!JSON.stringify(revision.content).includes(marker)) return 'its marker is not in what was accepted';
  const other = claims.get(keyOf(uid, number));
  if (other !== undefined) return `shares revision ${number} with ${other.id}`;
  claims.set(keyOf(uid, number), edit);
  return undefined;
}

/** The client was not told what came of it: the revision is the one that has its marker first. */
function claimByMarker(edit: Try, { environments, revisions }: Found, claims: Map<string, Try>): string | undefined {
  const environment = environments.find((item) => textAt(item, 'metadata', 'name') === edit.name);
  const uid = textAt(environment, 'metadata', 'uid');
  const own = revisions.get(uid) ?? [];
  const revision = own.find((one, index) => introduces(edit, one, own[index - 1]));
  if (revision === undefined) return 'accepted, and no revision has its marker';
  claims.set(keyOf(uid, revision.number), edit);
  return undefined;
}

/** No refused try and no dry run left its marker anywhere. */
function untouched(tries: readonly Try[], { text }: Found): string[] {
  return tries
    .filter(({ outcome, dryRun }) => outcome === 'refused' || dryRun === true)
    .filter(({ marker }) => marker !== undefined && text.includes(marker))
    .map(({ id, style, name }) => `${id} (${style} of ${name}) was refused or a dry run, and left a trace`);
}

/** From 1 to what the status says, which is what the object is stamped with and holds. */
function numbering(environment: JsonMap, own: readonly FoundRevision[]): string[] {
  const name = textAt(environment, 'metadata', 'name');
  const newest = own.at(-1);
  const gaps = own.filter(({ number }, index) => number !== index + 1);
  return [
    ...gaps.map(({ number }) => `${name}: v${number} is out of order`),
    ...(newest?.number === at(environment, 'status', 'revision') ? [] : [`${name}: status.revision is not the newest`]),
    ...(sorted(newest?.content) === sorted(contentOf(environment)) ? [] : [`${name}: the newest is not what is live`]),
  ];
}

function introduces({ marker, dryRun }: Try, now: FoundRevision, before: FoundRevision | undefined): boolean {
  if (marker === undefined || dryRun === true) return false;
  return JSON.stringify(now.content).includes(marker) && !JSON.stringify(before?.content ?? '').includes(marker);
}

/** Whether a revision is the one before with exactly what its author changed, or the whole that it wrote. */
function isWhole({ changes, whole }: Try, now: FoundRevision, before: FoundRevision | undefined): boolean {
  if (whole !== undefined) return sorted(now.content) === sorted(whole);
  if (changes === undefined || before === undefined) return true;
  const wanted = changes.reduce((content, { path, value }) => withValue(content, path, value), before.content);
  return sorted(now.content) === sorted(wanted);
}
