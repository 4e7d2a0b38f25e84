import { versionPattern } from '../../api/schema.ts';

/** What follows the `@v` of a ref. */
export type RevisionSelector =
  | { kind: 'newest' }
  | { kind: 'number'; number: number }
  | { kind: 'line'; major: number; minor: number }
  | { kind: 'version'; version: string };

/** A parsed ref: `ref = name [ "@v" revision ]`. */
export interface VersionRef {
  name: string;
  selector: RevisionSelector;
}

export type ParsedRef = { ok: true; ref: VersionRef } | { ok: false; problem: string };

/** The maximum length of a ref: a name of 63 characters, `@v`, and a version of 63 characters. */
const maxLength = 63 + 2 + 63;

/** 15 digits keep every number exact. */
const digits = '(0|[1-9][0-9]{0,14})';
const namePattern = /^[a-z0-9](?:[-a-z0-9.]{0,61}[a-z0-9])?$/;
const numberPattern = new RegExp(`^${digits}$`);
const linePattern = new RegExp(`^${digits}\\.${digits}$`);
const fullPattern = new RegExp(versionPattern);

/** The accepted forms, for messages. */
const refForm = 'use name, name@v3, name@v1.3 or name@v1.3.6';

/** Parses a ref. Never throws; the problem is one line that says what is wrong. */
export function parseRef(text: string): ParsedRef {
  if (text.length > maxLength)
    return problem(`has ${text.length} characters, more than the ${maxLength} that a ref can have`);
  const at = text.indexOf('@');
  const name = at === -1 ? text : text.slice(0, at);
  if (name === '') return problem('has no name');
  if (!namePattern.test(name))
    return problem(`${JSON.stringify(name)} is not a name of at most 63 lower-case letters, digits, - and .`);
  if (at === -1) return { ok: true, ref: { name, selector: { kind: 'newest' } } };
  const suffix = text.slice(at + 1);
  if (suffix.includes('@')) return problem('has more than one @');
  if (!suffix.startsWith('v')) return problem('has no v after @');
  const selector = parseSelector(suffix.slice(1));
  return typeof selector === 'string' ? problem(selector) : { ok: true, ref: { name, selector } };
}

function problem(what: string): ParsedRef {
  return { ok: false, problem: `${what}; ${refForm}` };
}

/** Parses what follows `@v`; a string is the problem with it. */
export function parseSelector(text: string): RevisionSelector | string {
  if (text === '') return 'has no revision after @v';
  if (numberPattern.test(text)) {
    const number = Number(text);
    if (number > 2147483647) return `revision ${text} is larger than any revision can be`;
    return number >= 1 ? { kind: 'number', number } : 'revisions count from 1';
  }
  const line = linePattern.exec(text);
  if (line !== null) return { kind: 'line', major: Number(line[1]), minor: Number(line[2]) };
  if (text.length <= 63 && fullPattern.test(text)) return { kind: 'version', version: text };
  return `${JSON.stringify(text)} is neither a revision nor a version; leading zeros and build metadata are not allowed`;
}

/** The text of a ref. */
export function formatRef(ref: VersionRef): string {
  const { name, selector } = ref;
  switch (selector.kind) {
    case 'newest':
      return name;
    case 'number':
      return `${name}@v${selector.number}`;
    case 'line':
      return `${name}@v${selector.major}.${selector.minor}`;
    case 'version':
      return `${name}@v${selector.version}`;
  }
}
