// C0 and C1 controls and DEL. Annotations and keys of properties may contain sequences that control a terminal.
// oxlint-disable-next-line no-control-regex -- the pattern looks for control characters
const controls = /[\u0000-\u001f\u007f-\u009f]/g;

/** The string with control characters escaped, such as `\u001b`. */
export function printable(text: string): string {
  return text.replaceAll(controls, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
