// C0 and C1 controls and DEL: an annotation or a key of free-form properties may hold what moves a terminal's cursor.
// oxlint-disable-next-line no-control-regex -- these are what it looks for
const controls = /[\u0000-\u001f\u007f-\u009f]/g;

/** A text on one line that only prints: control characters are spelled out, as `\u001b`. */
export function printable(text: string): string {
  return text.replaceAll(controls, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
