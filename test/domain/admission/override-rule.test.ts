import assert from 'node:assert/strict';
import { overrideRule } from '../../../src/domain/admission/override-rule.ts';
import { factsOf, findingsOf } from '../../support/facts.ts';
import { environment } from '../../support/manifests.ts';
import type { Violation } from '../../../src/domain/violation.ts';

const rule = overrideRule({ code: 'OverrideTypeDiffers', summary: 'Of one code.', remedy: 'None.', severity: 'deny' });
const said = (code: string, path: string): Violation => ({ code, severity: 'deny', path, message: 'm' });
const foundIn = (overrides: Violation[]) => findingsOf(rule, factsOf({ object: environment('team') }, { overrides }));

describe('a rule about overrides', () => {
  it('finds what they say under its code, and nothing else', () => {
    const overrides = [said('OverrideTypeDiffers', 'a'), said('SelectorLeavesNothing', 'b')];
    assert.deepEqual(foundIn(overrides), [{ path: 'a' }]);
    assert.deepEqual(foundIn([]), []);
    assert.deepEqual(findingsOf(rule, factsOf({ object: environment('team') })), [], 'nothing was looked for');
  });

  it('finds five at most, and how many more there are', () => {
    const found = foundIn(Array.from({ length: 8 }, (_, index) => said('OverrideTypeDiffers', `p${index}`)));
    assert.deepEqual(
      found.map(({ path }) => path),
      ['p0', 'p1', 'p2', 'p3', 'p4', ''],
    );
    const overrides = Array.from({ length: 8 }, (_, index) => said('OverrideTypeDiffers', `q${index}`));
    const last = rule.find(factsOf({ object: environment('team') }, { overrides })).at(-1);
    assert.match(last?.message ?? '', /3 more/);
  });

  it('says the same once, and how often', () => {
    const overrides = Array.from({ length: 8 }, () => said('OverrideTypeDiffers', 'a'));
    const found = rule.find(factsOf({ object: environment('team') }, { overrides }));
    assert.equal(found.length, 1);
    assert.match(found[0]?.message ?? '', / \(8 times\)$/);
  });

  it('is about the three kinds that overrides bring together', () => {
    assert.deepEqual(rule.kinds.toSorted(), ['Environment', 'WorkloadDeployment', 'WorkloadProfile']);
  });
});
