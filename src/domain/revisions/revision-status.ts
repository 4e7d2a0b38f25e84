import { compare, valid } from 'semver';
import type { KnownRevision } from '../refs/resolution.ts';
import { historyLimits } from './history-limits.ts';
import { lineKeyOf } from './version-line.ts';

/**
 * `status.versions`: the highest release of each minor line under `1.3`, and its highest prerelease under
 * `1.3-prerelease`, so that no number is published twice. Entries of `previous` are never lowered or removed, because
 * the revisions that had them may be pruned. When there are as many lines as the status can hold, further ones are left out:
 * admission refuses to publish them, and a version that was stored without admission must not make the status invalid.
 */
export function publishedVersions(
  revisions: readonly KnownRevision[],
  previous: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const highest = new Map(Object.entries(previous));
  for (const { version } of revisions) {
    if (version === undefined || valid(version) !== version) continue;
    const line = lineKeyOf(version);
    const known = highest.get(line);
    if (known === undefined && highest.size >= historyLimits.versionLines) continue;
    if (known === undefined || compare(version, known) > 0) highest.set(line, version);
  }
  return Object.fromEntries([...highest].toSorted(([, left], [, right]) => compare(left, right)));
}
