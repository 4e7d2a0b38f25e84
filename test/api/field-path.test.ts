import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatPath, pathOfPointer, pointerOfPath, type FieldPath } from '../../src/api/field-path.ts';

const cases: { path: FieldPath; text: string; pointer: string }[] = [
  { path: [], text: '', pointer: '' },
  { path: ['spec', 'policies', 0, 'name'], text: 'spec.policies[0].name', pointer: '/spec/policies/0/name' },
  {
    path: ['metadata', 'labels', 'app.kubernetes.io/name'],
    text: 'metadata.labels[app.kubernetes.io/name]',
    pointer: '/metadata/labels/app.kubernetes.io~1name',
  },
  { path: ['a~b', ''], text: '[a~b][]', pointer: '/a~0b/' },
  { path: ['__proto__', 'constructor'], text: '__proto__.constructor', pointer: '/__proto__/constructor' },
];

describe('a path of fields', () => {
  for (const { path, text, pointer } of cases) {
    it(`reads ${JSON.stringify(text)} and points with ${JSON.stringify(pointer)}`, () => {
      assert.equal(formatPath(path), text);
      assert.equal(pointerOfPath(path), pointer);
      assert.deepEqual(pathOfPointer(pointer), path);
    });
  }

  it('comes back from its pointer, but for digits, which are taken for indexes', () => {
    const segment = fc.oneof(
      fc.nat(99),
      fc.string().filter((text) => !/^\d+$/.test(text)),
    );
    fc.assert(fc.property(fc.array(segment), (path) => assert.deepEqual(pathOfPointer(pointerOfPath(path)), path)));
  });
});
