/** Names that differ in more characters are not similar, however long they are. */
const maxEdits = 5;

/** A namespace may have any number of names. The first ones are enough for a suggestion. */
const maxCandidates = 1000;

/**
 * The candidate with the smallest edit distance to `name`, ignoring case; the first one if several are equally near.
 * `undefined` if the distance of all is greater than `atMost`, by default a third of the length of the name and at most 5.
 */
export function nearestCandidate(name: string, candidates: readonly string[], atMost?: number): string | undefined {
  const limit = Math.min(atMost ?? Math.max(1, Math.floor(name.length / 3)), maxEdits);
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates.slice(0, maxCandidates)) {
    if (Math.abs(candidate.length - name.length) > limit) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase(), limit);
    if (distance <= limit && (best === undefined || distance < best.distance)) best = { candidate, distance };
  }
  return best?.candidate;
}

/** The suffix `; did you mean "x"?` for a message; an empty string if no candidate is near. */
export function didYouMean(name: string, candidates: readonly string[]): string {
  const candidate = nearestCandidate(name, candidates);
  return candidate === undefined ? '' : `; did you mean ${JSON.stringify(candidate)}?`;
}

/**
 * The number of insertions, deletions, replacements and swaps of adjacent characters (optimal string alignment
 * distance), or a number above `limit` if there are more than that. Only cells near the diagonal can be within the limit.
 */
function editDistance(a: string, b: string, limit: number): number {
  const columns = b.length + 2;
  let beforeLast = Array.from<number>({ length: columns }).fill(Infinity);
  let last = beforeLast.map((_, column) => column);
  let current = [...beforeLast];
  for (let line = 1; line <= a.length; line += 1) {
    const start = Math.max(1, line - limit);
    const end = Math.min(b.length, line + limit);
    let smallest = line;
    // The cells beside the ones that are computed have values of earlier lines.
    current[start - 1] = start === 1 ? line : Infinity;
    current[end + 1] = Infinity;
    for (let column = start; column <= end; column += 1) {
      const same = a[line - 1] === b[column - 1];
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (line > 1 && column > 1 && a[line - 1] === b[column - 2] && a[line - 2] === b[column - 1]) {
        cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      }
      current[column] = cost;
      if (cost < smallest) smallest = cost;
    }
    if (smallest > limit) return smallest;
    [beforeLast, last, current] = [last, current, beforeLast];
  }
  return last[b.length] ?? 0;
}
