/** Whether a resourceVersion is older than another one. They are decimal numbers of any length that only grow (KEP-5504). */
export function isOlderVersion(version: string, other: string): boolean {
  return version.length === other.length ? version < other : version.length < other.length;
}
