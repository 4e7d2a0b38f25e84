import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { kubectlOk } from './hub.ts';

/** All that mooring or OCM could write on the hub, Leases and Events aside; Namespaces of earlier tests may still be going. */
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

/** resourceVersion by `Kind/namespace/name`, of the whole hub; Secrets of mooring included. */
export async function readResourceVersions(): Promise<Record<string, string>> {
  const lists = [
    ['get', kinds.join(','), '-A', '-o', 'json'],
    ['get', 'secrets', '-n', 'mooring-system', '-o', 'json'],
  ];
  const texts = await Promise.all([...lists, ['get', 'namespaces', '-o', 'json']].map((list) => kubectlOk(list)));
  const [namespaces = [], ...found] = texts.map((text): Item[] => JSON.parse(text).items).toReversed();
  // What is left in a Namespace of an earlier test goes with it, sooner or later.
  const leaving = new Set(
    namespaces.filter(({ metadata }) => metadata.deletionTimestamp !== undefined).map(({ metadata }) => metadata.name),
  );
  const items = found.flat().filter(({ metadata }) => !leaving.has(metadata.namespace ?? ''));
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

/** Marks what is being deleted: it waits for others, and will change again. */
const terminatingMark = '(going)';

/** The resourceVersions once nothing has been written for `quietMs`; throws, naming who writes, if that never comes. */
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
