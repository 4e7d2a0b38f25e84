import assert from 'node:assert/strict';
import type { JsonObject, KubeObject } from '../../../../src/api/object.ts';
import { lifecyclePath } from '../../../../src/domain/spoke/declared-lifecycle.ts';
import { workloadOrphanKeepsNamespace as rule } from '../../../../src/domain/admission/rules/workload-orphan-keeps-namespace.ts';
import { factsOf, findingsOf } from '../../../support/facts.ts';
import { environment } from '../../../support/manifests.ts';

const path = `${lifecyclePath}.workload.orphan`;
const workload = { orphan: true };

const cases: { lifecycle: JsonObject; warned: boolean; why: string }[] = [
  { lifecycle: {}, warned: false, why: 'everything goes' },
  { lifecycle: { workload }, warned: true, why: 'the namespace stays too, and nobody said so' },
  { lifecycle: { workload, spokeNamespace: { orphan: false } }, warned: true, why: 'the namespace stays despite that' },
  { lifecycle: { workload, spokeNamespace: { orphan: true } }, warned: false, why: 'that is what happens' },
  { lifecycle: { workload, spokeNamespace: { create: false } }, warned: false, why: 'the namespace is not ours' },
  { lifecycle: { workload: { orphan: false } }, warned: false, why: 'everything goes' },
];

describe('WorkloadOrphanKeepsNamespace', () => {
  for (const { lifecycle, warned, why } of cases) {
    it(`${warned ? 'warns of' : 'lets'} ${JSON.stringify(lifecycle)}: ${why}`, () => {
      const facts = factsOf({ object: environment('team', { lifecycle }) });
      assert.deepEqual(findingsOf(rule, facts), warned ? [{ path }] : []);
    });
  }

  it('only warns: nothing is lost', () => assert.equal(rule.severity, 'warn'));

  it('says so once, and not with edits of something else', () => {
    const old = environment('team', { lifecycle: { workload } });
    const object = { ...old, spec: { ...old.spec, version: '1.0.0' } } as KubeObject;
    assert.deepEqual(findingsOf(rule, factsOf({ object, oldObject: old })), []);
  });

  it('says so once, whatever else of the topology changes', () => {
    const of = (lifecycle: JsonObject, clusters: number) =>
      environment('team', { lifecycle, placement: { numberOfClusters: clusters } });
    const findings = (observed: JsonObject) =>
      findingsOf(rule, factsOf({ object: of({ workload }, 2), oldObject: of(observed, 1) }));
    assert.deepEqual(findings({ workload }), []);
    assert.deepEqual(findings({}), [{ path }]);
  });

  it('has nothing to say about a topology without these words', () => {
    assert.deepEqual(findingsOf(rule, factsOf({ object: environment('team', { topology: { type: 'mine' } }) })), []);
  });
});
