import assert from 'node:assert/strict';
import { isCurrent, planWorks, type ReplicaSetPlan } from '../../../../../deploy/local/ocm-stand-in/hub/replica-set.ts';
import type { DeleteOption, ResourceIdentifier } from '../../../../../deploy/local/ocm-stand-in/work-kinds.ts';
import { configMap, replicaSet, work } from '../builders.ts';

const template = { workload: { manifests: [configMap('team', 'a')] } };
const older = { workload: { manifests: [] } };

function names({ remove, create, replace }: ReplicaSetPlan) {
  const of = (works: typeof remove): (string | undefined)[] => works.map(({ metadata }) => metadata.namespace);
  return { remove: of(remove), create: of(create), replace: of(replace) };
}

describe('OCM stand-in: planWorks', () => {
  it('makes a work on each decided cluster, named after the replica set and its Placement, with its labels', () => {
    const plan = planWorks({
      replicaSet: replicaSet(template),
      placements: [{ name: 'p', clusters: ['c1'] }],
      works: [],
    });
    assert.deepEqual(plan.create, [
      {
        apiVersion: 'work.open-cluster-management.io/v1',
        kind: 'ManifestWork',
        metadata: {
          name: 'web-p',
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

  it('writes out what is empty in an orphaning rule', () => {
    const deleteOption = (...orphaningRules: ResourceIdentifier[]): DeleteOption => ({
      propagationPolicy: 'SelectivelyOrphan',
      selectivelyOrphans: { orphaningRules },
    });
    const rule = { resource: 'namespaces', name: 'team' };
    const keeping = replicaSet({ ...template, deleteOption: deleteOption(rule) });
    const placements = [{ name: 'p', clusters: ['c1'] }];
    const [made] = planWorks({ replicaSet: keeping, placements, works: [] }).create;
    assert.deepEqual(made?.spec.deleteOption, deleteOption({ ...rule, group: '', namespace: '' }));
    assert.equal(isCurrent(keeping, made), true);
  });

  it('leaves a work alone that is as it should be', () => {
    const works = [work('c1', template)];
    const plan = planWorks({ replicaSet: replicaSet(template), placements: [{ name: 'p', clusters: ['c1'] }], works });
    assert.deepEqual(names(plan), { remove: [], create: [], replace: [] });
  });

  it('replaces a work with an older template, by its resourceVersion', () => {
    const works = [work('c1', older)];
    const plan = planWorks({ replicaSet: replicaSet(template), placements: [{ name: 'p', clusters: ['c1'] }], works });
    assert.deepEqual(
      plan.replace.map(({ metadata, spec }) => [metadata.resourceVersion, spec]),
      [['7', template]],
    );
  });

  it('removes works of clusters that left (H5)', () => {
    const works = [work('c1', template), work('c2', template)];
    const plan = planWorks({ replicaSet: replicaSet(template), placements: [{ name: 'p', clusters: ['c1'] }], works });
    assert.deepEqual(names(plan), { remove: ['c2'], create: [], replace: [] });
  });

  it('removes the work of a Placement that is referred to no longer, and makes the new one meanwhile (H8)', () => {
    const placements = [{ name: 'q', clusters: ['c1', 'c2'] }];
    const works = [work('c1', template)];
    const plan = planWorks({ replicaSet: replicaSet(template, ['q']), placements, works });
    assert.deepEqual(names(plan), { remove: ['c1'], create: ['c1', 'c2'], replace: [] });
  });

  it('waits for a work that is being deleted', () => {
    const works = [work('c1', older, { deleting: true })];
    const plan = planWorks({ replicaSet: replicaSet(template), placements: [{ name: 'p', clusters: ['c1'] }], works });
    assert.deepEqual(names(plan), { remove: [], create: [], replace: [] });
  });

  it('gives a cluster of two Placements a work of each', () => {
    const placements = [
      { name: 'p', clusters: ['c1'] },
      { name: 'q', clusters: ['c1', 'c2'] },
    ];
    const plan = planWorks({ replicaSet: replicaSet(template, ['p', 'q']), placements, works: [] });
    assert.deepEqual(names(plan).create, ['c1', 'c1', 'c2']);
  });

  it('stops at a Placement that does not exist, and removes nothing of it', () => {
    const placements = [{ name: 'p', clusters: undefined }];
    const plan = planWorks({ replicaSet: replicaSet(template), placements, works: [work('c1', template)] });
    assert.equal(plan.missing, 'p');
    assert.deepEqual(names(plan), { remove: [], create: [], replace: [] });
  });
});
