import assert from 'node:assert/strict';
import {
  spokeNamespaceLabels,
  spokeNamespaceSelector,
  unlabelledSelector,
} from '../../../src/domain/render/spoke-namespace-label.ts';
import { renderedWork } from '../../support/hub-objects.ts';

const namespaced = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

describe('the label with the spoke namespace', () => {
  const longest = 'x'.repeat(63);
  const cases: [manifests: string[], value: string, why: string][] = [
    [['shop'], 'shop', 'it is the name of the only namespace'],
    [[longest], longest, 'the longest name of a namespace fits into a label'],
    [['shop', 'store'], 'Various', 'a label has one value'],
    [[], 'Various', 'without a label it would look like one of an earlier version'],
    [['Shop_1'], 'Various', 'no Namespace can have this name'],
    [['x'.repeat(64)], 'Various', 'the API server would refuse the object'],
    [['a,b)'], 'Various', 'it would end the selector'],
  ];
  for (const [manifests, value, why] of cases) {
    it(`of ${JSON.stringify(manifests.map((each) => each.slice(0, 8)))} is ${value.slice(0, 8)}: ${why}`, () => {
      const labels = spokeNamespaceLabels(renderedWork({ manifests: manifests.map(namespaced) }));
      assert.deepEqual(labels, { 'spectrocloud.com/spoke-namespace': value });
    });
  }

  it('selects the ones in some namespaces, and those that may be in them', () => {
    assert.equal(
      spokeNamespaceSelector(['shop', 'a,b)', 'store']),
      'spectrocloud.com/spoke-namespace in (shop,store,Various)',
    );
  });

  it('is missing on what an earlier version has written', () => {
    assert.equal(unlabelledSelector, 'spectrocloud.com/deployment-hash,!spectrocloud.com/spoke-namespace');
  });
});
