import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { kubectlOk } from './hub.ts';

/** All kinds that mooring or OCM write on the hub, without Leases and Events. Namespaces of earlier tests may be terminating. */
const kinds = [
  'environments',
  'workloaddeployments',
  'workloadprofiles',
  'policydefinitions',
  'definitionrevisions',
  'placements',
  'placementdecisions',
  'manifestworkreplicasets',
  'manifestworks',
  'managedclusters',
  'managedclustersetbindings',
  'mutatingwebhookconfigurations',
  'validatingwebhookconfigurations',
];

/** Maps `Kind/namespace/name` to the resourceVersion, for the whole hub including the Secrets of mooring. */
export async function readResourceVersions(): Promise<Record<string, string>> {
  const lists = [
    ['get', kinds.join(','), '-A', '-o', 'json'],
    ['get', 'secrets', '-n', 'mooring-system', '-o', 'json'],
  ];
  const texts = await Promise.all([...lists, ['get', 'namespaces', '-o', 'json']].map((list) => kubectlOk(list)));
  const [namespaces = [], ...found] = texts.map((text): Item[] => JSON.parse(text).items).toReversed();
  // Objects in a terminating Namespace of an earlier test are deleted at any time.
  const terminating = new Set(
    namespaces.filter(({ metadata }) => metadata.deletionTimestamp !== undefined).map(({ metadata }) => metadata.name),
  );
  const items = found.flat().filter(({ metadata }) => !terminating.has(metadata.namespace ?? ''));
  return Object.fromEntries(
    items
      .map(({ kind, metadata: { namespace = '', name, resourceVersion, deletionTimestamp } }): [string, string] => [
        `${kind}/${namespace}/${name}`,
        deletionTimestamp === undefined ? resourceVersion : `${resourceVersion} ${terminatingMark}`,
      ])
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

interface Item {
  kind: string;
  metadata: { namespace?: string; name: string; resourceVersion: string; deletionTimestamp?: string };
}

/** Marks a terminating object, which will change again. */
const terminatingMark = '(terminating)';

/** Waits until nothing is written for `quietMs`, and returns the resourceVersions. The cause of a timeout shows the changes. */
export async function waitUntilQuiet({ quietMs = 1000, withinMs = 60_000 } = {}): Promise<Record<string, string>> {
  const until = performance.now() + withinMs;
  let before = await readResourceVersions();
  for (;;) {
    await sleep(quietMs);
    const after = await readResourceVersions();
    try {
      assert.deepEqual(after, before);
      assert.deepEqual(
        Object.entries(after).filter(([, version]) => version.endsWith(terminatingMark)),
        [],
      );
      return after;
    } catch (error) {
      if (performance.now() > until) throw new Error(`still being written after ${withinMs} ms`, { cause: error });
    }
    before = after;
  }
}
