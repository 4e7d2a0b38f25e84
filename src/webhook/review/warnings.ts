import type { Decision } from '../../domain/admission/decision.ts';
import { cutText } from '../../domain/text/cut-text.ts';
import { formatViolation, type Violation } from '../../domain/violation.ts';

/** A terminal does not wrap lines up to this length; the path is left out of a longer line. */
const readableLength = 120;
/** The API server truncates a warning of more than 256 characters, and drops warnings beyond 4096 characters in total. */
const maxLength = 255;
const maxTotal = 4096;
/** Reserved for the last line, `and 1234567 more warnings`. */
const lastLineLength = 32;

/** The warnings of a response, denied or not: the warnings of rules, then the notes; distinct and within limits. */
export function warningsOf({ violations, notes }: Decision): string[] {
  if (violations.length === 0 && notes.length === 0) return [];
  const warned = violations.filter((violation) => violation.severity === 'warn');
  return withinTotal([...new Set([...warned.map(lineOf), ...notes.map((note) => cutText(oneLine(note), maxLength))])]);
}

/** `path: message (CODE)`, as in denials. The code is never truncated: readers look it up. */
function lineOf({ code, path, message }: Violation): string {
  const text = oneLine(message);
  const full = formatViolation({ code, path: oneLine(path), message: text });
  if (full.length < readableLength) return full;
  const withoutMessage = formatViolation({ code, path: '', message: '' });
  return formatViolation({ code, path: '', message: cutText(text, maxLength - withoutMessage.length) });
}

/** Warnings are sent in an HTTP header, in which the API server rejects control characters. */
function oneLine(text: string): string {
  return text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
}

function withinTotal(lines: string[]): string[] {
  const total = lines.reduce((sum, line) => sum + line.length, 0);
  if (total <= maxTotal) return lines;
  const fitting: string[] = [];
  let room = maxTotal - lastLineLength;
  for (const line of lines) {
    room -= line.length;
    if (room < 0) break;
    fitting.push(line);
  }
  return [...fitting, `and ${lines.length - fitting.length} more warnings`];
}
