/** Characters that a message of ours may have: an eighth of what the schema of a condition takes, and enough to read. */
export const maxMessageLength = 4096;

/** Room for the line that says how much is left out. */
const room = 40;

/** The message of a condition, cut where it is too long for one: at a line's end if there is one, with a count of the lines that are left out. */
export function conditionMessage(text: string): string {
  if (text.length <= maxMessageLength) return text;
  const start = text.slice(0, maxMessageLength - room);
  const lineEnd = start.lastIndexOf('\n');
  // Half a surrogate pair is no character, and would come back from the API server as another one.
  const kept = lineEnd > 0 ? start.slice(0, lineEnd) : start.replace(/[\uD800-\uDBFF]$/, '');
  const leftOut = text.slice(kept.length).split('\n').length - 1;
  return leftOut === 0 ? `${kept}…` : `${kept}\n… and ${leftOut} more ${leftOut === 1 ? 'line' : 'lines'}`;
}
