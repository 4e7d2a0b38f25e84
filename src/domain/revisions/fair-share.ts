/** The size of the history of one object. */
export interface ShareOf {
  /** Bytes that are stored now. */
  stored: number;
  /** Bytes of these that must be retained. */
  required: number;
}

/**
 * The bytes that each object may retain so that all of them fit into `total`: the largest number for which they do. An object with
 * less keeps everything, so that the largest histories are pruned first. An object that must retain more than its share leaves less
 * to the others. Infinity if everything fits.
 */
export function fairShare(objects: readonly ShareOf[], total: number): number {
  const sum = (share: number) =>
    objects.reduce((bytes, { stored, required }) => bytes + Math.max(required, Math.min(stored, share)), 0);
  if (sum(Number.POSITIVE_INFINITY) <= total) return Number.POSITIVE_INFINITY;
  let [fits, exceeds] = [0, total + 1];
  while (exceeds - fits > 1) {
    const middle = Math.floor((fits + exceeds) / 2);
    if (sum(middle) <= total) fits = middle;
    else exceeds = middle;
  }
  return fits;
}
