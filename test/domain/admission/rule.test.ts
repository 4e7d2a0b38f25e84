import assert from 'node:assert/strict';
import { kinds } from '../../../src/api/kinds.ts';
import {
  hubKinds,
  isMoreSevere,
  limitFindings,
  newFindings,
  revisionedKinds,
  type Finding,
} from '../../../src/domain/admission/rule.ts';

describe('the kinds that rules are about', () => {
  it('are those that users write on the hub', () => {
    const onHub = kinds.filter(
      ({ installedOn, resource }) => installedOn === 'hub' && resource.kind !== 'DefinitionRevision',
    );
    assert.deepEqual(onHub.map(({ resource }) => resource.kind).toSorted(), [...hubKinds].toSorted());
  });

  it('have revisions if the table of kinds says so', () => {
    const revisioned = kinds.filter((kind) => kind.revisioned).map(({ resource }) => resource.kind);
    assert.deepEqual(revisioned.toSorted(), [...revisionedKinds].toSorted());
  });
});

describe('whether a finding is more severe than before', () => {
  const cases = [
    { now: undefined, before: undefined, expected: false, why: 'there is none' },
    { now: 'warn', before: undefined, expected: true, why: 'it is new' },
    { now: 'deny', before: undefined, expected: true, why: 'it is new' },
    { now: 'deny', before: 'warn', expected: true, why: 'it was only a warning' },
    { now: 'deny', before: 'deny', expected: false, why: 'it existed before' },
    { now: 'warn', before: 'warn', expected: false, why: 'it existed before' },
    { now: 'warn', before: 'deny', expected: false, why: 'it was more severe' },
    { now: undefined, before: 'deny', expected: false, why: 'it is resolved' },
  ] as const;
  for (const { now, before, expected, why } of cases) {
    it(`is ${expected} for ${now ?? 'none'} after ${before ?? 'none'}: ${why}`, () => {
      assert.equal(isMoreSevere(now, before), expected);
    });
  }
});

describe('limited findings', () => {
  const findings = (count: number, severity?: 'deny' | 'warn'): Finding[] =>
    Array.from({ length: count }, (_, index) => ({
      path: `p${index}`,
      message: 'm',
      ...(severity === undefined ? {} : { severity }),
    }));

  it('are all findings up to five', () => {
    assert.deepEqual(limitFindings(findings(5)), findings(5));
  });

  it('say about all of them which hub namespaces they are about', () => {
    const about = (...namespaces: string[]) =>
      findings(7).map((finding, index) => ({ ...finding, about: [namespaces[index % namespaces.length] ?? ''] }));
    assert.deepEqual(limitFindings(about('b', 'a')).at(-1)?.about, ['a', 'b']);
    const same = ['b', 'a'].map((namespace) => ({ path: 'p', message: 'm', about: [namespace] }));
    assert.deepEqual(limitFindings(same), [{ path: 'p', message: 'm (2 times)', about: ['a', 'b'] }]);
  });

  it('are the first five and a count of the others', () => {
    const limited = limitFindings(findings(8));
    assert.deepEqual(limited.slice(0, 5), findings(5));
    assert.deepEqual(limited.slice(5), [{ path: '', message: 'and 3 more like this' }]);
  });

  it('contain a repeated finding once, with the number of repetitions', () => {
    const repeated = Array.from({ length: 8 }, () => ({ path: 'a', message: 'm' }));
    assert.deepEqual(limitFindings(repeated), [{ path: 'a', message: 'm (8 times)' }]);
  });

  it('begin with the most severe ones', () => {
    const [first] = limitFindings([...findings(6, 'warn'), { path: 'd', message: 'm', severity: 'deny' }]);
    assert.equal(first?.path, 'd');
  });
});

const object = (...problems: string[]) => ({
  apiVersion: 'v1',
  kind: 'X',
  metadata: { name: 'x' },
  spec: { problems },
});
const find = ({ spec }: { spec?: object }): Finding[] =>
  (spec as { problems: string[] }).problems.map((path) => ({ path, message: 'is wrong' }));

describe('new findings', () => {
  it('are all findings of a new object', () => {
    assert.deepEqual(newFindings({ object: object('a', 'b') }, find).length, 2);
  });

  it('are those that the object did not have before', () => {
    const change = { object: object('a', 'b'), oldObject: object('b', 'c') };
    assert.deepEqual(newFindings(change, find), [{ path: 'a', message: 'is wrong' }]);
  });

  it('are none when an object is deleted', () => {
    assert.deepEqual(newFindings({ oldObject: object('a') }, find), []);
  });
});
