import assert from 'node:assert/strict';
import type { JsonObject, KubeObject } from '../../../../src/api/object.ts';
import { lifecyclePath } from '../../../../src/domain/spoke/declared-lifecycle.ts';
import { workloadOrphanKeepsNamespace as rule } from '../../../../src/domain/admission/rules/workload-orphan-keeps-namespace.ts';
import { factsOf, findingsOf } from '../../../support/facts.ts';
import { environment } from '../../../support/manifests.ts';

const path = `${lifecyclePath}.workload.orphan`;
const workload = { orphan: true };

const cases: { lifecycle: JsonObject; warned: boolean; why: string }[] = [
  { lifecycle: {}, warned: false, why: 'everything is deleted' },
  { lifecycle: { workload }, warned: true, why: 'the namespace is kept too, although the spec does not say so' },
  {
    lifecycle: { workload, spokeNamespace: { orphan: false } },
    warned: true,
    why: 'the namespace is kept despite that',
  },
  { lifecycle: { workload, spokeNamespace: { orphan: true } }, warned: false, why: 'the spec describes what happens' },
  { lifecycle: { workload, spokeNamespace: { create: false } }, warned: false, why: 'the namespace is not created' },
  { lifecycle: { workload: { orphan: false } }, warned: false, why: 'everything is deleted' },
];

describe('WorkloadOrphanKeepsNamespace', () => {
  for (const { lifecycle, warned, why } of cases) {
    it(`${warned ? 'warns about' : 'allows'} ${JSON.stringify(lifecycle)}: ${why}`, () => {
      const facts = factsOf({ object: environment('team', { lifecycle }) });
      assert.deepEqual(findingsOf(rule, facts), warned ? [{ path }] : []);
    });
  }

  it('only warns, because nothing is lost', () => assert.equal(rule.severity, 'warn'));

  it('warns once, and not about edits of something else', () => {
    const old = environment('team', { lifecycle: { workload } });
    const object = { ...old, spec: { ...old.spec, version: '1.0.0' } } as KubeObject;
    assert.deepEqual(findingsOf(rule, factsOf({ object, oldObject: old })), []);
  });

  it('warns once, whatever else changes in the topology', () => {
    const of = (lifecycle: JsonObject, clusters: number) =>
      environment('team', { lifecycle, placement: { numberOfClusters: clusters } });
    const findings = (observed: JsonObject) =>
      findingsOf(rule, factsOf({ object: of({ workload }, 2), oldObject: of(observed, 1) }));
    assert.deepEqual(findings({ workload }), []);
    assert.deepEqual(findings({}), [{ path }]);
  });

  it('does not check a topology without these fields', () => {
    assert.deepEqual(findingsOf(rule, factsOf({ object: environment('team', { topology: { type: 'mine' } }) })), []);
  });
});
