import assert from 'node:assert/strict';
import { requestedEnvironment } from '../../../../src/webhook/gather/changes/environments.ts';
import { changeBetween, clustersForEveryDeployment } from '../../../../src/webhook/gather/changes/placements.ts';
import { changeSourcesOf } from '../../../support/change-gathering.ts';
import { editedEnvironment, environmentSpec } from '../../../support/environment-edits.ts';
import { requestObject } from '../../../support/facts.ts';
import { byop } from '../../../support/manifests.ts';

type SpecOptions = Parameters<typeof environmentSpec>[0];
const environmentWith = (options: SpecOptions, selected: string[] = []) =>
  requestedEnvironment(requestObject(editedEnvironment([environmentSpec(options)], { selected }).live));
const same = { placement: { kind: 'same' }, replacesReplicaSets: false };

describe('the change between two renders', () => {
  const two = environmentWith({ placement: { numberOfClusters: 2 } });
  const cases: { why: string; to: SpecOptions; kind: string; replaces: boolean }[] = [
    { why: 'more clusters', to: { placement: { numberOfClusters: 3 } }, kind: 'grows', replaces: false },
    { why: 'fewer clusters', to: { placement: { numberOfClusters: 1 } }, kind: 'shrinks', replaces: false },
    { why: 'other clusters', to: { placement: { clusterSets: ['eu'] } }, kind: 'changes', replaces: false },
    { why: 'Placements of another owner (H8)', to: { topology: byop('hub', 'gpu') }, kind: 'changes', replaces: true },
  ];
  for (const { why, to, kind, replaces } of cases) {
    it(`is that the placement ${kind} for ${why}`, async () => {
      const { placement, replacesReplicaSets } = await changeBetween(
        two,
        environmentWith(to),
        changeSourcesOf([]).renders,
      );
      assert.deepEqual([placement.kind, replacesReplicaSets], [kind, replaces]);
    });
  }

  it('is empty if one of the two is missing or does not render', async () => {
    const broken = environmentWith({ topology: { type: 'topology-ocm', properties: { broken: true } } });
    const { renders } = changeSourcesOf([]);
    for (const [before, after] of [
      [undefined, two],
      [two, undefined],
      [broken, two],
      [two, broken],
    ]) {
      assert.deepEqual(await changeBetween(before, after, renders), same);
    }
  });
});

describe('the clusters that are selected for every deployment of an Environment', () => {
  const cases: { options: SpecOptions; selected: string[]; expected: string[] | undefined; why: string }[] = [
    {
      options: { placement: { numberOfClusters: 2 } },
      selected: ['a', 'b'],
      expected: ['a', 'b'],
      why: 'each gets both',
    },
    {
      options: { placement: { numberOfClusters: 1 } },
      selected: ['a', 'b'],
      expected: undefined,
      why: 'each gets one',
    },
    { options: { placement: {} }, selected: ['a', 'b'], expected: ['a', 'b'], why: 'each gets all that match' },
    { options: {}, selected: [], expected: undefined, why: 'none is selected yet' },
  ];
  for (const { options, selected, expected, why } of cases) {
    it(`are ${expected?.join(', ') ?? 'not known'} of ${selected.join(', ') || 'none'}: ${why}`, async () => {
      const environment = environmentWith(options, selected);
      assert.deepEqual(await clustersForEveryDeployment(environment, changeSourcesOf([]).renders), expected);
    });
  }
});
