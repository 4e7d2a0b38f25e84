import { maxMessageLines } from '../text/condition-message.ts';
import { cutText } from '../text/cut-text.ts';
import { formatViolation, type Violation } from '../violation.ts';
import type { Refusal } from './decision.ts';
import { rules } from './rules/all.ts';

/** The HTTP status of each reason, most important first: an error that a retry resolves comes last. */
const statuses: readonly (readonly [Refusal['reason'], Refusal['status']])[] = [
  ['Invalid', 422],
  ['Forbidden', 403],
  ['TooManyRequests', 429],
];

/** The maximum size of the message of a denial. The API server parses it, returns it and writes it to the audit log. */
const maxBytes = 8 * 1024;

/** The space reserved for the last line, `and 1234567 more`. */
const reserved = 24;

/** The length of a field path and of a message in characters, so that one denial always fits. */
const maxPathLength = 500;
const maxTextLength = 2000;

/** The refusal of a request with these violations; `undefined` if none of them denies. */
export function refusalOf(violations: readonly Violation[]): Refusal | undefined {
  const denials = violations.filter((violation) => violation.severity === 'deny');
  if (denials.length === 0) return undefined;
  const codes = new Set(denials.map(({ code }) => code));
  const reasons = new Set(rules.filter(({ code }) => codes.has(code)).map((rule) => rule.reason));
  const [reason, status] = statuses.find(([candidate]) => reasons.has(candidate)) ?? [];
  if (reason === undefined || status === undefined) return undefined;
  const { shown, more } = shownDenials(violations);
  const lines = shown.map(formatViolation);
  return {
    status,
    reason,
    message: [...lines, ...(more === 0 ? [] : [`and ${more} more`])].join('\n'),
    ...(status === 429 ? { retryAfterSeconds: 1 } : {}),
  };
}

/**
 * The denials that a refusal lists, and the number of the others. With a line for that number they have at most 50 lines and
 * 8 KiB, each path and each message at most 500 and 2000 characters.
 */
export function shownDenials(violations: readonly Violation[]): { shown: Violation[]; more: number } {
  const denials = violations.filter((violation) => violation.severity === 'deny');
  const shown: Violation[] = [];
  let bytes = reserved;
  let lines = 0;
  for (const [index, denial] of denials.slice(0, maxMessageLines).entries()) {
    const cut = {
      ...denial,
      path: cutText(denial.path, maxPathLength),
      message: cutText(denial.message, maxTextLength),
    };
    const line = formatViolation(cut);
    bytes += new TextEncoder().encode(line).length + 1;
    lines += line.split('\n').length;
    const isLast = index === denials.length - 1;
    if (shown.length > 0 && (bytes > maxBytes || lines > maxMessageLines - (isLast ? 0 : 1))) break;
    shown.push(cut);
  }
  return { shown, more: denials.length - shown.length };
}
