/**
 * Whether the whole `name` matches `pattern`, in which `*` matches any number of characters and all others match
 * themselves.
 */
export function matchesWildcard(pattern: string, name: string): boolean {
  return wildcardMatcher(pattern)(name);
}

/** The same for one pattern and many names: the pattern is split once. */
export function wildcardMatcher(pattern: string): (name: string) => boolean {
  const [prefix = '', ...rest] = pattern.split('*');
  const suffix = rest.pop();
  if (suffix === undefined) return (name) => name === pattern;
  return (name) => {
    if (name.length < prefix.length + suffix.length || !name.startsWith(prefix) || !name.endsWith(suffix)) return false;
    const end = name.length - suffix.length;
    let position = prefix.length;
    // The first match of each part leaves the most characters for the parts after it, so that backtracking is not needed.
    for (const part of rest) {
      const found = name.indexOf(part, position);
      if (found < 0 || found + part.length > end) return false;
      position = found + part.length;
    }
    return true;
  };
}
