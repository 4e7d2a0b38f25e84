import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatPath, pathOfPointer, pointerOfPath, type FieldPath } from '../../src/api/field-path.ts';

const cases: { path: FieldPath; printed: string; pointer: string }[] = [
  { path: [], printed: '', pointer: '' },
  { path: ['spec', 'policies', 0, 'name'], printed: 'spec.policies[0].name', pointer: '/spec/policies/0/name' },
  {
    path: ['metadata', 'labels', 'app.kubernetes.io/name'],
    printed: 'metadata.labels[app.kubernetes.io/name]',
    pointer: '/metadata/labels/app.kubernetes.io~1name',
  },
  { path: ['a~b', ''], printed: '[a~b][]', pointer: '/a~0b/' },
  { path: ['__proto__', 'constructor'], printed: '__proto__.constructor', pointer: '/__proto__/constructor' },
];

describe('the path to a field', () => {
  for (const { path, printed, pointer } of cases) {
    it(`is printed as ${JSON.stringify(printed)} and has the pointer ${JSON.stringify(pointer)}`, () => {
      assert.equal(formatPath(path), printed);
      assert.equal(pointerOfPath(path), pointer);
      assert.deepEqual(pathOfPointer(pointer), path);
    });
  }

  it('is read back from its pointer, except that digits become indexes', () => {
    const segment = fc.oneof(
      fc.nat(99),
      fc.string().filter((key) => !/^\d+$/.test(key)),
    );
    fc.assert(fc.property(fc.array(segment), (path) => assert.deepEqual(pathOfPointer(pointerOfPath(path)), path)));
  });
});
