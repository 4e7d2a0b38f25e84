import assert from 'node:assert/strict';
import {
  isCurrent,
  planManifestWorks,
  type ReplicaSetPlan,
} from '../../../../../deploy/local/ocm-stand-in/hub/replica-set.ts';
import type { DeleteOption, ResourceIdentifier } from '../../../../../deploy/local/ocm-stand-in/work-kinds.ts';
import { configMap, replicaSet, work } from '../builders.ts';

const template = { workload: { manifests: [configMap('team', 'a')] } };
const older = { workload: { manifests: [] } };

function names({ remove, create, replace }: ReplicaSetPlan) {
  const of = (works: typeof remove): (string | undefined)[] => works.map(({ metadata }) => metadata.namespace);
  return { remove: of(remove), create: of(create), replace: of(replace) };
}

const nameOf = (on: string, placement: string) => `web-on-${on}-for-${placement}`;

describe('OCM stand-in: planManifestWorks', () => {
  it('creates a ManifestWork for each selected cluster, with a new name, and the labels of the set', () => {
    const plan = planManifestWorks({
      replicaSet: replicaSet(template),
      placements: [{ name: 'p', clusters: ['c1'] }],
      works: [],
      nameOf,
    });
    assert.deepEqual(plan.create, [
      {
        apiVersion: 'work.open-cluster-management.io/v1',
        kind: 'ManifestWork',
        metadata: {
          name: 'web-on-c1-for-p',
          namespace: 'c1',
          labels: {
            team: 'blue',
            'work.open-cluster-management.io/manifestworkreplicaset': 'apps.web',
            'work.open-cluster-management.io/placementname': 'p',
          },
        },
        spec: template,
      },
    ]);
  });

  it('adds empty fields to an orphaning rule', () => {
    const deleteOption = (...orphaningRules: ResourceIdentifier[]): DeleteOption => ({
      propagationPolicy: 'SelectivelyOrphan',
      selectivelyOrphans: { orphaningRules },
    });
    const rule = { resource: 'namespaces', name: 'team' };
    const keeping = replicaSet({ ...template, deleteOption: deleteOption(rule) });
    const placements = [{ name: 'p', clusters: ['c1'] }];
    const [made] = planManifestWorks({ replicaSet: keeping, placements, works: [], nameOf }).create;
    assert.deepEqual(made?.spec.deleteOption, deleteOption({ ...rule, group: '', namespace: '' }));
    assert.equal(isCurrent(keeping, made), true);
  });

  it('does not replace a ManifestWork that has no difference', () => {
    const works = [work('c1', template)];
    const plan = planManifestWorks({
      replicaSet: replicaSet(template),
      placements: [{ name: 'p', clusters: ['c1'] }],
      works,
      nameOf,
    });
    assert.deepEqual(names(plan), { remove: [], create: [], replace: [] });
  });

  it('replaces a ManifestWork with an old template, with its resourceVersion', () => {
    const works = [work('c1', older)];
    const plan = planManifestWorks({
      replicaSet: replicaSet(template),
      placements: [{ name: 'p', clusters: ['c1'] }],
      works,
      nameOf,
    });
    assert.deepEqual(
      plan.replace.map(({ metadata, spec }) => [metadata.resourceVersion, spec]),
      [['7', template]],
    );
  });

  it('removes the ManifestWorks of clusters that are not selected any more (H5)', () => {
    const works = [work('c1', template), work('c2', template)];
    const plan = planManifestWorks({
      replicaSet: replicaSet(template),
      placements: [{ name: 'p', clusters: ['c1'] }],
      works,
      nameOf,
    });
    assert.deepEqual(names(plan), { remove: ['c2'], create: [], replace: [] });
  });

  it('removes the ManifestWork of a Placement that is not referred to any more, and creates the new one (H8)', () => {
    const placements = [{ name: 'q', clusters: ['c1', 'c2'] }];
    const works = [work('c1', template)];
    const plan = planManifestWorks({ replicaSet: replicaSet(template, ['q']), placements, works, nameOf });
    assert.deepEqual(names(plan), { remove: ['c1'], create: ['c1', 'c2'], replace: [] });
  });

  it('waits for a terminating ManifestWork', () => {
    const works = [work('c1', older, { deleting: true })];
    const plan = planManifestWorks({
      replicaSet: replicaSet(template),
      placements: [{ name: 'p', clusters: ['c1'] }],
      works,
      nameOf,
    });
    assert.deepEqual(names(plan), { remove: [], create: [], replace: [] });
  });

  it('creates two ManifestWorks for a cluster that two Placements select', () => {
    const placements = [
      { name: 'p', clusters: ['c1'] },
      { name: 'q', clusters: ['c1', 'c2'] },
    ];
    const plan = planManifestWorks({ replicaSet: replicaSet(template, ['p', 'q']), placements, works: [], nameOf });
    assert.deepEqual(names(plan).create, ['c1', 'c1', 'c2']);
  });

  it('stops at a Placement that does not exist, and removes none of its ManifestWorks', () => {
    const placements = [{ name: 'p', clusters: undefined }];
    const plan = planManifestWorks({
      replicaSet: replicaSet(template),
      placements,
      works: [work('c1', template)],
      nameOf,
    });
    assert.equal(plan.missing, 'p');
    assert.deepEqual(names(plan), { remove: [], create: [], replace: [] });
  });
});
