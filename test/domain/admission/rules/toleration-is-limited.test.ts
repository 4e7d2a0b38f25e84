import assert from 'node:assert/strict';
import type { JsonObject } from '../../../../src/api/object.ts';
import { tolerationIsLimited } from '../../../../src/domain/admission/rules/toleration-is-limited.ts';
import { factsOf, findingsOf } from '../../../support/facts.ts';
import { environment } from '../../../support/manifests.ts';

const unreachable = 'cluster.open-cluster-management.io/unreachable';
const tolerating = (toleration: JsonObject, spokeNamespace: JsonObject = {}) =>
  environment('team', {
    topology: {
      type: 'topology-ocm',
      properties: {
        placement: { tolerations: [toleration] },
        manifestWorkReplicaSet: { manifestWorkTemplate: { lifecycle: { spokeNamespace } } },
      },
    },
  });

const path = 'spec.topology.properties.placement.tolerations[0]';
const cases: { toleration: JsonObject; paths: string[]; why: string }[] = [
  {
    toleration: { key: unreachable, operator: 'Exists', tolerationSeconds: 300 },
    paths: [`${path}.tolerationSeconds`],
    why: 'the cluster is left when it does not report for 300 s',
  },
  {
    toleration: { operator: 'Exists', tolerationSeconds: 5 },
    paths: [`${path}.tolerationSeconds`],
    why: 'of all taints',
  },
  {
    toleration: { key: 'gpu', operator: 'Exists', tolerationSeconds: 5 },
    paths: [],
    why: 'of a taint that people set',
  },
  { toleration: { key: unreachable, operator: 'Exists' }, paths: [], why: 'this is the advice of the README' },
  { toleration: { key: 'gpu', operator: 'Equal' }, paths: [path], why: 'only a taint without a value is equal' },
  { toleration: { key: 'gpu' }, paths: [path], why: 'Equal is the default' },
  { toleration: { key: 'gpu', operator: 'Equal', value: 'a100' }, paths: [], why: 'it has a value' },
  { toleration: { key: 'gpu', operator: 'Exists' }, paths: [], why: 'it matches every value' },
];

describe('TolerationIsLimited', () => {
  for (const { toleration, paths, why } of cases) {
    it(`${paths.length === 0 ? 'allows' : 'warns about'} ${JSON.stringify(toleration)}: ${why}`, () => {
      const found = findingsOf(tolerationIsLimited, factsOf({ object: tolerating(toleration) }));
      assert.deepEqual(
        found.map((finding) => finding.path),
        paths,
      );
    });
  }

  it('says what happens to the namespace', () => {
    const toleration = { key: unreachable, operator: 'Exists', tolerationSeconds: 300 };
    const messageFor = (spokeNamespace: JsonObject) =>
      tolerationIsLimited.find(factsOf({ object: tolerating(toleration, spokeNamespace) }))[0]?.message;
    const start = '300 s after a cluster stopped reporting, OCM removes the Workload from it';
    const end = '; remove tolerationSeconds to keep it there';
    assert.equal(
      messageFor({}),
      `${start}, and the Namespace is deleted with everything in it once the cluster is back${end}`,
    );
    assert.equal(messageFor({ orphan: true }), `${start}${end}`);
    assert.equal(messageFor({ create: false }), `${start}${end}`);
  });

  it('does not check other topologies, what is not a list, and what was there before', () => {
    const properties = { placement: { tolerations: [{ key: 'gpu' }] } };
    const custom = environment('team', { topology: { type: 'mine', properties } });
    assert.deepEqual(findingsOf(tolerationIsLimited, factsOf({ object: custom })), []);
    for (const tolerations of ['x', [1]]) {
      const odd = environment('team', {
        topology: { type: 'topology-ocm', properties: { placement: { tolerations } } },
      });
      assert.deepEqual(findingsOf(tolerationIsLimited, factsOf({ object: odd })), []);
    }
    const same = tolerating({ key: 'gpu' });
    assert.deepEqual(findingsOf(tolerationIsLimited, factsOf({ object: same, oldObject: same })), []);
  });
});
