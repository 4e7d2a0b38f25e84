/** Whether a name has characters that are special in regular expressions, and that no name of a component needs. */
export function looksLikeExpression(name: string): boolean {
  return /[()[\]{}|^$\\+?]|\.\*/.test(name);
}

/**
 * A name with `*` that matches at least what the whole expression matches; `undefined` if none says more than `*`. The name is short, so
 * that the time does not matter.
 */
export function wildcardInsteadOf(expression: string): string | undefined {
  let text = expression.replace(/^\^/, '').replace(/\$$/, '');
  for (let before = ''; before !== text;) {
    before = text;
    text = text.replaceAll(/\([^()]*\)|\[[^[\]]*\]/g, '*');
  }
  const wildcard = text
    .replaceAll(/(?:\\[dwsDWS]|[^\\])(?:[+?]|\{[0-9,]*\})|\\[dwsDWS]|\.\*/g, '*')
    .replaceAll('\\.', '.')
    .replaceAll(/\*+/g, '*');
  return wildcard === '*' || looksLikeExpression(wildcard) ? undefined : wildcard;
}
