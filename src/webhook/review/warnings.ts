import type { Decision } from '../../domain/admission/decision.ts';
import type { Violation } from '../../domain/violation.ts';

/** What a line should stay under so that a terminal shows it whole; the path is given up for it. */
const READABLE = 120;
/** The API server cuts a warning of more than 256 characters, and drops what goes beyond 4096 in all. */
const LONGEST = 255;
const TOTAL = 4096;
/** Kept free for the last line, `and 1234567 more warnings`. */
const CLOSING = 32;

/** The warnings of an answer, refused or not: what rules only warn about, then the notes; distinct, within limits. */
export function warningsOf({ violations, notes }: Decision): string[] {
  if (violations.length === 0 && notes.length === 0) return [];
  const warned = violations.filter((violation) => violation.severity === 'warn');
  return withinTotal([...new Set([...warned.map(lineOf), ...notes.map((note) => cut(oneLine(note), LONGEST))])]);
}

/** `path: message (CODE)`, as refusals have it. The code stays whole: it is what a reader looks up. */
function lineOf({ code, path, message }: Violation): string {
  const text = oneLine(message);
  const suffix = ` (${code})`;
  const full = path === '' ? text : `${oneLine(path)}: ${text}`;
  return cut(full.length + suffix.length < READABLE ? full : text, LONGEST - suffix.length) + suffix;
}

/** Warnings travel in an HTTP header, where the API server refuses control characters. */
function oneLine(text: string): string {
  return text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
}

function cut(line: string, length: number): string {
  if (line.length <= length) return line;
  // Half of a surrogate pair must not stay behind.
  return `${line.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

function withinTotal(lines: string[]): string[] {
  const total = lines.reduce((sum, line) => sum + line.length, 0);
  if (total <= TOTAL) return lines;
  const kept: string[] = [];
  let room = TOTAL - CLOSING;
  for (const line of lines) {
    room -= line.length;
    if (room < 0) break;
    kept.push(line);
  }
  return [...kept, `and ${lines.length - kept.length} more warnings`];
}
