import assert from 'node:assert/strict';
import { ShapeReader } from '../../../src/domain/json/shape-reader.ts';

describe('reading a shape', () => {
  it('returns values of the expected types and reports nothing', () => {
    const reader = new ShapeReader(8);
    assert.deepEqual(reader.fields({ a: 1, b: null }, 'at', ['a', 'b', 'c']), { a: 1 });
    assert.deepEqual(reader.list([1, 2], 'at'), [1, 2]);
    assert.deepEqual(reader.strings(['a'], 'at', 10), ['a']);
    assert.equal(reader.string('a', 'at', 10), 'a');
    assert.deepEqual(reader.object({ a: 1 }, 'at'), { a: 1 });
    assert.equal(reader.flag(true, 'at'), true);
    assert.deepEqual(reader.problems, []);
  });

  it('treats absent values as empty', () => {
    const reader = new ShapeReader(8);
    assert.deepEqual([reader.list(undefined, 'at'), reader.strings(undefined, 'at', 10)], [[], []]);
    assert.deepEqual([reader.string(undefined, 'at', 10), reader.object(undefined, 'at')], [undefined, undefined]);
    assert.equal(reader.flag(undefined, 'at'), false);
    assert.deepEqual(reader.problems, []);
  });

  it('reports every mismatch with its path', () => {
    const reader = new ShapeReader(2);
    reader.fields('text', 'a', []);
    reader.fields({ nmae: 1, 'app.io/x': 2 }, 'b', ['name']);
    reader.list({}, 'c');
    assert.deepEqual(reader.list([1, 2, 3], 'd'), [1, 2]);
    assert.deepEqual(reader.strings(['x', null], 'e', 10), ['x']);
    reader.string(1, 'f', 10);
    reader.string(9007199254740993n, 'f', 10);
    reader.object([], 'g');
    reader.flag('true', 'h');
    assert.equal(reader.string('12345678901', 'i', 10), undefined);
    assert.deepEqual(
      reader.problems.map(({ path, message }) => `${path}: ${message}`),
      [
        'a: must be an object, not a string',
        'b.nmae: unknown field; did you mean "name"?',
        'b[app.io/x]: unknown field; known are name',
        'c: must be a list, not an object',
        'd: has 3 entries; at most 2 are allowed',
        'e[1]: must be a string, not null',
        'f: must be a string, not a number',
        'f: must be a string, not a number',
        'g: must be an object, not a list',
        'h: must be true or false, not a string',
        'i: has 11 characters; at most 10 are allowed',
      ],
    );
  });

  it('keeps a hundred problems of a value with more', () => {
    const reader = new ShapeReader(200);
    reader.fields(Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`f${index}`, 1])), 'a', ['name']);
    reader.flag(1, 'b');
    assert.equal(reader.problems.length, 100);
  });
});
