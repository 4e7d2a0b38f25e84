/** Whether all of `name` fits `pattern`, where `*` stands for any number of characters and nothing else is special. */
export function matchesWildcard(pattern: string, name: string): boolean {
  const [prefix = '', ...rest] = pattern.split('*');
  const suffix = rest.pop();
  if (suffix === undefined) return name === pattern;
  if (name.length < prefix.length + suffix.length || !name.startsWith(prefix) || !name.endsWith(suffix)) return false;
  const end = name.length - suffix.length;
  let position = prefix.length;
  // The earliest place for each part leaves the most room for the others, so nothing has to be tried twice.
  for (const part of rest) {
    const found = name.indexOf(part, position);
    if (found < 0 || found + part.length > end) return false;
    position = found + part.length;
  }
  return true;
}
