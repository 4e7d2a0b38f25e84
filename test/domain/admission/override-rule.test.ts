import assert from 'node:assert/strict';
import { overrideRule } from '../../../src/domain/admission/override-rule.ts';
import type { Pairing } from '../../../src/domain/admission/facts.ts';
import { factsOf, findingsOf } from '../../support/facts.ts';
import { environment } from '../../support/manifests.ts';
import { pairProblems, pairing, problematic } from '../../support/pairings.ts';

const rule = overrideRule({ code: 'OverrideTypeDiffers', summary: 'Of one code.', remedy: 'None.', severity: 'deny' });
const { OverrideTypeDiffers: differing, SelectorLeavesNothing: selecting } = problematic;
const factsWith = (pairings: Pairing[]) => factsOf({ object: environment('team') }, { pairings });
const typePath = (index: number) => `spec.policies[${index}].properties.components[0].type`;

describe('a rule about overrides', () => {
  it('reports the problems with its code, and no others', () => {
    const pairings = [pairing(pairProblems(differing, selecting))];
    assert.deepEqual(findingsOf(rule, factsWith(pairings)), [{ path: typePath(0) }]);
    assert.deepEqual(findingsOf(rule, factsWith([])), []);
    assert.deepEqual(findingsOf(rule, factsOf({ object: environment('team') })), [], 'without pairings');
  });

  it('reports at most five problems, and the number of the others', () => {
    const pairings = [pairing(pairProblems(...Array.from({ length: 8 }, () => differing)))];
    const found = findingsOf(rule, factsWith(pairings));
    assert.deepEqual(
      found.map(({ path }) => path),
      [0, 1, 2, 3, 4].map(typePath).concat(''),
    );
    assert.match(rule.find(factsWith(pairings)).at(-1)?.message ?? '', /3 more/);
  });

  it('reports a problem once, however many deployments combine the pair', () => {
    const pairings = Array.from({ length: 8 }, () => pairing(pairProblems(differing)));
    assert.equal(rule.find(factsWith(pairings)).length, 1);
  });

  it('gives the same findings each time it evaluates the same facts', () => {
    const facts = factsWith([pairing(pairProblems(differing))]);
    assert.deepEqual(rule.find(facts), rule.find(facts));
    const others = { ...facts, pairings: [pairing(pairProblems(selecting))] };
    assert.deepEqual(rule.find(others), [], 'other facts have findings of their own');
  });

  it('is about the three kinds that overrides combine', () => {
    assert.deepEqual(rule.kinds.toSorted(), ['Environment', 'WorkloadDeployment', 'WorkloadProfile']);
  });
});
