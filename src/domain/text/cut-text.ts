/** The text with at most `length` characters: the end is replaced by `…`. Half of a surrogate pair never remains. */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
