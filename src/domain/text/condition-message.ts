/** The maximum length of a message in characters: an eighth of what the schema of conditions allows. */
export const maxMessageLength = 4096;

/** The maximum number of lines of a message. A denial has the same limit. */
export const maxMessageLines = 50;

/** The space reserved for the last line, which counts the omitted lines. */
const reserved = 40;

/** Shortens a message to the maximum number of lines and characters, at the end of a line if possible, and counts the omitted lines. */
export function conditionMessage(message: string): string {
  const lines = message.split('\n');
  if (message.length <= maxMessageLength && lines.length <= maxMessageLines) return message;
  // The last line is the count.
  const kept = lines.length > maxMessageLines ? lines.slice(0, maxMessageLines - 1).join('\n') : message;
  const shown = cutAtLine(kept);
  const omitted = lines.length - shown.split('\n').length;
  return omitted === 0 ? `${shown}…` : `${shown}\n… and ${omitted} more ${omitted === 1 ? 'line' : 'lines'}`;
}

function cutAtLine(message: string): string {
  if (message.length <= maxMessageLength - reserved) return message;
  const start = message.slice(0, maxMessageLength - reserved);
  const lineEnd = start.lastIndexOf('\n');
  // The API server replaces half of a surrogate pair, so that every reconcile would find a difference.
  return lineEnd > 0 ? start.slice(0, lineEnd) : start.replace(/[\uD800-\uDBFF]$/, '');
}
