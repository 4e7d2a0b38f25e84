import assert from 'node:assert/strict';
import type { Condition } from '../../../../../src/api/object.ts';
import {
  missingPlacementStatus,
  replicaSetStatus,
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

describe('OCM stand-in: replicaSetStatus', () => {
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
      why: 'a work is not available yet',
      clusters: ['c1'],
      works: [withConditions(work('c1', template), { Applied: 'True' })],
      conditions: {
        PlacementVerified: 'True AsExpected',
        PlacementRolledOut: 'False Progressing',
        ManifestworkApplied: 'False NotAsExpected',
      },
    },
    {
      why: 'all works are available; without condition rules a rollout never completes',
      clusters: ['c1'],
      works: [withConditions(work('c1', template), { Applied: 'True', Available: 'True' })],
      conditions: {
        PlacementVerified: 'True AsExpected',
        PlacementRolledOut: 'False Progressing',
        ManifestworkApplied: 'True AsExpected',
      },
    },
    {
      why: 'a condition rule says that the work is done',
      clusters: ['c1'],
      works: [withConditions(work('c1', template), { Applied: 'True', Available: 'True', Progressing: 'False' })],
      conditions: {
        PlacementVerified: 'True AsExpected',
        PlacementRolledOut: 'True Complete',
        ManifestworkApplied: 'True AsExpected',
      },
    },
    {
      why: 'a condition rule says that the work goes on',
      clusters: ['c1'],
      works: [withConditions(work('c1', template), { Applied: 'True', Available: 'True', Progressing: 'True' })],
      conditions: {
        PlacementVerified: 'True AsExpected',
        PlacementRolledOut: 'False Progressing',
        ManifestworkApplied: 'False Processing',
      },
    },
    {
      why: 'a work with an older template counts as nothing',
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
    it(`says what it sees: ${why}`, () => {
      const placements = [{ name: 'p', clusters }];
      const status = replicaSetStatus({ replicaSet: replicaSet(template), placements, works, groups: new Map(), now });
      assert.deepEqual(said(status.conditions), conditions);
    });
  }

  it('counts per Placement and in all', () => {
    const works = [
      withConditions(work('c1', template), { Applied: 'True', Available: 'True' }),
      withConditions(work('c2', template, { placement: 'q' }), { Applied: 'True' }),
    ];
    const placements = [
      { name: 'p', clusters: ['c1'] },
      { name: 'q', clusters: ['c2'] },
    ];
    const { summary, placementSummary } = replicaSetStatus({
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

  it('says only that a Placement is missing, and keeps the rest', () => {
    const placements = [{ name: 'p', clusters: ['c1'] }];
    const set = replicaSet(template);
    const before = replicaSetStatus({ replicaSet: set, placements, works: [], groups: new Map(), now });
    const after = missingPlacementStatus({ ...set, status: before }, now);
    assert.deepEqual(said(after.conditions), {
      ...said(before.conditions),
      PlacementVerified: 'False PlacementDecisionNotFound',
    });
    assert.deepEqual(after.summary, before.summary);
  });
});
