/** The maximum length of a message in characters: an eighth of what the schema of conditions allows. */
export const maxMessageLength = 4096;

/** The space reserved for the last line, which counts the omitted lines. */
const reserved = 40;

/** Shortens a message to the maximum length, at the end of a line if possible, and counts the omitted lines. */
export function conditionMessage(message: string): string {
  if (message.length <= maxMessageLength) return message;
  const start = message.slice(0, maxMessageLength - reserved);
  const lineEnd = start.lastIndexOf('\n');
  // The API server replaces half of a surrogate pair, so that every reconcile would find a difference.
  const shown = lineEnd > 0 ? start.slice(0, lineEnd) : start.replace(/[\uD800-\uDBFF]$/, '');
  const omitted = message.slice(shown.length).split('\n').length - 1;
  return omitted === 0 ? `${shown}…` : `${shown}\n… and ${omitted} more ${omitted === 1 ? 'line' : 'lines'}`;
}
