/** Whether a name has characters that are special in regular expressions, and that no name of a component needs. */
export function looksLikeExpression(name: string): boolean {
  return /[()[\]{}|^$\\+?]|\.\*/.test(name);
}

/**
 * A name with `*` that matches at least what the whole expression matches; `undefined` if none says more than `*`. It takes time in
 * proportion to the length, because one policy may have hundreds of names.
 */
export function wildcardInsteadOf(expression: string): string | undefined {
  const wildcard = withoutGroups(expression.replace(/^\^/, '').replace(/\$$/, ''))
    .replaceAll(/(?:\\[dwsDWS]|[^\\])(?:[+?]|\{[0-9,]*\})|\\[dwsDWS]|\.\*/g, '*')
    .replaceAll('\\.', '.')
    .replaceAll(/\*+/g, '*');
  return wildcard === '*' || looksLikeExpression(wildcard) ? undefined : wildcard;
}

const closings: Record<string, string> = { '(': ')', '[': ']' };

/** The text with `*` for each group in parentheses and each set in brackets. A parenthesis that is not closed stays. */
function withoutGroups(text: string): string {
  /** The groups that are open, and what is before each of them. */
  const open: { opening: string; before: string }[] = [];
  const counts: Record<string, number> = { ')': 0, ']': 0 };
  let current = '';
  for (const character of text) {
    const closing = closings[character];
    const isClosing = (counts[character] ?? 0) > 0;
    if (closing !== undefined) {
      counts[closing] = (counts[closing] ?? 0) + 1;
      open.push({ opening: character, before: current });
      current = '';
    } else if (isClosing) {
      for (let group = open.pop(); group !== undefined; group = open.pop()) {
        const closed = closings[group.opening] ?? '';
        counts[closed] = (counts[closed] ?? 0) - 1;
        current = `${group.before}*`;
        if (closed === character) break;
      }
    } else current += character;
  }
  return open.reduceRight((after, { opening, before }) => before + opening + after, current);
}
