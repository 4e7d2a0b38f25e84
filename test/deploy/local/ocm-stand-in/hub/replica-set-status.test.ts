import assert from 'node:assert/strict';
import type { Condition } from '../../../../../src/api/object.ts';
import {
  computeMissingPlacementStatus,
  computeReplicaSetStatus,
} from '../../../../../deploy/local/ocm-stand-in/hub/replica-set-status.ts';
import type { ManifestWork } from '../../../../../deploy/local/ocm-stand-in/work-kinds.ts';
import { configMap, now, replicaSet, work } from '../builders.ts';

const template = { workload: { manifests: [configMap('team', 'a')] } };

function said(conditions: Condition[] | undefined) {
  return Object.fromEntries((conditions ?? []).map(({ type, status, reason }) => [type, `${status} ${reason}`]));
}

function withConditions(each: ManifestWork, statuses: Record<string, Condition['status']>): ManifestWork {
  const conditions = Object.entries(statuses).map(([type, status]): Condition => ({
    type,
    status,
    reason: 'Test',
    observedGeneration: 3,
  }));
  return { ...each, status: { conditions } };
}

describe('OCM stand-in: the status of a ManifestWorkReplicaSet', () => {
  const rows: { why: string; clusters: string[]; works: ManifestWork[]; conditions: Record<string, string> }[] = [
    {
      why: 'no cluster is selected',
      clusters: [],
      works: [],
      conditions: {
        PlacementVerified: 'False PlacementDecisionEmpty',
        PlacementRolledOut: 'True Complete',
        ManifestworkApplied: 'False PlacementDecisionEmpty',
      },
    },
    {
      why: 'a ManifestWork is not available yet',
      clusters: ['c1'],
      works: [withConditions(work('c1', template), { Applied: 'True' })],
      conditions: {
        PlacementVerified: 'True AsExpected',
        PlacementRolledOut: 'False Progressing',
        ManifestworkApplied: 'False NotAsExpected',
      },
    },
    {
      why: 'all ManifestWorks are available, but without condition rules a rollout never completes',
      clusters: ['c1'],
      works: [withConditions(work('c1', template), { Applied: 'True', Available: 'True' })],
      conditions: {
        PlacementVerified: 'True AsExpected',
        PlacementRolledOut: 'False Progressing',
        ManifestworkApplied: 'True AsExpected',
      },
    },
    {
      why: 'a condition rule sets Progressing=False',
      clusters: ['c1'],
      works: [withConditions(work('c1', template), { Applied: 'True', Available: 'True', Progressing: 'False' })],
      conditions: {
        PlacementVerified: 'True AsExpected',
        PlacementRolledOut: 'True Complete',
        ManifestworkApplied: 'True AsExpected',
      },
    },
    {
      why: 'a condition rule sets Progressing=True',
      clusters: ['c1'],
      works: [withConditions(work('c1', template), { Applied: 'True', Available: 'True', Progressing: 'True' })],
      conditions: {
        PlacementVerified: 'True AsExpected',
        PlacementRolledOut: 'False Progressing',
        ManifestworkApplied: 'False Processing',
      },
    },
    {
      why: 'a ManifestWork with an old template is not counted',
      clusters: ['c1'],
      works: [withConditions(work('c1', {}), { Applied: 'True', Available: 'True' })],
      conditions: {
        PlacementVerified: 'True AsExpected',
        PlacementRolledOut: 'False Progressing',
        ManifestworkApplied: 'False NotAsExpected',
      },
    },
  ];
  for (const { why, clusters, works, conditions } of rows) {
    it(`has the conditions for: ${why}`, () => {
      const placements = [{ name: 'p', clusters }];
      const status = computeReplicaSetStatus({
        replicaSet: replicaSet(template),
        placements,
        works,
        groups: new Map(),
        now,
      });
      assert.deepEqual(said(status.conditions), conditions);
    });
  }

  it('has a summary for each Placement and for all', () => {
    const works = [
      withConditions(work('c1', template), { Applied: 'True', Available: 'True' }),
      withConditions(work('c2', template, { placement: 'q' }), { Applied: 'True' }),
    ];
    const placements = [
      { name: 'p', clusters: ['c1'] },
      { name: 'q', clusters: ['c2'] },
    ];
    const { summary, placementSummary } = computeReplicaSetStatus({
      replicaSet: replicaSet(template, ['p', 'q']),
      placements,
      works,
      groups: new Map([['p', 1]]),
      now,
    });
    assert.deepEqual([summary?.total, summary?.applied, summary?.available], [2, 2, 1]);
    assert.deepEqual(
      placementSummary?.map((each) => [each.availableDecisionGroups, each.summary.available]),
      [
        ['1 (1 / 1 clusters applied)', 1],
        ['0 (1 / 1 clusters applied)', 0],
      ],
    );
  });

  it('says that a Placement is missing, and keeps the other fields', () => {
    const placements = [{ name: 'p', clusters: ['c1'] }];
    const set = replicaSet(template);
    const before = computeReplicaSetStatus({ replicaSet: set, placements, works: [], groups: new Map(), now });
    const after = computeMissingPlacementStatus({ ...set, status: before }, now);
    assert.deepEqual(said(after.conditions), {
      ...said(before.conditions),
      PlacementVerified: 'False PlacementDecisionNotFound',
    });
    assert.deepEqual(after.summary, before.summary);
  });
});
